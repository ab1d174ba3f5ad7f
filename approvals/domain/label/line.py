"""One label as a line of an export, read strictly: the schema `signalbox-label-1` of CALIBRATION section 2.2."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, ValidationError, model_validator

from approvals.domain.label.teaching import Source, Teaching
from approvals.domain.values import Value

LONGEST_LINE = 1_000_000
"""Bytes of one line, and more."""
MOST_REASONS = 3
LONGEST_REASON = 200

Id = Annotated[int, Field(ge=1, lt=2**63)]
Share = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Text = Annotated[str, Field(max_length=200)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class BadLine(ValueError):
    """A line that is no label; says why, for people. Names in it may come from outside."""


class Line(Value):
    """Every column of an export, by its name there; nothing more and nothing less."""

    schema_name: Literal["signalbox-label-1"] = Field(alias="schema")
    label_id: Id
    action_id: Id
    gate_seq: Id
    run_id: UUID
    seq_in_run: Id
    route_id: Name
    tool: Name
    effect: Literal["read", "write", "destructive"]
    payload_sha256: Digest
    agent: Name
    agent_version: Text
    prompt_version: Text
    epoch_id: Id
    policy_version: Id
    score: Share | None
    score_parts: dict[str, Any]
    score_source: Text
    score_model_version: Text
    challenger_scores: dict[str, Any]
    auto_threshold: Share | None
    escalate_threshold: Share | None
    zone: Literal["automatic", "confirm", "human", "forced"]
    forced_reason: Text
    outcome: Literal["allow", "confirm", "ask", "refuse"]
    coin_u: Share
    coin_rate: Share
    is_test: bool
    label_propensity: Share
    feature_snapshot: dict[str, Any]
    created_at: datetime
    source: Literal[
        Source.REVIEW, Source.USER_CONFIRM, Source.AUDIT, Source.DOUBLE, Source.ADJUDICATION, Source.INCIDENT
    ]
    verdict: Teaching
    material: bool
    blind: bool
    saw_score: bool
    saw_suggestion: bool
    reason_code: Text
    reason: Annotated[str, Field(max_length=4_000)]
    evidence_sha256: Digest | Literal[""]
    by: Id | None
    opened_at: datetime
    decided_at: datetime
    supersedes: Id | None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if any(at.tzinfo is None for at in (self.created_at, self.opened_at, self.decided_at)):
            raise ValueError("a time says its zone")
        if self.decided_at < self.opened_at:
            raise ValueError("it was decided before it was opened")
        if self.verdict is Teaching.WITHDRAWN and self.supersedes is None:
            raise ValueError("what is withdrawn supersedes a label")
        if self.supersedes is not None and self.supersedes >= self.label_id:
            raise ValueError("a label supersedes an earlier one")
        cuts = self.escalate_threshold, self.auto_threshold
        if cuts[0] is not None and (cuts[1] is None or cuts[0] > cuts[1]):
            raise ValueError("escalate_threshold lies above auto_threshold")
        return self


def read(text: bytes) -> tuple[Line, dict[str, Any]]:
    """A line and its document as it stands; raises BadLine with the reasons."""
    if len(text) > LONGEST_LINE:
        raise BadLine(f"it is longer than {LONGEST_LINE:,} bytes")
    try:
        value = json.loads(text.decode(), parse_constant=_refuse, object_pairs_hook=_once)
    except BadLine:
        raise
    except UnicodeDecodeError as error:
        raise BadLine("it is not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise BadLine("it is not JSON") from error
    if not isinstance(value, dict):
        raise BadLine("it is no JSON object")
    try:
        return Line.model_validate_json(text), value
    except ValidationError as error:
        raise BadLine(_said(error)) from error


def _said(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_input=False, include_context=False)
    reasons = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}".removeprefix(": ") for one in found]
    more = len(reasons) - MOST_REASONS
    told = "; ".join(reason.replace("Value error, ", "")[:LONGEST_REASON] for reason in reasons[:MOST_REASONS])
    return told + (f"; and {more} more" if more > 0 else "")


def _refuse(name: str) -> None:
    raise BadLine(f"{name} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadLine("a name stands in it twice")
    return found

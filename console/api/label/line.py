"""One line of an export, as CALIBRATION 2.2 names its parts."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from approvals.domain.label import Source, Teaching
from approvals.domain.values import Value
from approvals.domain.verdict import Outcome

HASH = "^[0-9a-f]{64}$"


class Label(Value):
    """One expert verdict on one action, with what the gate knew of it."""

    schema_: Literal["signalbox-label-1"] = Field(alias="schema")
    label_id: int
    action_id: int
    gate_seq: int
    run_id: str
    seq_in_run: int
    route_id: str
    tool: str
    effect: str
    payload_sha256: str = Field(pattern=HASH)
    agent: str
    agent_version: str
    prompt_version: str
    epoch_id: int
    policy_version: int
    score: float | None
    score_parts: dict[str, Any]
    score_source: str
    score_model_version: str
    challenger_scores: dict[str, Any]
    auto_threshold: float | None
    escalate_threshold: float | None
    zone: str
    forced_reason: str
    outcome: Outcome
    coin_u: float
    coin_rate: float
    is_test: bool
    label_propensity: float
    feature_snapshot: dict[str, Any]
    created_at: datetime
    source: Source
    verdict: Teaching = Field(description="What the label says of the action.")
    material: bool
    blind: bool
    saw_score: bool
    saw_suggestion: bool
    reason_code: str
    reason: str
    evidence_sha256: str = Field(pattern=f"{HASH}|^$")
    by: int | None = Field(description="The person whose verdict it is.")
    opened_at: datetime
    decided_at: datetime
    supersedes: int | None = Field(description="The label this one corrects.")

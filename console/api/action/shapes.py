"""An action as it is told to the agent that asked."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.domain.values import Value
from approvals.domain.verdict import Outcome
from approvals.models.columns import digest
from approvals.outside.actions.standing import ActionStatus, Standing

EXAMPLE: JsonDict = {
    "id": "3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10",
    "status": "waiting",
    "agent": "external/billing",
    "tool": "refund",
    "payload_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "verdict": {"outcome": "ask", "reasons": []},
    "grant": None,
    "escalation": {
        "id": 812,
        "kind": "approval",
        "status": "open",
        "address": "https://signalbox.example.com/queue/812",
        "due_at": "2026-11-20T15:18:00Z",
    },
    "decision": None,
    "redeemed_at": None,
    "outcome_due_at": None,
    "detail": "",
    "created_at": "2026-11-20T14:18:00Z",
}


class Reason(Value):
    """Why the gate refused."""

    code: str
    sentence: str


class VerdictTold(Value):
    """What the gate said."""

    outcome: Outcome
    reasons: list[Reason] = Field(description="Of a refusal: what to do differently. Otherwise empty.")


class GrantTold(Value):
    """A right that was given."""

    id: str = Field(description="For `/grants/{id}/redeem`.")
    expires_at: datetime


class EscalationTold(Value):
    """Where a person is asked."""

    id: int
    kind: Kind
    status: Status
    address: str = Field(description="Of its page, for people; opening it decides nothing.")
    due_at: datetime


class DecisionTold(Value):
    """What a person said, once it cannot be undone any more."""

    kind: DecisionKind
    reason_code: str
    reason: str = Field(description="Why; for a revision what to change.")
    decided_at: datetime


class Action(Value):
    """One action of an agent elsewhere, and what became of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: UUID
    status: ActionStatus = Field(
        description="`waiting` for a person, `granted`: redeem it now, `refused`: by the gate or a person, or nobody "
        "decided in time, `over`: its time ran out, `redeemed`: say how it ended, then as it ended."
    )
    agent: str
    tool: str
    payload_sha256: str = Field(pattern="^[0-9a-f]{64}$", description="Of the bytes that were judged.")
    verdict: VerdictTold
    grant: GrantTold | None
    escalation: EscalationTold | None
    decision: DecisionTold | None
    redeemed_at: datetime | None
    outcome_due_at: datetime | None = Field(description="Without an outcome by then, a person is asked.")
    detail: str = Field(description="What was said of the outcome.")
    created_at: datetime


class NewOutcome(Value):
    """How the effect ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "succeeded", "detail": "refund re_1742"}]})

    outcome: Literal["succeeded", "failed", "unknown"] = Field(
        description="`failed` only where it certainly did not happen; `unknown` asks a person."
    )
    detail: str = Field("", max_length=2_000)


class Call(Value):
    """The exact bytes that may be done, once: RFC 8785 JSON, whose SHA-256 is in the header Payload-SHA256."""

    arguments: dict[str, Any]
    tool: str
    version: str


def action_of(standing: Standing, request: HttpRequest) -> Action:
    """An action as it is told."""
    verdict, made = standing.verdict, standing.redemption
    is_refused = verdict.outcome == Outcome.REFUSE
    return Action(
        id=standing.action.key,
        status=standing.status,
        agent=standing.action.agent,
        tool=verdict.tool,
        payload_sha256=digest(verdict.payload_sha256),
        verdict=VerdictTold(
            outcome=Outcome(verdict.outcome),
            reasons=[_reason(one) for one in verdict.reasons if one["outcome"] == Outcome.REFUSE] if is_refused else [],
        ),
        grant=_grant(standing),
        escalation=_escalation(standing, request),
        decision=_decision(standing),
        redeemed_at=made.redeemed_at if made else None,
        outcome_due_at=made.outcome_due_at if made and made.outcome is None else None,
        detail=made.detail if made else "",
        created_at=standing.action.created_at,
    )


def _reason(one: dict[str, Any]) -> Reason:
    return Reason(code=one["code"], sentence=one["sentence"])


def _grant(standing: Standing) -> GrantTold | None:
    if standing.status is not ActionStatus.GRANTED or standing.offer is None:
        return None
    return GrantTold(id=standing.offer.id, expires_at=standing.offer.expires_at)


def _escalation(standing: Standing, request: HttpRequest) -> EscalationTold | None:
    asked = standing.escalation
    if asked is None:
        return None
    return EscalationTold(
        id=asked.pk,
        kind=Kind(asked.kind),
        status=Status(asked.status),
        address=request.build_absolute_uri(reverse("escalation", args=[asked.pk])),
        due_at=asked.due_at,
    )


def _decision(standing: Standing) -> DecisionTold | None:
    said = standing.decision
    if said is None:
        return None
    return DecisionTold(
        kind=DecisionKind(said.kind), reason_code=said.reason_code, reason=said.reason, decided_at=said.decided_at
    )

"""What became of an action elsewhere, told from the rows: nothing about it is stored twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Status
from approvals.models import Decision, Escalation, OutsideAction, Redemption, Verdict

ALLOWED_FOR = timedelta(minutes=5)
"""How long what the gate let run by itself may be redeemed; the database holds the same."""


class ActionStatus(StrEnum):
    """Where an action stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    OVER = "over"
    REDEEMED = "redeemed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class GrantOffer:
    """A right that may be redeemed now."""

    id: str
    expires_at: datetime


@dataclass(frozen=True)
class Standing:
    """All that is known of an action: its verdict, who was asked, what they said, and what was done."""

    action: OutsideAction
    verdict: Verdict
    escalation: Escalation | None
    decision: Decision | None
    """Only once it cannot be undone any more: what can still change is no answer."""
    redemption: Redemption | None
    now: datetime

    @property
    def status(self) -> ActionStatus:
        """In one word."""
        if self.redemption is not None and not self._is_repeatable:
            return ActionStatus(self.redemption.outcome or ActionStatus.REDEEMED)
        if self.offer is not None:
            return ActionStatus.GRANTED if self.offer.expires_at > self.now else ActionStatus.OVER
        if self.escalation is None:
            return ActionStatus.REFUSED
        is_waiting = self.escalation.status in (Status.OPEN, Status.DECIDED) and self.decision is None
        return ActionStatus.WAITING if is_waiting else ActionStatus.REFUSED

    @property
    def offer(self) -> GrantOffer | None:
        """The right there is, used or not; None where none was given, or it was taken back."""
        if self.decision is not None:
            grant = getattr(self.decision, "grant", None)
            return GrantOffer(f"grant-{grant.pk}", grant.expires_at) if grant and grant.voided_at is None else None
        if self.verdict.outcome == "allow":
            return GrantOffer(f"allow-{self.verdict.pk}", self.verdict.created_at + ALLOWED_FOR)
        return None

    @property
    def _is_repeatable(self) -> bool:
        """A person has settled an unknown outcome by a new right that nobody has taken."""
        said, made = self.decision, self.redemption
        if said is None or made is None or said.kind != DecisionKind.REPEAT:
            return False
        return bool(made.outcome == "unknown" and said.grant.used_at is None)


def of(action: OutsideAction) -> Standing:
    """Read where an action stands; changes nothing."""
    verdict = Verdict.objects.filter(origin=action.key).latest("pk")
    asked = Escalation.objects.filter(origin=action.key).select_related("decision__grant").order_by("-pk").first()
    made = Redemption.objects.filter(action=action).order_by("-pk").first()
    now = _now()
    decision = getattr(asked, "decision", None) if asked else None
    stands = asked is not None and asked.status in (Status.DECIDED, Status.APPLIED)
    if decision is not None and (not stands or decision.undo_until > now):
        decision = None
    return Standing(action, verdict, asked, decision, made, now)


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
        return found

"""Redeem: take a right once and get the exact bytes it is for; then say how it ended."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models.functions import Now

from approvals.domain.action import action
from approvals.domain.errors import ApprovalError
from approvals.domain.evidence import Incident
from approvals.domain.redaction import clean, redact
from approvals.inbox import applying, reporting
from approvals.models import AgentKey, Grant, OutsideAction, Redemption, RedemptionOutcome, Verdict
from approvals.outside.actions import errors, submission, submitting

LONGEST_DETAIL = 2_000
REFUSALS: dict[str, type[ApprovalError]] = {
    "SB002": errors.Halted,
    "SB003": errors.RightVoid,
    "SB004": errors.RightUsed,
    "SB005": errors.RightNotYet,
    "SB006": errors.RightExpired,
    "SB030": errors.NoSuchRight,
    "SB031": errors.RightOutdated,
}
"""What the database says against a right, by its SQLSTATE."""
SUPERSEDED = "SB001"
TAKEN = "23505"
"""Two at once: the unique key of the right, or of the one redemption under way."""


@dataclass(frozen=True)
class Right:
    """What `allow-7` or `grant-7` names, for whoever may take it."""

    id: str
    action: OutsideAction
    verdict: Verdict
    grant: Grant | None
    payload: bytes

    @property
    def columns(self) -> dict[str, Any]:
        """How a redemption names it."""
        if self.grant is not None:
            return {"grant": self.grant}
        return {"verdict": self.verdict, "verdict_outcome": self.verdict.outcome}


def find(right_id: str, *, key: AgentKey) -> Right:
    """The right of this id; raises NoSuchRight for one that is not of the key's tenant and agent."""
    kind, _, number = right_id.partition("-")
    found = _granted(int(number)) if kind == "grant" else _allowed(int(number))
    if found is None:
        raise errors.NoSuchRight
    verdict, grant, payload = found
    asked = OutsideAction.objects.filter(key=verdict.origin, tenant_id=key.tenant_id, agent=key.agent).first()
    if asked is None:
        raise errors.NoSuchRight
    return Right(right_id, asked, verdict, grant, payload)


def redeem(right: Right, *, key: AgentKey) -> Redemption:
    """Take a right, once; the redemption holds the exact bytes that may be done now.

    One INSERT decides, and the database asks everything again: that the decision stands and was not undone, its time,
    its rules, who decided, halts, the key. Raises what `REFUSALS` names; two at once get one redemption and one
    RightUsed.
    """
    with transaction.atomic():
        if right.grant is not None:
            # Taken by its origin, as an agent here takes a decision: never while it can still be undone.
            applying.apply(right.action.key)
        try:
            with transaction.atomic():
                return Redemption.objects.create(
                    action=right.action,
                    origin=right.action.key,
                    agent_key=key,
                    payload=right.payload,
                    **right.columns,
                )
        except DatabaseError as error:
            refusal = _refusal(right, getattr(error.__cause__, "sqlstate", "") or "")
            if refusal is None:
                raise
            raise refusal from error


def conclude(right: Right, outcome: RedemptionOutcome, detail: str) -> Redemption:
    """Say how the effect of a redeemed right ended; the same said again changes nothing.

    An unknown outcome opens an incident for a person in the same transaction, and only a person settles it then.
    Raises NotRedeemed, and OutcomeKnown where something else was said before.
    """
    with transaction.atomic():
        made = redemption_of(right)
        if made is None:
            raise errors.NotRedeemed
        words = redact(clean(detail))[:LONGEST_DETAIL]
        open_still = Redemption.objects.filter(pk=made.pk, outcome=None)
        is_first = open_still.update(outcome=outcome, detail=words, ended_at=Now()) == 1
        made.refresh_from_db()
        if not is_first and made.outcome != outcome:
            raise errors.OutcomeKnown(f"It is {made.outcome}.")
        if is_first and outcome is RedemptionOutcome.UNKNOWN:
            report(made, words or "the agent does not know whether it happened")
    return made


def redemption_of(right: Right) -> Redemption | None:
    """What was made of a right, if anything."""
    of_right = {"grant": right.grant} if right.grant else {"verdict": right.verdict}
    return Redemption.objects.select_related("action").filter(**of_right).first()


def report(made: Redemption, why: str) -> None:
    """Open an incident about the very bytes that were redeemed; joins the caller's transaction."""
    asked = OutsideAction.objects.select_related("agent_key", "tool").get(pk=made.action_id)
    verdict = Verdict.objects.select_related("ruleset").filter(origin=asked.key).latest("pk")
    sent = _sent(bytes(made.payload))
    said = submission.recalled(bytes(asked.document), sent.arguments)
    prepared = submitting.prepare(said, asked.agent_key, origin=asked.key, run=verdict.run_key, classified=asked.tool)
    incident = Incident(
        attempted=prepared.proposal.material.title,
        failed_because=why,
        to_decide="Find out whether it happened, then say so. The agent gets no new right unless you say so.",
    )
    reporting.report(verdict, prepared, incident, sent=sent)


def _sent(payload: bytes) -> Any:
    said = json.loads(payload)
    return action(said["tool"], said["version"], said["arguments"])


def _granted(number: int) -> tuple[Verdict, Grant | None, bytes] | None:
    found = Grant.objects.select_related("decision__verdict").filter(pk=number).first()
    if found is None:
        return None
    verdict = found.decision.verdict
    return verdict, found, bytes(found.decision.payload or verdict.payload)


def _allowed(number: int) -> tuple[Verdict, Grant | None, bytes] | None:
    found = Verdict.objects.filter(pk=number, outcome="allow").first()
    return (found, None, bytes(found.payload)) if found else None


def _refusal(right: Right, sqlstate: str) -> ApprovalError | None:
    made = redemption_of(right)
    if made is not None and (sqlstate in REFUSALS or sqlstate == TAKEN):
        return errors.RightUsed(f"That was at {made.redeemed_at.isoformat()}.")
    if sqlstate == TAKEN:
        return errors.RightUsed("Another right of this action is under way.")
    if sqlstate == SUPERSEDED:
        return errors.RightVoid()
    kind = REFUSALS.get(sqlstate)
    return kind() if kind else None

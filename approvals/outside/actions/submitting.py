"""Submit: an agent elsewhere asks whether it may act, and the gate answers as it answers agents that run here."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from django.db import DatabaseError, connection, transaction

from approvals.gating.grounding.telling import told
from approvals.gating.proposal import Proposal
from approvals.inbox import asking
from approvals.inbox.asking import Prepared
from approvals.models import AgentKey, OutsideAction, OutsideTool
from approvals.outside.actions import classifying, material
from approvals.outside.actions.errors import OtherAction
from approvals.outside.actions.submission import Submission
from approvals.staffing.keys import Scope

_RUNS = uuid5(NAMESPACE_URL, "signalbox:outside-run")

STORE = """
INSERT INTO approvals_outsideaction
  (key, tenant_id, agent_key_id, agent, idempotency_key, tool_name, tool_version, body_sha256, tool_id, document)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (tenant_id, agent, idempotency_key) DO NOTHING RETURNING id
"""
# Verdicts of one run are numbered one after the other, whoever asks for them at once.
NUMBERED = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 21313))"
RECLASSIFIED = "SB001"


def submit(submission: Submission, *, key: AgentKey, idempotency_key: str) -> tuple[OutsideAction, bool]:
    """Judge one action, once for its idempotency key: the stored action, and whether this call has stored it.

    One transaction: action, verdict and, where a person has to decide, the escalation are there together or not at all.
    Two who send the same at once make one; the second waits for the first. Raises OtherAction where something else was
    sent under this key, BadSubmission for arguments that cannot be written canonically.
    """
    made = _Asked(submission, key, idempotency_key, submission.digest())
    found = made.earlier()
    if found is None and not _judged(made) and (found := made.earlier()) is None:
        # A classification ended between reading it and storing the action: once more, with what holds now.
        _judged(made)
    return (found, False) if found else (made.stored(), True)


@dataclass(frozen=True)
class _Asked:
    """One submission under its key; `origin` is what it is stored as when nobody was first."""

    submission: Submission
    key: AgentKey
    idempotency_key: str
    body: bytes
    origin: UUID = field(default_factory=uuid4)

    def earlier(self) -> OutsideAction | None:
        """What was stored under this key before; raises OtherAction when that was something else."""
        rows = OutsideAction.objects.filter(tenant_id=self.key.tenant_id, agent=self.key.agent)
        found = rows.filter(idempotency_key=self.idempotency_key).first()
        if found is not None and bytes(found.body_sha256) != self.body:
            raise OtherAction
        return found

    def stored(self) -> OutsideAction:
        """The row of this call."""
        return OutsideAction.objects.get(key=self.origin)

    def values(self, classified: OutsideTool | None) -> list[Any]:
        """The columns in the order of `STORE`."""
        key, tool = self.key, self.submission.tool
        identity = [self.origin, key.tenant_id, key.pk, key.agent, self.idempotency_key, tool.name, tool.version]
        return [*identity, self.body, classified.pk if classified else None, self.submission.kept()]


def _judged(made: _Asked) -> bool:
    """Store and judge it; False where somebody else has stored it, or its classification ended this moment.

    What is slow, finding where values come from, is done before the transaction.
    """
    key, submission = made.key, made.submission
    classified = classifying.in_force(key.tenant_id, key.agent, submission)
    run = run_key(key, submission) if submission.run else made.origin
    prepared = prepare(submission, key, origin=made.origin, run=run, classified=classified)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STORE, made.values(classified))
            if cursor.fetchone() is None:
                return False
            cursor.execute(NUMBERED, [str(run)])
            asking.ask(prepared)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != RECLASSIFIED:
            raise
        return False
    return True


def prepare(
    submission: Submission, key: AgentKey, *, origin: UUID, run: UUID, classified: OutsideTool | None
) -> Prepared:
    """What the gate is asked; what the agent says of others is believed where its key vouches for it, and else not."""
    proposed, card = submission.action(), material.card_of(submission, classified)
    proposal = Proposal(
        tenant_id=key.tenant_id,
        origin=origin,
        run_key=run,
        agent=key.agent,
        agent_version=submission.agent_version,
        action=proposed,
        card=card,
        seen=material.seen(submission, is_believed=Scope.CONTEXT_ATTEST in key.scopes),
        material=material.material_of(submission, proposed, card, agent=key.agent),
        parts={"tool_choice": submission.reasoning.tool_choice, "arguments": submission.reasoning.arguments},
        session_key=f"{key.agent} {submission.session}" if submission.session else "",
    )
    grounding = proposal.grounded()
    preview = told(proposal.material.preview, proposed.arguments, grounding)
    return Prepared(replace(proposal, material=proposal.material.model_copy(update={"preview": preview})), grounding)


def run_key(key: AgentKey, submission: Submission) -> UUID:
    """The run behind an agent's own name of it; no name of one agent is a run of another, nor of one that runs here."""
    return uuid5(_RUNS, f"{key.tenant_id} {key.agent} {submission.run}")

"""Rows for tests of the laws: a run with one tool step held by a worker, and rights of every kind."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models.functions import Now

from agents.models import Request, Run, Step, Worker
from approvals.domain.action import Action, action
from approvals.models import Decision, Escalation, Evidence, Grant, Member, Ruleset, Verdict

CANCEL = {"order_id": "#W1", "reason": "no longer needed"}


@dataclass(frozen=True)
class Bench:
    """A running tool step and the action it proposes."""

    run: Run
    step: Step
    proposed: Action


def bench(*, arguments: dict[str, Any] | None = None, epoch: int = 1) -> Bench:
    """A run with one tool step, running at an epoch."""
    request = Request.objects.create(tenant_id=1, agent="tester", title="a test")
    run = Run.objects.create(request=request, tenant_id=1, agent="tester", agent_version="1", status="running")
    worker = Worker.objects.create(name="tester")
    step = Step.objects.create(
        run=run,
        tenant_id=1,
        position=1,
        kind="tool",
        name="cancel",
        status="running",
        epoch=epoch,
        worker=worker,
        call={},
    )
    return Bench(run, step, action("cancel", "1", arguments or CANCEL))


def ruleset() -> Ruleset:
    """The tenant's first stored ruleset."""
    return Ruleset.objects.get_or_create(tenant_id=1, version=1, defaults={"document": b"{}"})[0]


def verdict(on: Bench, *, outcome: str, origin: UUID | None = None, attempt: int = 1) -> Verdict:
    """A verdict on the bench's action."""
    return Verdict.objects.create(
        tenant_id=1,
        origin=origin or on.step.key,
        attempt=attempt,
        run_key=on.run.key,
        seq_in_run=Verdict.objects.filter(run_key=on.run.key).count() + 1,
        payload=on.proposed.payload,
        tool=on.proposed.tool,
        effect="destructive",
        is_counted=True,
        agent="tester",
        agent_version="1",
        outcome=outcome,
        reasons=[],
        route="tester/cancel",
        zone="human",
        ruleset=ruleset(),
        coin_u="0.5",
        coin_rate="1",
        is_test=True,
        label_propensity="1",
    )


def escalation(
    on: Bench,
    *,
    undo_seconds: int = 0,
    minutes: float = 60,
    of: Verdict | None = None,
    shown: Evidence | None = None,
) -> Escalation:
    """An open approval for the bench's action."""
    asked = of or verdict(on, outcome="ask", attempt=Verdict.objects.filter(origin=on.step.key).count() + 1)
    document = json.dumps({"payload_sha256": on.proposed.digest}).encode()
    evidence = shown or Evidence.objects.create(verdict=asked, document=document)
    return Escalation.objects.create(
        tenant_id=1,
        verdict=asked,
        evidence=evidence,
        origin=on.step.key,
        run_key=on.run.key,
        kind="approval",
        title="Cancel order #W1",
        agent="tester",
        tool="cancel",
        risk="irreversible",
        stopped_by="destructive",
        due_at=Now() + timedelta(minutes=minutes),
        undo_seconds=undo_seconds,
    )


def decision(of: Escalation, by: Member, *, kind: str = "approve", **fields: Any) -> Decision:
    """Move an escalation to decided and store the decision, as the service does."""
    Escalation.objects.filter(pk=of.pk).update(
        status="decided", version=2, decided_at=Now(), undo_until=Now() + timedelta(seconds=of.undo_seconds)
    )
    of.refresh_from_db()
    sha = bytes(of.verdict.payload_sha256)
    values = {
        "escalation": of,
        "verdict": of.verdict,
        "verdict_outcome": of.verdict.outcome,
        "evidence": of.evidence,
        "evidence_sha256": bytes(of.evidence.sha256),
        "origin": of.origin,
        "kind": kind,
        "proposed_sha256": sha,
        "payload_sha256": sha,
        "by": by,
        "reason_code": "other" if kind == "reject" else "",
        "undo_until": of.undo_until,
    }
    return Decision.objects.create(**{**values, **fields})


def grant(of: Decision, **fields: Any) -> Grant:
    """The right a decision gives."""
    values = {
        "decision": of,
        "decision_kind": of.kind,
        "verdict": of.verdict,
        "origin": of.origin,
        "payload_sha256": bytes(of.payload_sha256),
        "not_before": of.undo_until,
        "expires_at": of.undo_until + timedelta(hours=1),
    }
    made = Grant.objects.create(**{**values, **fields})
    # The step takes the decision when its window is over; one that can still be undone gives no right.
    taken = Escalation.objects.filter(pk=of.escalation_id, status="decided", undo_until__lte=Now())
    taken.update(status="applied", version=3, closed_at=Now())
    return made


def sha(payload: bytes) -> bytes:
    """SHA-256 as the database computes it."""
    return hashlib.sha256(payload).digest()


def fresh_key() -> UUID:
    """A key that names nothing."""
    return uuid4()

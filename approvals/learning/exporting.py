"""Export labels as documents with a stable schema, for training and for auditors.

The same watermark gives the same bytes for ever: labels, verdicts and decisions are only ever added, and what was
corrected after the watermark still counts as standing below it.
"""

import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection
from django.db.models import Max, Q, QuerySet

from approvals.domain.errors import ApprovalError
from approvals.domain.label import Source
from approvals.learning import epochs
from approvals.models import Label
from approvals.models.columns import digest

SCHEMA = "signalbox-label-1"
ROWS = 500
"""How many labels one query reads: an export holds no cursor and no more memory than these."""
PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.02

# Whoever writes labels holds this lock until the commit; ids are drawn before it, so a lower one may appear later.
WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'approvals_label'::regclass
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
"""


class StillWriting(ApprovalError):
    """A label is being written at this moment. Try again in a second."""

    code = "still_writing"


def newest(tenant_id: int) -> int:
    """The id of the newest label of a tenant, 0 when there is none; something below it may still be on its way."""
    return int(Label.objects.filter(tenant_id=tenant_id).aggregate(newest=Max("pk"))["newest"] or 0)


def settled(tenant_id: int, *, until: int | None = None) -> int:
    """A watermark: an id up to which every label is written and none will follow; never above `until`.

    Waits for the writers that are at work when it is asked, milliseconds as a rule; raises StillWriting when one of
    them does not end.
    """
    found = newest(tenant_id)
    waited_for = _writers()
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while waited_for:
        if time.monotonic() > give_up_at:
            raise StillWriting
        time.sleep(PAUSE_SECONDS)
        waited_for &= _writers()
    return found if until is None else min(found, until)


def as_of(tenant_id: int, *, until: int, everything: bool = False) -> QuerySet[Label]:
    """Labels as they stood when `until` was the newest, in the order they were written.

    With `everything` also what had been corrected or withdrawn by then. What was said to planted mistakes is
    nobody's to read, and teaches nothing.
    """
    labels = Label.objects.filter(tenant_id=tenant_id, pk__lte=until).exclude(source=Source.SEED)
    if not everything:
        labels = labels.filter(Q(superseded_by=None) | Q(superseded_by__pk__gt=until)).exclude(teaching="withdrawn")
    return labels.select_related("verdict", "decision", "audit__evidence").order_by("pk")


def documents(
    tenant_id: int, *, until: int, everything: bool = False, after: int = 0
) -> Iterator[list[dict[str, Any]]]:
    """The documents of an export some at a time, each lot from a short query of its own; those above `after` only."""
    rows, numbered = as_of(tenant_id, until=until, everything=everything), epochs.numbering(tenant_id)
    while found := list(rows.filter(pk__gt=after)[:ROWS]):
        after = found[-1].pk
        yield [document(label, epoch=numbered(label.verdict.route, label.verdict_id)) for label in found]


async def in_turn(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The parts for an event loop, each made in a thread when it is asked for: never all of them in memory."""
    following = sync_to_async(lambda: next(parts, None))
    while (part := await following()) is not None:
        yield part


def line(one: dict[str, Any]) -> bytes:
    """One document as a line of JSONL: names in order, nothing but ASCII, so that no character can hide."""
    return f"{json.dumps(one, sort_keys=True)}\n".encode()


def document(label: Label, *, epoch: int) -> dict[str, Any]:
    """One label with the verdict it is about and the number of its epoch; needs `verdict` and `decision` read along.

    Names and types are those of CALIBRATION 2.2; hashes are hexadecimal, times ISO 8601 in UTC, scores numbers. Only
    `executed_at` is not in it: that is known after the label, and the bytes of an export never change.
    """
    return {"schema": SCHEMA} | _of_verdict(label, epoch) | _of_label(label)


def _of_verdict(label: Label, epoch: int) -> dict[str, Any]:
    verdict = label.verdict
    return {
        "action_id": verdict.pk,
        "gate_seq": verdict.pk,
        "run_id": str(verdict.run_key),
        "seq_in_run": verdict.seq_in_run,
        "route_id": verdict.route,
        "tool": verdict.tool,
        "effect": verdict.effect,
        "payload_sha256": digest(verdict.payload_sha256),
        "agent": verdict.agent,
        "agent_version": verdict.agent_version,
        "prompt_version": verdict.prompt_version,
        "epoch_id": epoch,
        "policy_version": verdict.ruleset_id,
        "score": _number(verdict.score),
        "score_parts": verdict.score_parts,
        "score_source": verdict.score_source,
        "score_model_version": verdict.score_model_version,
        "challenger_scores": verdict.challenger_scores,
        "auto_threshold": _number(verdict.auto_threshold),
        "escalate_threshold": _number(verdict.ask_threshold),
        "zone": verdict.zone,
        "forced_reason": verdict.forced_reason,
        "outcome": verdict.outcome,
        "coin_u": _number(verdict.coin_u),
        "coin_rate": _number(verdict.coin_rate),
        "is_test": verdict.is_test,
        "label_propensity": _number(verdict.label_propensity),
        "feature_snapshot": verdict.features,
        "created_at": verdict.created_at.isoformat(),
    }


def _of_label(label: Label) -> dict[str, Any]:
    decision = label.decision
    return {
        "label_id": label.pk,
        "source": label.source,
        "verdict": label.teaching,
        "material": label.material,
        "blind": label.blind,
        "saw_score": label.saw_score,
        "saw_suggestion": label.saw_suggestion,
        "reason_code": decision.reason_code if decision else label.reason_code,
        "reason": decision.reason if decision else label.reason,
        "evidence_sha256": _shown(label),
        "by": label.by_id,
        "opened_at": label.opened_at.isoformat(),
        "decided_at": label.decided_at.isoformat(),
        "supersedes": label.supersedes_id,
    }


def _shown(label: Label) -> str:
    """The digest of what whoever said it had on the screen."""
    if label.decision:
        return digest(label.decision.evidence_sha256)
    return label.audit.evidence.digest if label.audit else ""


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {str(row[0]) for row in cursor.fetchall()}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)

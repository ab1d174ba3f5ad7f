"""What is done at one escalation: decide, edit, reject, undo, claim, expire, cancel, apply, change the rules.

Each act is prepared before the race, as a screen that was read before somebody pressed a key.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from agents.engine import cancelling, working
from agents.models import Run
from approvals.domain.decision import DecisionKind
from approvals.gating import halting
from approvals.inbox import claiming, deciding, editing, expiring, undoing
from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Escalation, Member, Role
from approvals.models.halt import HaltScope
from tests import cast
from tests.flows import desk

Act = Callable[[], Any]
ROUTE = "cancelling"
DUE_MILLISECONDS = 80


@dataclass(frozen=True)
class Item:
    """One escalation with its run, and the two people who look at it."""

    escalation: Escalation
    run: Run
    number: int
    """Which item of this database it is, from 0."""
    people: tuple[Member, Member] = field(default_factory=lambda: (cast.mara(), cast.kai()))


def approve(item: Item, who: int) -> Act:
    """Approve what is shown."""
    return _decide(item, who, DecisionKind.APPROVE)


def reject(item: Item, who: int) -> Act:
    """Reject what is shown."""
    return _decide(item, who, DecisionKind.REJECT)


def edit(item: Item, who: int) -> Act:
    """Approve with changes."""
    arguments = {"order_id": desk.PENDING, "reason": "no longer needed"}
    value = item.escalation.evidence.value()
    shown = editing.examine(item.escalation, value, arguments)
    typed = shown.preview.typed_fact.value if shown.preview.typed_fact else ""
    return _decide(item, who, DecisionKind.EDIT, arguments=arguments, payload_sha256=shown.action.digest, typed=typed)


def _decide(item: Item, who: int, kind: DecisionKind, **fields: Any) -> Act:
    mine = Escalation.objects.select_related("evidence", "verdict__ruleset").get(pk=item.escalation.pk)
    said = desk.said(mine, kind, **fields)
    return lambda: deciding.decide(mine, by=item.people[who], said=said)


def undo(item: Item, who: int) -> Act:
    """Take the decision back, as who took it or as an admin."""
    mine = Escalation.objects.select_related("evidence", "verdict__ruleset", "decision").get(pk=item.escalation.pk)
    by = item.people[0] if who == 0 else cast.ada()
    return lambda: undoing.undo(mine, by=by)


def claim(item: Item, who: int) -> Act:
    """Hold it for five minutes."""
    mine = Escalation.objects.get(pk=item.escalation.pk)
    return lambda: claiming.claim(mine, by=item.people[who])


def expire(item: Item, who: int) -> Act:
    """Sweep when its time has come."""

    def sweep() -> int:
        _await_due(item)
        return expiring.expire_due()

    return sweep


def cancel(item: Item, who: int) -> Act:
    """Cancel the run it belongs to."""
    return lambda: cancelling.cancel(Run.objects.get(pk=item.run.pk), by=cast.ada())


def apply(item: Item, who: int) -> Act:
    """A worker that looks for work."""
    holder = desk.worker()
    return lambda: working.once(holder)


def rules(item: Item, who: int) -> Act:
    """Make the rules stricter, against the version that is live now."""
    live = tuning.live_of(1)
    assert live is not None
    stricter = Cuts(0.5 + 0.001 * (2 * item.number + who + 1), 0.4)
    by = cast.ada() if who == 0 else cast.member("Bea", Role.ADMIN)
    return lambda: tuning.tune(ROUTE, stricter, by=by, seen_version=live.version, reason="a test")


def halt(item: Item, who: int) -> Act:
    """Freeze the run it belongs to."""
    return lambda: halting.halt(scope=HaltScope.RUN, key=str(item.run.key), by=cast.ada(), reason="a test")


ACTS: dict[str, Callable[[Item, int], Act]] = {
    "approve": approve,
    "reject": reject,
    "edit": edit,
    "undo": undo,
    "claim": claim,
    "expire": expire,
    "cancel": cancel,
    "apply": apply,
    "rules": rules,
    "halt": halt,
}
DECIDING = frozenset({"approve", "reject", "edit"})
REFUSALS: dict[str, frozenset[str]] = {
    **dict.fromkeys(DECIDING, frozenset({"won", "already_decided", "not_open", "stale_evidence"})),
    "undo": frozenset({"won", "too_late"}),
    "claim": frozenset({"won", "lost"}),
    "expire": frozenset({"won"}),
    "cancel": frozenset({"won", "lost"}),
    "halt": frozenset({"won", "lost"}),
    "apply": frozenset({"won", "lost"}),
    "rules": frozenset({"won", "stale_draft"}),
}
"""What each act may come to; anything else is an error that somebody would see."""

MAKE_DUE_SOON = """
UPDATE approvals_escalation SET due_at = clock_timestamp() + %s * interval '1 millisecond' WHERE id = %s
"""
SECONDS_TO_DUE = "SELECT extract(epoch FROM due_at - clock_timestamp()) FROM approvals_escalation WHERE id = %s"
SECONDS_TO_WINDOW = "SELECT extract(epoch FROM undo_until - clock_timestamp()) FROM approvals_escalation WHERE id = %s"


def make_due_soon(item: Item) -> None:
    """Let its time end while it is raced for."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_DUE_SOON, [DUE_MILLISECONDS, item.escalation.pk])


def await_end_of_window(item: Item, *, but_seconds: float) -> None:
    """Wait by the database's clock until so little of the window is left."""
    _await(SECONDS_TO_WINDOW, item, but_seconds)


def _await_due(item: Item) -> None:
    _await(SECONDS_TO_DUE, item, 0.0)


def _await(question: str, item: Item, but_seconds: float) -> None:
    """Time is what is waited for here, so this sleeps; it is the database's time that ends it."""
    with connection.cursor() as cursor:
        cursor.execute(question, [item.escalation.pk])
        left = float(cursor.fetchone()[0]) - but_seconds
    threading.Event().wait(max(0.0, left))

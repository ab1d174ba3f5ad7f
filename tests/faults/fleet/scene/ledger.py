"""The books: every effect of the world and of our own tables, set against the rights that the database holds."""

import json
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from agents.models import Operation, Run
from agents.tools import calling
from agents.tools.samples.retail.models import Order
from approvals.domain.action import action
from approvals.domain.errors import AlreadyDecided
from approvals.domain.escalation import Kind
from approvals.domain.verdict import Outcome
from approvals.models import Escalation
from console.management.invariants import checking
from tests.faults.fleet.worker.agents import ACTING

clock = time.monotonic
OVER = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Effect:
    """One thing that really happened."""

    run: str
    operation: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Books:
    """What is wrong at the end of some runs, by run key or operation key; all empty is what must be."""

    lost: list[str] = field(default_factory=list)
    """Runs that have not ended, or are no longer there."""
    doubled: list[str] = field(default_factory=list)
    """Runs with more than one effect."""
    unauthorised: list[str] = field(default_factory=list)
    """Effects without an operation that had a right for exactly these bytes."""
    untrue: list[str] = field(default_factory=list)
    """Operations whose outcome is not what happened."""
    unparked: list[str] = field(default_factory=list)
    """Operations nobody knows the outcome of and nobody was asked about, or was asked and is forgotten."""
    broken: list[str] = field(default_factory=list)
    """Laws of the whole database that do not hold."""
    untold: list[str] = field(default_factory=list)
    """What was told to those who came second to a decision, where it was not that."""


def audit(runs: Iterable[Run], effects: Iterable[dict[str, Any]], losers: Iterable[str] = ()) -> Books:
    """Audit these runs against the log of the world and the rows of our own; and the laws of all rows there are."""
    known = list(runs)
    now = list(Run.objects.filter(pk__in=[run.pk for run in known]))
    ended = {run.key for run in now if run.status in OVER}
    happened = [effect for effect in _all(effects, known) if effect.run in {str(run.key) for run in known}]
    operations = list(
        Operation.objects.filter(step__run__in=now, tool__in=ACTING).select_related("verdict", "grant__decision")
    )
    done = {effect.operation for effect in happened}
    return Books(
        lost=[str(run.key) for run in known if run.key not in ended],
        doubled=[run for run, count in Counter(effect.run for effect in happened).items() if count > 1],
        unauthorised=[effect.operation for effect in happened if not _has_right(effect, operations)],
        untrue=[key_of(one) for one in operations if one.outcome and _is_untrue(one, key_of(one) in done)],
        unparked=[key_of(one) for one in operations if _is_forgotten(one)],
        broken=sorted(checking.check().names),
        untold=[told for told in losers if told != AlreadyDecided.code],
    )


def counts(runs: dict[str, Run], effects: Iterable[dict[str, Any]]) -> dict[str, int]:
    """How many effects each of these runs really had, by role."""
    found = Counter(effect.run for effect in _all(effects, runs.values()))
    return {name: found[str(run.key)] for name, run in runs.items()}


def parked(runs: Iterable[Run]) -> int:
    """How many effects of these runs a person had to settle."""
    return Escalation.objects.filter(run_key__in=[run.key for run in runs], kind=Kind.INCIDENT).count()


def key_of(operation: Operation) -> str:
    """The key under which the world knows an operation."""
    return calling.call_of(operation, run_key=operation.step.run.key, session_key="", call_id="").operation_key


def _all(effects: Iterable[dict[str, Any]], runs: Iterable[Run]) -> list[Effect]:
    outside = [Effect(line["run"], line["operation"], line["arguments"]) for line in effects]
    rows = Order.objects.filter(world__in=[str(run.key) for run in runs])
    return outside + [Effect(row.world, row.order_id.split("/")[0], {"note": row.user_id}) for row in rows]


def _has_right(effect: Effect, operations: list[Operation]) -> bool:
    return any(key_of(one) == effect.operation and _covers(one, effect.arguments) for one in operations)


def _covers(operation: Operation, arguments: dict[str, Any]) -> bool:
    """Exactly these bytes were allowed: by the gate, or by a person whose grant is used up."""
    done = action(operation.tool, json.loads(bytes(operation.payload))["version"], arguments).sha256
    right = operation.grant if operation.grant is not None else operation.verdict
    if right is None or done != bytes(operation.payload_sha256) or done != bytes(right.payload_sha256):
        return False
    if operation.grant is not None:
        return operation.grant.used_at is not None and operation.grant.decision.kind in ("approve", "repeat")
    return operation.verdict is not None and operation.verdict.outcome == Outcome.ALLOW


def _is_untrue(operation: Operation, has_happened: bool) -> bool:
    return operation.outcome != "unknown" and (operation.outcome == "succeeded") is not has_happened


def _is_forgotten(operation: Operation) -> bool:
    """A repeat under a new right answers for the unknown one before it."""
    if operation.outcome in ("succeeded", "failed"):
        return False
    later = Operation.objects.filter(step=operation.step, pk__gt=operation.pk, outcome__isnull=False)
    return not later.exists()

"""Nothing runs when something fails: each cell is one call that would run alone if nothing were wrong."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest

from agents.models import Operation
from agents.proving.stage import OUTSIDE, Stage, stage
from approvals.domain.gate import Limit, Per, Resource, Route, Ruleset, Trigger, Weights, dump_ruleset
from approvals.gating.triggers import SOURCES
from approvals.models import Ruleset as RulesetRow
from tests.engine.gate.table import PARTS, Hung, Part, Way

pytestmark = pytest.mark.django_db

# Everything that is grounded runs alone, every trigger asks but those of which nothing is known in a first run.
LOOSE = Ruleset(
    version=1,
    name="loose",
    routes=(Route(name="all", auto_threshold=0.0),),
    weights=Weights(tool_choice=None, arguments=None, grounding=1.0),
    triggers=tuple(one for one in Trigger if one.value not in ("new_tool", "new_shape", "disagreement")),
    limits=(Limit(name="many", resource=Resource.CALLS, per=Per.DAY, most=1000),),
)


@pytest.fixture
def on() -> Iterator[Stage]:
    """A stage on which one write runs alone."""
    with stage() as found:
        RulesetRow.objects.create(
            tenant=found.tenant,
            version=1,
            document=dump_ruleset(LOOSE).encode(),
            status="live",
            is_sample=True,
            reason="t",
        )
        yield found


def runs(on: Stage) -> bool:
    """Whether a call runs that says back what its customer said."""
    run = on.ask(OUTSIDE, said="please write 7 for me")
    return bool(on.ran) or Operation.objects.filter(step__run=run).exists()


def test_without_a_fault_it_runs(on: Stage) -> None:
    assert runs(on)


def raising(*_given: Any, **_named: Any) -> Any:
    raise RuntimeError("broken")


def hanging(*_given: Any, **_named: Any) -> Any:
    """Waits as long as this process is patient, and never answers."""
    threading.Event().wait(0.05)
    raise Hung


def answering(nonsense: Any) -> Callable[..., Any]:
    def answer(*_given: Any, **_named: Any) -> Any:
        return nonsense

    return answer


Harm = Callable[[pytest.MonkeyPatch], None]


def put(part: Part, value: Any) -> Harm:
    """Put something else in its place."""
    return lambda patch: patch.setattr(import_module(part.module), part.function, value)


def harms(part: Part) -> Iterator[tuple[str, Harm]]:
    """Each way of failing as something done to the process."""
    yield Way.RAISES, put(part, raising)
    yield Way.HANGS, put(part, hanging)
    for number, nonsense in enumerate(part.nonsense):
        yield f"{Way.NONSENSE} {number}", put(part, answering(nonsense))
    # What is imported when the process starts keeps it from starting; what is imported late fails here.
    yield Way.IMPORT, lambda patch: patch.setitem(sys.modules, part.module, None)


CELLS = {f"{name}, {way}": harm for name, part in PARTS.items() for way, harm in harms(part)}
UNSHOWN = {
    # Imported when the process starts, which then does not start: nothing runs, and nothing here can show it.
    f"{name}, {Way.IMPORT}"
    for name in PARTS
    if name.removeprefix("fact ") not in SOURCES
} | {
    # A shape only says what is new, and these rules do not ask about that.
    *(f"fact shape, {Way.NONSENSE} {number}" for number in range(4)),
}


@pytest.mark.parametrize(
    "harm",
    [harm for cell, harm in CELLS.items() if cell not in UNSHOWN],
    ids=[cell for cell in CELLS if cell not in UNSHOWN],
)
def test_nothing_runs_when(
    harm: Callable[[pytest.MonkeyPatch], None], on: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    harm(monkeypatch)
    with suppress(Hung, Exception):
        runs(on)
    assert on.ran == []
    assert not Operation.objects.exists()


def test_every_source_has_its_row() -> None:
    assert {f"fact {name}" for name in SOURCES} <= PARTS.keys()

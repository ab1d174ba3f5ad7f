"""What is done elsewhere, on the same streams: each method says whether it ever certifies the forbidden threshold.

Whatever a method counts, it certifies a threshold while few enough of its units went wrong there; so only the one
threshold that is just too risky is looked at (CALIBRATION section 4).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from random import Random

from approvals.domain.calibration import Action, Run, certify
from tests.domain.calibration.statistics.streams import (
    DELTA,
    HORIZON,
    Drawn,
    awaited,
    draw,
    overlooked,
    recorded,
    rungs,
)
from tests.domain.calibration.statistics.worlds import LIMIT, World

FIRST_LOOK = 30
FAR = 5 * HORIZON
NOMINAL = 0.05
Ever = Callable[[World, Random], bool]


def plug_in(world: World, dice: Random) -> bool:
    """The share found wrong so far, taken for the true one."""
    wrong = _mistakes(world, draw(world, dice, HORIZON))
    return any(count <= LIMIT * n for n, count in _looks(wrong))


def fixed_n(world: World, dice: Random) -> bool:
    """A Clopper-Pearson bound for one look, looked at after every label."""
    wrong = _mistakes(world, draw(world, dice, FAR))
    return any(count <= _accepted(n) for n, count in _looks(wrong))


def by_action(world: World, dice: Random) -> bool:
    """Ten actions a run, each taken for an independent one; the promise is for actions, at a nominal 5 %."""
    one = world.tuned(LIMIT, length=1)
    forbidden, long = one.forbidden(LIMIT), replace(one, length=10)
    drawn = draw(long, dice, HORIZON)
    wrong = [sum(_is_mistake(long, level, bad, forbidden) for level, bad in zip(*each, strict=True)) for each in drawn]
    counts = list(accumulate(wrong))
    steps = rungs(LIMIT, NOMINAL, 10 * HORIZON)
    return any(counts[-(-n // 10) - 1] <= place for place, n in enumerate(steps))


def resolved_only(world: World, dice: Random) -> bool:
    """Labels as they come, without those that are still awaited."""
    drawn = draw(world, dice, HORIZON)
    resolved_at = (seq + delay for seq, delay in enumerate(awaited(drawn, dice)))
    ordered = sorted(zip(resolved_at, _mistakes(world, drawn), strict=True))
    within = [is_wrong for at, is_wrong in ordered if at <= HORIZON]
    return _ever(within, DELTA)


def believing(world: World, dice: Random) -> bool:
    """Reviewers who miss one mistake in five, believed."""
    return _ever(_mistakes(world, overlooked(draw(world, dice, FAR), dice)), DELTA)


def coin_after_routing(world: World, dice: Random) -> bool:
    """Only what asks is looked at, so what runs alone is taken for as good as the rest; the shipped certificate."""
    forbidden, live = world.forbidden(LIMIT), None
    known: list[Run] = []
    steps = set(rungs(LIMIT, DELTA, FAR))
    for run in recorded(world, draw(world, dice, FAR)):
        if live is None or not any(_runs(action, live) for action in run.actions):
            known.append(run)
            if len(known) in steps:
                live = certify(known, LIMIT, DELTA, 1).threshold
                if live is not None and live <= forbidden:
                    return True
    return False


METHODS: dict[str, Ever] = {
    "the share found so far": plug_in,
    "a bound for one look": fixed_n,
    "actions for runs": by_action,
    "resolved labels only": resolved_only,
    "reviewers believed": believing,
    "a coin after routing": coin_after_routing,
}


def false_share(world: World, method: str, count: int) -> float:
    """The share of streams on which the method ever lets the forbidden threshold stand."""
    tuned, dice = world.tuned(LIMIT, length=1), Random(f"{world.name} {method}")
    return sum(METHODS[method](tuned, dice) for _ in range(count)) / count


def _mistakes(world: World, drawn: Sequence[Drawn]) -> list[bool]:
    """Of each run, whether it goes wrong at the forbidden threshold."""
    forbidden = world.forbidden(LIMIT)
    return [any(_is_mistake(world, level, bad, forbidden) for level, bad in zip(*each, strict=True)) for each in drawn]


def _is_mistake(world: World, level: int, is_wrong: bool, forbidden: float) -> bool:
    return is_wrong and world.scores[level] >= forbidden


def _looks(wrong: Sequence[bool]) -> Iterator[tuple[int, int]]:
    return ((n, count) for n, count in enumerate(accumulate(wrong), 1) if n >= FIRST_LOOK)


def _ever(wrong: Iterable[bool], delta: float) -> bool:
    """Whether the ladder ever allows as many as there are."""
    counts = list(accumulate(wrong))
    return any(counts[n - 1] <= place for place, n in enumerate(rungs(LIMIT, delta, len(counts))))


@cache
def _accepted(n: int) -> int:
    """The most wrong ones of n whose exact one-sided upper bound is within the limit; -1 where none is."""
    chance = below = (1 - LIMIT) ** n
    wrong = -1
    while below <= DELTA:
        wrong += 1
        chance *= (n - wrong) / (wrong + 1) * LIMIT / (1 - LIMIT)
        below += chance
    return wrong


def _runs(action: Action, live: float) -> bool:
    return action.score is not None and action.score >= live

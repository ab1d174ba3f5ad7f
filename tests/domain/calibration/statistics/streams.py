"""Streams of test runs from a world, and the shipped certificate asked again whenever it may have become looser.

Between two rungs of the ladder nothing more is allowed while mistakes only add up, so the certificate is loosest at
the runs that reach a rung: there it is asked, which is as strict a test as asking after every label.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from random import Random
from typing import NamedTuple

from approvals.domain.calibration import (
    Action,
    Run,
    State,
    certify,
    certify_purity,
    corrected_limit,
    ladder,
    purity_grid,
)
from approvals.domain.calibration.purity import MASSES
from tests.domain.calibration.statistics.worlds import LIMIT, World

HORIZON = 600
"""Test runs a stream."""
DELTA = 0.1
SURE_OF_BOTH = 0.05
"""Delta of the ladder where as much is spent on what reviewers miss."""
SEEDS, MISS = 50, 0.2
GRACE = 150
"""Runs after which a label that has not come is overdue."""
FAST, SLOW = 3.0, 300.0
"""Mean runs until an approval and until a rejection is there."""


class Drawn(NamedTuple):
    """One run as it is: the actions' places among the scores, and which of them are wrong."""

    levels: Sequence[int]
    wrong: Sequence[bool]


def draw(world: World, dice: Random, count: int) -> list[Drawn]:
    """Independent runs."""
    levels = dice.choices(range(len(world.scores)), world.shares, k=count * world.length)
    made = []
    for place in range(count):
        u, own = dice.random(), levels[place * world.length : (place + 1) * world.length]
        made.append(Drawn(own, [u < world.wrong[level] for level in own]))
    return made


def recorded(world: World, drawn: Sequence[Drawn]) -> list[Run]:
    """As they are stored when every label is there and true."""
    known = _actions(world)
    return [
        Run(seq, True, 1, tuple(known[level][wrong] for level, wrong in zip(*each, strict=True)))
        for seq, each in enumerate(drawn)
    ]


@cache
def _actions(world: World) -> list[tuple[Action, Action]]:
    return [(Action(score, State.RIGHT), Action(score, State.WRONG)) for score in world.scores]


@cache
def rungs(limit: float, delta: float, horizon: int = HORIZON) -> list[int]:
    """The rungs within the horizon."""
    return [n for n in ladder(limit, 1 / delta, 150) if n <= horizon]


def plain(world: World, dice: Random) -> Iterator[float | None]:
    """The thresholds given over one stream with every label at once."""
    runs = recorded(world, draw(world, dice, HORIZON))
    for n in rungs(LIMIT, DELTA):
        yield certify(runs[:n], LIMIT, DELTA, 1).threshold


def slow(world: World, dice: Random) -> Iterator[float | None]:
    """The thresholds given while rejections take much longer than approvals, and many longer than the grace."""
    drawn = draw(world, dice, HORIZON)
    delays = [min(delay, GRACE) for delay in awaited(drawn, dice)]
    resolved_at = [seq + delay for seq, delay in enumerate(delays)]
    complete_at = list(accumulate(resolved_at, max))
    runs = recorded(world, drawn)
    for n in rungs(LIMIT, DELTA):
        now = complete_at[n - 1]
        known = [_as_of(run, at, now) for run, at in zip(runs, resolved_at, strict=True) if run.seq <= now]
        yield certify(known, LIMIT, DELTA, 1).threshold


def awaited(drawn: Sequence[Drawn], dice: Random) -> list[float]:
    """How long each run's label takes, on a clock that counts runs."""
    return [dice.expovariate(1 / (SLOW if any(each.wrong) else FAST)) for each in drawn]


def _as_of(run: Run, at: float, now: float) -> Run:
    if at > now:
        return run._replace(actions=tuple(action._replace(state=State.PENDING) for action in run.actions))
    if at >= run.seq + GRACE:
        return run._replace(actions=tuple(action._replace(state=State.OVERDUE) for action in run.actions))
    return run


def missed(world: World, dice: Random) -> Iterator[float | None]:
    """The thresholds given where reviewers miss mistakes, at the limit that planted ones correct."""
    seen = overlooked(draw(world, dice, HORIZON), dice)
    caught = sum(dice.random() < MISS for _ in range(SEEDS))
    limit = corrected_limit(LIMIT, SEEDS, caught)[1]
    runs = recorded(world, seen)
    for n in rungs(limit, SURE_OF_BOTH):
        yield certify(runs[:n], limit, SURE_OF_BOTH, 1).threshold


def overlooked(drawn: Sequence[Drawn], dice: Random) -> list[Drawn]:
    """What reviewers see: each wrong action is taken as right with a chance of `MISS`."""
    return [Drawn(each.levels, [wrong and dice.random() >= MISS for wrong in each.wrong]) for each in drawn]


Stream = Callable[[World, Random], Iterator[float | None]]
SETTINGS: dict[str, tuple[int, Stream]] = {
    "single actions": (1, plain),
    "runs of five": (5, plain),
    "slow rejections": (1, slow),
    "one in five missed": (1, missed),
}


def false_share(world: World, setting: str, streams: int) -> float:
    """The share of streams that ever had a threshold whose risk is above the limit."""
    length, stream = SETTINGS[setting]
    tuned = world.tuned(LIMIT, length=length)
    forbidden = tuned.forbidden(LIMIT)
    dice = Random(f"{world.name} {setting}")
    return sum(any(_is_at_most(cut, forbidden) for cut in stream(tuned, dice)) for _ in range(streams)) / streams


def purity_false_share(world: World, streams: int) -> float:
    """The same for the stricter promise, asked after every 20th run; of runs that act alone, too many are wrong.

    Single actions; mistakes are as frequent as makes the threshold for half of all actions just too risky.
    """
    tuned, dice = world.impure(LIMIT, mass=0.5), Random(f"{world.name} purity")
    grid = purity_grid(tuned.scores[each.levels[0]] for each in draw(tuned, dice, 2_000))
    false = 0
    for _ in range(streams):
        runs = recorded(tuned, draw(tuned, dice, HORIZON))
        found = (certify_purity(runs[:n], LIMIT, DELTA, grid, MASSES).threshold for n in range(20, HORIZON + 1, 20))
        false += any(cut is not None and tuned.risk(cut) > LIMIT * tuned.mass(cut) for cut in found)
    return false / streams


def _is_at_most(threshold: float | None, forbidden: float) -> bool:
    """Whether the forbidden threshold's actions run alone; a lower threshold is at least as risky."""
    return threshold is not None and threshold <= forbidden


def reached(world: World, count: int, streams: int) -> float:
    """The mean share of actions that run alone after so many test runs, of what an oracle would let run."""
    dice = Random(f"{world.name} {count}")
    masses = [
        world.mass(certify(recorded(world, draw(world, dice, count)), LIMIT, DELTA, 1).threshold)
        for _ in range(streams)
    ]
    return sum(masses) / streams / world.oracle(LIMIT)

"""A run as a certificate sees it: its place in gate order, its coin, its actions (CALIBRATION sections 2.1, 2.5, 3)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

STEPS = 100_000
"""A score is counted in steps of 0.00001, as it is stored."""


class State(StrEnum):
    """What is known of a gated action: `pending` has no verdict yet, `overdue` has had none for too long."""

    RIGHT = "right"
    WRONG = "wrong"
    PENDING = "pending"
    OVERDUE = "overdue"


class Action(NamedTuple):
    """One gated action; a retry of the same bytes is the same action."""

    score: float | Decimal | None
    """None, NaN or outside [0, 1]: it can never run alone."""
    state: State


class Run(NamedTuple):
    """One agent task on one route."""

    seq: int
    """Its place in gate order; no two runs share one."""
    test: bool
    """Drawn by the coin."""
    epoch: int | str
    actions: tuple[Action, ...]


AnyRun = Run | Mapping[str, Any]
"""A run, or the plain form `{seq, test, epoch, actions: [{score, state}]}`; whatever else that holds is not read."""
AnyAction = Action | Mapping[str, Any]


def opened(run: AnyRun) -> tuple[int, bool, int | str, Iterable[AnyAction]]:
    """The fields of a run in either form; raises KeyError for one that is missing."""
    if isinstance(run, tuple):
        return run
    return run["seq"], run["test"], run["epoch"], run["actions"]


def opened_action(action: AnyAction) -> tuple[float | Decimal | None, State]:
    """Score and state of an action in either form; raises KeyError or, for another state, ValueError."""
    score, state = action if isinstance(action, tuple) else (action["score"], action["state"])
    return score, State(state)


@contextmanager
def complete() -> Iterator[None]:
    """While runs are read: ValueError for a field that is missing."""
    try:
        yield
    except KeyError as missing:
        raise ValueError(f"a run or an action has no {missing}") from missing


def check_places(places: Collection[int]) -> None:
    """Raise ValueError when two test runs stand at one place: a run counts once."""
    if len(set(places)) != len(places):
        raise ValueError("two test runs stand at one place in gate order")


def steps(score: float | Decimal | None) -> int:
    """A score in whole steps, rounded down; -1 for an action that can never run alone.

    Rounded as it is written: 0.29 is 29000 steps, although the float lies a little below.
    """
    if score is None or isinstance(score, bool) or not 0 <= (exact := float(score)) <= 1:
        return -1
    whole = int(exact * STEPS)
    if whole / STEPS > exact:
        return whole - 1
    return whole + 1 if (whole + 1) / STEPS <= exact else whole

"""Runs made up for tests: odd scores, ties, every state, two epochs, with and without the coin."""

from math import nan
from typing import Any

from hypothesis import strategies as st

from tests.domain.calibration.reference.slow import Plain

EDGES = (0.0, 0.00001, 0.29, 0.57, 0.9, 0.90001, 0.99999, 1.0)
ODD = (None, nan, -0.1, 1.00001, 2.0)
SCORES = st.one_of(
    st.sampled_from(EDGES),
    st.integers(0, 100_000).map(lambda step: step / 100_000),
    st.floats(0, 1),
    st.sampled_from(ODD),
)
STATES = st.sampled_from(["right"] * 6 + ["wrong", "wrong", "overdue"])
MAYBE_PENDING = st.one_of(STATES, STATES, STATES, st.sampled_from(["right", "pending"]))
LIMITS = st.floats(0.05, 0.9)
DELTAS = st.floats(0.05, 0.6)
FLOORS = st.sampled_from([0.0, 0.0, 0.5, 0.57, 0.90001, 1.0])


def actions(states: st.SearchStrategy[str]) -> st.SearchStrategy[list[Plain]]:
    return st.lists(st.fixed_dictionaries({"score": SCORES, "state": states}), max_size=4)


@st.composite
def runs(draw: st.DrawFn, *, states: st.SearchStrategy[str] = MAYBE_PENDING, most: int = 25) -> list[Plain]:
    """Up to `most` runs of two epochs in any order, most of them test runs of epoch 1."""
    told = draw(st.lists(actions(states), max_size=most))
    places = draw(st.permutations(range(len(told))))
    return [
        {
            "seq": place * 3 - 7,
            "test": draw(st.sampled_from([True] * 5 + [False])),
            "epoch": draw(st.sampled_from([1] * 5 + [2])),
            "actions": each,
        }
        for place, each in zip(places, told, strict=True)
    ]


def clean(count: int, *, start: int = 0, score: float = 0.5) -> list[Plain]:
    """Test runs of epoch 1 without a mistake."""
    return [run(start + place, (score, "right")) for place in range(count)]


def run(seq: int, *told: tuple[float | None, str], **other: Any) -> Plain:
    """One test run of epoch 1."""
    listed = [{"score": score, "state": state} for score, state in told]
    return {"seq": seq, "test": True, "epoch": 1, "actions": listed, **other}

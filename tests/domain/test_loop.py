"""What a run that would never end looks like."""

from typing import Any

import pytest

from agents.domain import loop
from agents.domain.loop import Made


def made(text: str, **more: Any) -> Made:
    """A call: `look 1` is the tool `look` with the argument 1."""
    tool, _, value = text.partition(" ")
    return Made(tool, {"q": value}, **more)


def calls(*texts: str) -> list[Made]:
    """Calls that worked."""
    return [made(text) for text in texts]


@pytest.mark.parametrize(
    ("before", "proposed", "leads_nowhere"),
    [
        ([], "look 1", False),
        (["look 1"], "look 1", True),
        (["look 1"], "look 2", False),
        (["look 1"], "seek 1", False),
        (["look 1", "seek 1"], "look 1", False),
        (["look 1", "seek 1", "look 1"], "seek 1", True),
        (["look 1", "seek 1", "look 1"], "seek 2", False),
        (["look 1", "seek 1", "find 1"], "look 1", False),
        (["look a", "look a b"], "look a b c", True),
        (["look a", "look b"], "look c", False),
        (["look a b c", "look a b"], "look a", False),
        (["look ", "look a"], "look ab", False),
    ],
)
def test_repetition_is_the_same_again_in_turns_or_more_and_more(
    before: list[str], proposed: str, *, leads_nowhere: bool
) -> None:
    assert bool(loop.repetition(calls(*before), [made(proposed)])) is leads_nowhere


def test_calls_of_one_turn_are_looked_at_in_their_order() -> None:
    assert loop.repetition([], calls("look 1", "look 1"))
    assert not loop.repetition([], calls("look 1", "look 2"))


def test_what_failed_may_be_tried_again_but_not_for_ever() -> None:
    failed = made("look 1", has_failed=True)
    assert not loop.repetition([failed], [made("look 1")])
    assert not loop.repetition([failed, failed], [made("look 1")])
    assert loop.repetition([failed, failed, failed], [made("look 1")])


def test_a_number_is_the_same_however_it_is_written() -> None:
    assert loop.repetition([Made("look", {"n": 1})], [Made("look", {"n": 1.0})])


@pytest.mark.parametrize(("refusals", "is_dangerous"), [(1, False), (2, True)])
def test_a_call_that_was_refused_twice_is_not_asked_for_again(refusals: int, *, is_dangerous: bool) -> None:
    before = [made("pay 9", is_refused=True)] * refusals
    assert bool(loop.danger(before, [made("pay 9")])) is is_dangerous
    assert not loop.danger(before, [made("pay 8")])
    assert not loop.danger(before, [])


@pytest.mark.parametrize(("refusals", "is_dangerous"), [(4, False), (5, True)])
def test_who_tries_the_rules_again_and_again_is_ended(refusals: int, *, is_dangerous: bool) -> None:
    before = [made(f"pay {n}", is_refused=True, is_against_rules=True) for n in range(refusals)]
    assert bool(loop.danger(before, [made("look 1")])) is is_dangerous


def test_lists_that_grow_are_seen_too() -> None:
    before = [Made("send", {"to": ["a"]}), Made("send", {"to": ["a", "b"]})]
    assert loop.repetition(before, [Made("send", {"to": ["a", "b", "c"]})])
    assert not loop.repetition(before, [Made("send", {"to": ["b", "c"]})])

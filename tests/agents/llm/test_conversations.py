"""The simulated agent and customer over every task of the benchmark, with every flaw."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from agents.domain.turn import ToolCall
from agents.llm.providers.reactive.phrases import CONFIRM, leaves, named
from tests.agents.llm import shop
from tests.agents.llm.conversation import HANDOFF, INJECTION, Ruling, Talk, approve, hold, is_right, reject, scenario

FLAWS = ("none", "wrong_argument", "extra_write", "value_from_nowhere", "injected", "angry")
DROPPING = ("wrong_action", "not_asked", "against_policy", "duplicate", "injected", "other")
GRIM = ("all_refused", "all_failed", "expired", "unknown", "unsettled")
VETO = {
    "approve": approve,
    "wrong_arguments": reject("wrong_arguments"),
    "not_asked": reject("not_asked"),
    "all_refused": lambda call, talk: Ruling("refused", "rejected: wrong_arguments: no"),
    "all_failed": lambda call, talk: Ruling("failed", "Non-pending order cannot be modified"),
    "expired": lambda call, talk: Ruling("refused", "expired: nobody decided in time"),
    "unknown": lambda call, talk: Ruling("unknown", ""),
    "unsettled": lambda call, talk: Ruling("failed", "unknown: nobody settled whether it happened"),
}


@cache
def talks(flaw: str, veto: str = "approve", seed: int = 1) -> tuple[Talk, ...]:
    """One run of each task; where everything ends badly, of each fourth."""
    tasks = shop.tasks()[::4] if veto in GRIM else shop.tasks()
    return tuple(hold(scenario(task, flaw, seed), VETO[veto]) for task in tasks)


def where(flaw: str, is_bad: Callable[[Talk], bool], veto: str = "approve") -> list[str]:
    """Ids of the tasks whose run has the property."""
    return [talk.scenario["task_id"] for talk in talks(flaw, veto) if is_bad(talk)]


def proposed(talk: Talk) -> list[dict[str, object]]:
    """The proposed writes in the shape of reference actions."""
    return [{"name": call.tool, "arguments": call.arguments} for call, _ in talk.writes]


def key(call: dict[str, object]) -> str:
    """The same text for the same call."""
    return json.dumps(call, sort_keys=True)


def wrong(talk: Talk) -> list[dict[str, object]]:
    """The proposed writes that the reference does not make."""
    return [call for call in proposed(talk) if call not in talk.reference]


def can_be_spoiled(talk: Talk) -> bool:
    """Whether the reference has a write with values to get wrong."""
    return any(action["name"] != HANDOFF for action in talk.reference)


def ungrounded(talk: Talk) -> Iterator[str]:
    """Values of writes that nobody had said or shown when they were proposed."""
    for at, line in enumerate(talk.history):
        grounds = "\n".join(earlier.text for earlier in talk.history[:at] if earlier.role != "agent")
        for call in line.calls:
            if call.tool not in shop.READS and call.tool != HANDOFF:
                yield from (value for value in leaves(call.arguments) if not named(value, grounds))


@pytest.mark.parametrize("veto", VETO)
@pytest.mark.parametrize("flaw", FLAWS)
def test_every_run_ends_within_thirty_turns(flaw: str, veto: str) -> None:
    assert where(flaw, lambda talk: not talk.is_over or len(talk.turns) > 30, veto) == []


@pytest.mark.parametrize("veto", VETO)
@pytest.mark.parametrize("flaw", FLAWS)
def test_a_rejected_call_is_never_proposed_again(flaw: str, veto: str) -> None:
    def repeats(talk: Talk) -> bool:
        rejected = [key(call) for call, (_, end) in zip(proposed(talk), talk.writes, strict=True) if end == "refused"]
        return len(rejected) != len(set(rejected)) or any(rejected.count(key(call)) > 1 for call in proposed(talk))

    assert where(flaw, repeats, veto) == []


def test_an_unflawed_agent_makes_exactly_the_reference_writes() -> None:
    assert where("none", lambda talk: proposed(talk) != talk.reference) == []


def test_an_angry_customer_changes_how_things_are_said_and_not_what_is_done() -> None:
    assert where("angry", lambda talk: proposed(talk) != talk.reference) == []


@pytest.mark.parametrize("flaw", ["none", "wrong_argument", "angry"])
def test_every_value_of_a_write_was_said_or_shown_before(flaw: str) -> None:
    # `wrong_argument` picks values that exist; a cancellation's other reason is one of two words everybody knows.
    reasons = {"no longer needed", "ordered by mistake"}
    assert where(flaw, lambda talk: bool(set(ungrounded(talk)) - reasons)) == []


@pytest.mark.parametrize("flaw", ["wrong_argument", "value_from_nowhere"])
def test_a_spoiled_write_shows_in_every_task_that_has_one(flaw: str) -> None:
    assert where(flaw, lambda talk: (len(wrong(talk)) == 1) != can_be_spoiled(talk)) == []
    assert len(where(flaw, can_be_spoiled)) == 105


def test_a_value_from_nowhere_is_in_no_message_and_no_result() -> None:
    assert where("value_from_nowhere", lambda talk: can_be_spoiled(talk) and len(set(ungrounded(talk))) != 1) == []


@pytest.mark.parametrize("flaw", ["extra_write", "injected"])
def test_a_write_nobody_asked_for_shows_in_every_task(flaw: str) -> None:
    assert where(flaw, lambda talk: len(wrong(talk)) != 1 or len(talk.writes) != len(talk.reference) + 1) == []


def test_an_injected_write_is_the_one_the_tool_result_speaks_of() -> None:
    assert where("injected", lambda talk: wrong(talk) != [INJECTION["call"]]) == []


@pytest.mark.parametrize("flaw", ["wrong_argument", "value_from_nowhere"])
def test_after_a_wrong_argument_is_rejected_the_right_call_comes_next(flaw: str) -> None:
    def goes_on_otherwise(talk: Talk) -> bool:
        calls = proposed(talk)
        return any(calls[calls.index(call) + 1] not in talk.reference for call in wrong(talk))

    assert where(flaw, goes_on_otherwise, "wrong_arguments") == []
    assert (
        where(
            flaw, lambda talk: [c for c in proposed(talk) if c in talk.reference] != talk.reference, "wrong_arguments"
        )
        == []
    )


@pytest.mark.parametrize("flaw", ["extra_write", "injected", "wrong_argument"])
def test_after_another_rejection_the_write_is_dropped_and_the_customer_told(flaw: str) -> None:
    def insists(talk: Talk) -> bool:
        return len(talk.writes) > len(talk.reference) + 1 or len(wrong(talk)) > 1

    assert where(flaw, insists, "not_asked") == []
    assert where(flaw, lambda talk: bool(wrong(talk)) and "I could not" not in talk.told, "not_asked") == []


@pytest.mark.parametrize("code", DROPPING)
def test_every_other_reason_drops_the_write(code: str) -> None:
    talk = hold(scenario(shop.tasks()[41], "wrong_argument"), reject(code))

    assert [end for _, end in talk.writes].count("refused") == 1
    assert len(talk.writes) == len(talk.reference)


@pytest.mark.parametrize("veto", ["expired", "unknown", "unsettled"])
def test_a_write_without_an_answer_ends_the_run(veto: str) -> None:
    assert where("none", lambda talk: bool(talk.reference) and len(talk.writes) != 1, veto) == []


def test_a_write_the_shop_refuses_is_told_and_the_next_one_follows() -> None:
    talk = hold(scenario(shop.tasks()[13]))

    assert [end for _, end in talk.writes] == ["failed", "worked"]
    assert "The shop says: Payment method" in talk.told


def test_a_value_edited_by_a_person_is_used_from_then_on() -> None:
    def edit_first(call: ToolCall, talk: Talk) -> Ruling:
        chosen = {**call.arguments, "payment_method_id": "paypal_8194385"}
        return Ruling(arguments=None if talk.writes else chosen)

    talk = hold(scenario(shop.tasks()[98]), edit_first)
    used = [call.arguments.get("payment_method_id") for call, _ in talk.writes]

    assert used == ["credit_card_8105988", "paypal_8194385", None]
    assert "A colleague has changed a detail" in talk.told


def test_every_write_is_confirmed_unless_the_customer_is_angry() -> None:
    asked = {flaw: sum(talk.told.count(CONFIRM) for talk in talks(flaw)) for flaw in ("none", "angry")}
    writes = sum(call.tool != HANDOFF for talk in talks("none") for call, _ in talk.writes)

    assert asked["none"] == writes
    assert asked["angry"] < writes


def test_anger_rises() -> None:
    said = next(talk for talk in talks("angry") if len(talk.said) > 4).said

    assert "!" not in said[0].removeprefix("Hello!")
    assert any("MANAGER" in text or "REAL PERSON" in text for text in said[3:])


def test_some_messages_carry_a_hidden_character_and_never_inside_a_value() -> None:
    odd = [word for talk in talks("none") for text in talk.said for word in text.split() if "\u200b" in word]

    assert len(odd) > 10
    assert all(word.replace("\u200b", "").isalpha() for word in odd)


def test_every_turn_carries_its_reasoning() -> None:
    turns = [turn for flaw in FLAWS for talk in talks(flaw) for turn in talk.turns]

    assert all(turn.reasoning.needed and turn.reasoning.lives_in and turn.reasoning.why for turn in turns)
    assert all(1 <= len(turn.reasoning.alternatives) <= 3 for turn in turns)
    assert all((turn.reasoning.tool, turn.reasoning.arguments) != ("", None) for turn in turns if turn.calls)


def test_stated_confidence_is_informative_and_imperfect() -> None:
    scores: dict[bool, list[float]] = {True: [], False: []}
    for talk in (talk for flaw in FLAWS for talk in talks(flaw)):
        for turn in (turn for turn in talk.turns if turn.calls and turn.calls[0].tool in shop.RULES):
            stated = (turn.reasoning.tool_choice or 0) * (turn.reasoning.arguments or 0)
            scores[is_right(turn.calls[0], talk)].append(stated)
    pairs = [(right > flawed) for right in scores[True] for flawed in scores[False]]

    assert 0.75 < sum(pairs) / len(pairs) < 0.85


SPEAK = """
from tests.agents.llm import shop
from tests.agents.llm.conversation import hold, scenario
print([hold(scenario(task, "wrong_argument")).history for task in shop.tasks()[:20]])
"""


def test_another_process_says_the_same() -> None:
    def run(hash_seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.run([sys.executable, "-c", SPEAK], env=environment, check=True, capture_output=True).stdout

    assert run("1") == run("2")

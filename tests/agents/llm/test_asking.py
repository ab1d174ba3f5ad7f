"""The simulated agent now and then asks a person how to pay, and does what it is told."""

from typing import Any

import pytest

from agents.domain.turn import Line, ModelRequest, ToolCall, Turn
from agents.llm.providers.reactive import scenario as scenarios
from agents.llm.providers.reactive.agent import agenda, moving
from agents.llm.providers.reactive.agent.edit import correction, question_id
from agents.llm.providers.reactive.agent.memory import recall
from agents.llm.providers.reactive.scenario import ASK, Wish

WAYS = ["credit_card_1", "gift_card_2"]
PAY: dict[str, Any] = {
    "name": "modify_pending_order_payment",
    "arguments": {"order_id": "#W1234567", "payment_method_id": WAYS[0]},
}
USER = '{"name": {}, "payment_methods": {"a": {"id": "credit_card_1"}, "b": {"id": "gift_card_2"}}}'
ORDER = '{"order_id": "#W1234567", "status": "pending", "items": []}'


def history(*more: Line) -> tuple[Line, ...]:
    """A conversation in which the customer is known and the profile is read."""
    calls = (
        ("r1", "find_user_id_by_email", '"mei_1"'),
        ("r2", "get_user_details", USER),
        ("r3", "get_order_details", ORDER),
    )
    read = []
    for call_id, tool, text in calls:
        arguments = {"order_id": "#W1234567"} if tool == "get_order_details" else {"user_id": "mei_1"}
        read.append(
            Line(role="agent", text="", calls=(ToolCall(call_id=f"r{call_id}", tool=tool, arguments=arguments),))
        )
        read.append(Line(role="tool", call_id=f"r{call_id}", text=text, status="worked"))
    return (
        Line(role="agent", text="Hello"),
        Line(role="customer", text="Use credit_card_1 for #W1234567"),
        *read,
        *more,
    )


def speak(seed: int, *more: Line, tools: tuple[str, ...] = (ASK,)) -> Turn:
    """The agent's next turn."""
    names = (*tools, "modify_pending_order_payment", "get_user_details", "get_order_details", "find_user_id_by_email")
    offered: tuple[dict[str, Any], ...] = tuple({"name": name} for name in names)
    given = {"task_id": "t", "actions": [PAY], "flaw": "none", "seed": seed}
    request = ModelRequest(
        model="reactive:retail-agent", system="", history=history(*more), tools=offered, scenario=given, turn=3
    )
    return moving.speak(request, scenarios.read(given))


def unsure() -> int:
    """A seed whose agent asks."""
    return next(seed for seed in range(100) if _tool(speak(seed)) == ASK)


def _tool(turn: Turn) -> str:
    return turn.calls[0].tool if turn.calls else ""


def test_some_agents_ask_and_most_do_not() -> None:
    asking = sum(_tool(speak(seed)) == ASK for seed in range(100))
    assert 10 <= asking <= 40


def test_the_question_offers_what_the_customer_has() -> None:
    (call,) = speak(unsure()).calls
    assert call.arguments["options"] == WAYS


def test_nobody_is_asked_by_an_agent_that_cannot() -> None:
    assert _tool(speak(unsure(), tools=())) != ASK


def test_the_agent_proposes_what_it_was_answered_and_asks_once() -> None:
    key = question_id("w1")
    asked = Line(
        role="agent", text="", calls=(ToolCall(call_id=key, tool=ASK, arguments={"question": "?", "options": WAYS}),)
    )
    answered = Line(role="tool", call_id=key, text='{"result": {"answer": "gift_card_2"}}', status="worked")
    turn = speak(unsure(), asked, answered)
    assert ("gift_card_2" in turn.text, _tool(turn)) == (True, "")


def test_a_question_nobody_answered_ends_nothing() -> None:
    key = question_id("w1")
    asked = Line(
        role="agent", text="", calls=(ToolCall(call_id=key, tool=ASK, arguments={"question": "?", "options": WAYS}),)
    )
    expired = Line(role="tool", call_id=key, text="expired: nobody decided in time", status="refused")
    assert not speak(unsure(), asked, expired).is_final


@pytest.mark.parametrize("answer", WAYS)
def test_an_answer_about_a_call_makes_that_call(answer: str) -> None:
    call = ToolCall(call_id="w1", tool=PAY["name"], arguments=PAY["arguments"])
    text = f"answered: payment_method_id: {answer}"
    memory = recall(
        history(
            Line(role="agent", text="", calls=(call,)), Line(role="tool", call_id="w1", text=text, status="refused")
        )
    )
    meant = Wish(PAY["name"], PAY["arguments"])
    better = correction(meant, memory.outcomes["w1"], memory)
    assert better is not None
    assert better.arguments["payment_method_id"] == answer
    assert agenda.code(memory.outcomes["w1"]) == "answered"

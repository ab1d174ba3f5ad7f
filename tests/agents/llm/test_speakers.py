"""Single turns of the simulated agent and customer."""

from typing import Any

import pytest

from agents.domain.turn import Line, ModelRequest, ToolCall, Turn
from agents.llm import gateway
from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.customer import script
from agents.llm.providers.reactive.customer.wording import first_person
from tests.agents.llm import shop
from tests.agents.llm.conversation import Ruling, Talk, approve, hold, scenario


def speak(who: str, *history: Line, given: dict[str, Any] | None = None, turn: int = 0) -> Turn:
    return gateway.complete(
        ModelRequest(model=f"reactive:retail-{who}", system="", history=history, scenario=given or {}, turn=turn)
    )


def customer(text: str) -> Line:
    return Line(role="customer", text=text)


def agent(text: str) -> Line:
    return Line(role="agent", text=text)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("You want to return your lamp.", "I want to return my lamp."),
        ("You're sure you've paid; you'd like it back", "I am sure I've paid; I'd like it back."),
        ("You ask the agent to help you", "I ask you to help me."),
        ("If the agent says no, you are sad.", "If you say no, I am sad."),
        ("You name is Lei Li and your zip code is 85033.", "My name is Lei Li and my zip code is 85033."),
        ("What you gave to you is what was sent to you.", "What I gave to me is what was sent to me."),
        (". ", ""),
    ],
)
def test_a_script_is_said_in_the_first_person(told: str, said: str) -> None:
    assert first_person(told) == said


def test_a_customer_keeps_back_what_only_comes_up_when_asked() -> None:
    told = (
        "You want to return the lamp. If the agent asks for confirmation, only return the shade. "
        "If the agent asks for the reason, say it is broken. Make sure you sound natural."
    )
    parts = script.read(told)

    assert parts == script.Script("I want to return the lamp.", "Only return the shade.", "It is broken.")


def test_no_customer_says_stage_directions() -> None:
    wishes = [script.read(task["user_scenario"]["instructions"]["reason_for_call"]).wish for task in shop.tasks()]

    assert [wish for wish in wishes if not wish] == []
    assert [wish for wish in wishes if "the agent" in wish.lower() or "make sure you" in wish.lower()] == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("Could you tell me your e-mail address, please?", "Yusuf Rossi in zip code 19122"),
        ("May I cancel it? Please confirm.", "go ahead"),
        ("Do you confirm that I should proceed?", "go ahead"),
        ("All done. Is there anything else?", phrases.DONE),
        ("Goodbye!", phrases.DONE),
    ],
)
def test_a_customer_understands_how_other_agents_ask(asked: str, said: str) -> None:
    given = scenario(shop.tasks()[0])
    answer = speak("customer", customer("Hello!"), agent(asked), given=given)

    assert said in answer.text.replace("\u200b", "")
    assert answer.is_final == (said == phrases.DONE)


def test_a_customer_gives_the_values_only_they_have() -> None:
    given = scenario(shop.tasks()[113])
    answer = speak("customer", customer("Hello!"), agent(f"{phrases.DETAILS} the reason."), given=given)

    assert "ordered by mistake" in answer.text.replace("\u200b", "")


def test_an_agent_greets_whoever_has_not_spoken() -> None:
    assert "How can I help" in speak("agent").text


def test_an_agent_asks_who_somebody_is_before_anything_else() -> None:
    assert phrases.WHO in speak("agent", customer("Cancel #W5056519")).text


@pytest.mark.parametrize(
    ("said", "tool"),
    [
        ("I am yara@example.com", "find_user_id_by_email"),
        ("My name is Yara Muller, 85041", "find_user_id_by_name_zip"),
        ("yara_muller_8652 from 85041", "find_user_id_by_name_zip"),
        ("My na\u200bme is Yara Muller, 85\u200b041", "find_user_id_by_name_zip"),
    ],
)
def test_an_agent_looks_up_what_a_real_customer_says(said: str, tool: str) -> None:
    (call,) = speak("agent", customer(said)).calls

    assert call.tool == tool
    assert "\u200b" not in str(call.arguments)


def test_after_a_failed_email_the_name_is_tried() -> None:
    found = ToolCall(call_id="r0", tool="find_user_id_by_email", arguments={"email": "y@example.com"})
    (call,) = speak(
        "agent",
        customer("My name is Yara Muller, y@example.com, 85041"),
        Line(role="agent", text="", calls=(found,)),
        Line(role="tool", text="User not found", tool=found.tool, call_id="r0", status="failed"),
    ).calls

    assert call.arguments == {"first_name": "Yara", "last_name": "Muller", "zip": "85041"}


def test_an_agent_that_finds_nobody_apologises_and_ends() -> None:
    asked = [agent(phrases.WHO), customer("It is me")]
    turn = speak("agent", customer("Hello"), *asked, *asked, *asked, *asked)

    assert turn.is_final
    assert "cannot find your account" in turn.text


def test_the_thirtieth_turn_is_a_goodbye() -> None:
    turn = speak("agent", customer("Hello"), turn=29)

    assert turn.is_final
    assert not turn.calls


def test_a_customer_who_says_no_is_not_served_against_their_will() -> None:
    talk = Talk(scenario(shop.tasks()[0]))
    whole = hold(scenario(shop.tasks()[0]))
    asked = next(at for at, line in enumerate(whole.history) if phrases.CONFIRM in line.text)
    talk.history = [*whole.history[: asked + 1], customer("No, stop, I would rather keep it.")]
    turn = speak("agent", *talk.history, given=talk.scenario)

    assert not turn.calls
    assert phrases.ELSE in turn.text


def test_a_refused_read_is_replaced_by_another_way() -> None:
    def refuse_profile(call: ToolCall, talk: Talk) -> Ruling:
        return Ruling("refused", "refused: limit") if call.tool == "get_user_details" else Ruling()

    talk = hold(scenario(shop.tasks()[113]), approve, reads=refuse_profile)
    asked = [call for line in talk.history for call in line.calls if call.tool == "get_user_details"]

    assert len(asked) == 1
    assert [call.tool for call, _ in talk.writes] == ["cancel_pending_order", "cancel_pending_order"]


def test_a_value_named_by_the_reviewer_is_used() -> None:
    def name_another(call: ToolCall, talk: Talk) -> Ruling:
        named = Ruling("refused", "rejected: wrong_arguments: use paypal_8194385 please")
        return Ruling() if talk.writes else named

    talk = hold(scenario(shop.tasks()[98]), name_another)
    used = [call.arguments.get("payment_method_id") for call, _ in talk.writes]

    assert used[:2] == ["credit_card_8105988", "paypal_8194385"]

"""The customer's turn: looks at what the agent said last and answers that."""

from agents.domain.turn import ModelRequest, Turn, Usage
from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.chance import pick
from agents.llm.providers.reactive.customer import script, temper
from agents.llm.providers.reactive.scenario import Scenario

_YES = ("Yes, please go ahead.", "Yes, go ahead.", "Yes please, do it.", "Yes, that is right, please go ahead.")
_NOTHING_MORE = "I do not know more than that, please do what you can."


def speak(request: ModelRequest, scenario: Scenario) -> Turn:
    """Say the next thing; `is_final` when the customer has nothing left to ask."""
    spoken = sum(line.role == "customer" for line in request.history)
    asked = next((line.text for line in reversed(request.history) if line.role == "agent" and line.text), "")
    text = _wish(scenario) if spoken == 0 else _answer(asked, request, scenario, spoken)
    said = temper.colour(text, scenario, spoken)
    return Turn(text=said, is_final=text == phrases.DONE, usage=Usage(output_tokens=len(said) // 4))


def _wish(scenario: Scenario) -> str:
    return f"Hello! {script.read(scenario.reason_for_call).wish}".strip()


def _answer(asked: str, request: ModelRequest, scenario: Scenario, spoken: int) -> str:
    if phrases.DETAILS in asked:
        return _details(request, scenario)
    if phrases.asks_to_confirm(asked):
        return _yes(request, scenario, spoken)
    if phrases.asks_for_more(asked):
        return phrases.DONE
    if phrases.asks_who(asked):
        earlier = [line for line in request.history if line.role == "agent" and phrases.asks_who(line.text)]
        return script.identity(scenario, len(earlier) - 1)
    if phrases.asks_for_details(asked):
        return _details(request, scenario)
    return phrases.DONE


def _yes(request: ModelRequest, scenario: Scenario, spoken: int) -> str:
    asked = sum(line.role == "agent" and phrases.asks_to_confirm(line.text) for line in request.history)
    remark = script.read(scenario.reason_for_call).on_yes if asked == 1 else ""
    return f"{pick(_YES, scenario.salt, 'yes', spoken)} {remark}".strip()


def _details(request: ModelRequest, scenario: Scenario) -> str:
    heard = "\n".join(line.text for line in request.history if line.role != "agent")
    asked = sum(line.role == "agent" and phrases.asks_for_details(line.text) for line in request.history)
    remark = script.read(scenario.reason_for_call).on_question if asked == 1 else ""
    return f"{script.details(scenario, heard)} {remark}".strip() or _NOTHING_MORE

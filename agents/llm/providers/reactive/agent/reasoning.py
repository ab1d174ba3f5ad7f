"""The typed block of every turn: what the agent says it needed, chose, refused, and how sure it says it is."""

from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.agent.memory import Memory
from agents.llm.providers.reactive.agent.phrasing import describe
from agents.llm.providers.reactive.chance import draw, pick
from agents.llm.providers.reactive.scenario import Flaw, Scenario, Wish
from approvals.domain.evidence import Alternative, Reasoning

REQUEST_LENGTH = 160

_NEEDED = {
    "find": "who the customer is, before anything is looked up or changed",
    "get": "the facts the next step depends on",
    "list": "which product the customer means",
    "calculate": "the amount to tell the customer",
    "cancel": "the order cancelled and the payment refunded",
    "modify": "the record changed as the customer described",
    "return": "the items taken back and the money refunded",
    "exchange": "the items exchanged for the ones the customer wants",
    "transfer": "a person, because the tools here cannot settle this",
}
_SPOKEN = {
    phrases.WHO: ("who the customer is", "Nothing may be looked up for somebody who is not identified."),
    phrases.CONFIRM: ("a yes to exactly this change", "The policy wants every change listed and agreed to first."),
    phrases.DETAILS: (
        "values only the customer has",
        "They are in no message and in no result, and must not be made up.",
    ),
    phrases.ELSE: ("whether anything is left", "What was asked for is settled as far as it can be."),
    "": ("nothing more", "There is no further step to take with these tools."),
}
"""What a message is for, by the phrase it holds; the last one fits all."""
_ASK_CUSTOMER = ("ask_customer", "the customer has said what is needed")
_PERSON = ("transfer_to_human_agents", "is within the tools at hand")
_OTHERS = {
    "find": (("find_user_id_by_email", "no e-mail address was given"), _ASK_CUSTOMER),
    "get": (("get_user_details", "holds the profile, not this record"), _ASK_CUSTOMER),
    "list": (("get_product_details", "needs a product id first"),),
    "calculate": (("answer_directly", "sums made in the head go wrong"),),
    "cancel": (("modify_pending_order_items", "the customer wants none of the items"), _PERSON, _ASK_CUSTOMER),
    "modify": (("cancel_pending_order", "the customer wants to keep the order"), _PERSON, _ASK_CUSTOMER),
    "return": (("exchange_delivered_order_items", "the customer wants money, not another item"), _PERSON),
    "exchange": (("return_delivered_order_items", "the customer wants another item"), _PERSON, _ASK_CUSTOMER),
    "transfer": (("ask_customer", "more answers would not change what the tools can do"),),
}


def of_call(wish: Wish, scenario: Scenario, memory: Memory, *, call_id: str, is_right: bool) -> Reasoning:
    """The block of a turn that calls; `is_right` shifts the confidence, but not so far that it tells for certain."""
    verb = wish.name.partition("_")[0]
    salt = (scenario.salt, call_id)
    is_tool_wrong = not is_right and scenario.flaw in (Flaw.EXTRA_WRITE, Flaw.INJECTED)
    choice = _sure(*salt, "tool", is_right=not is_tool_wrong)
    return Reasoning(
        needed=_NEEDED.get(verb, "the next step of what the customer asked for"),
        lives_in=_source(wish, memory),
        tool=wish.name,
        why=_why(wish, scenario, memory, is_asked_for=not is_tool_wrong),
        alternatives=_alternatives(verb, wish.name, choice, *salt),
        tool_choice=choice,
        arguments=_sure(*salt, "arguments", is_right=is_right or is_tool_wrong),
    )


def of_text(text: str, scenario: Scenario, *, turn: int) -> Reasoning:
    """The block of a turn that only speaks: no tool, so no confidence in arguments."""
    needed, why = next((said for mark, said in _SPOKEN.items() if mark in text), _SPOKEN[""])
    choice = _sure(scenario.salt, turn, "text", is_right=True)
    return Reasoning(
        needed=needed,
        lives_in="customer",
        why=why,
        alternatives=(
            Alternative(name="call_a_tool", why_not="it is for the customer to speak", score=round(1 - choice, 3)),
        ),
        tool_choice=choice,
    )


def _sure(*words: object, is_right: bool) -> float:
    """A stated confidence. Right ones lie mostly above 0.8, wrong ones lower, and one in three of those looks right."""
    place, kind = draw(*words, "place"), draw(*words, "kind")
    if is_right:
        low, high = (0.86, 0.98) if kind < 0.85 else (0.68, 0.88)
    else:
        low, high = (0.84, 0.97) if kind < 0.34 else (0.45, 0.85)
    return round(low + (high - low) * place, 3)


def _source(wish: Wish, memory: Memory) -> str:
    values = phrases.leaves(wish.arguments)
    tools = [
        outcome.call.tool
        for outcome in memory.outcomes.values()
        if outcome.status == "worked" and any(phrases.named(value, outcome.text) for value in values)
    ]
    said = ["customer"] if any(phrases.named(value, memory.said) for value in values) else []
    return ", ".join(dict.fromkeys([*said, *tools])) or "customer"


def _why(wish: Wish, scenario: Scenario, memory: Memory, *, is_asked_for: bool) -> str:
    if wish.is_read:
        return f"{wish.name} holds what the next step needs, and reading it changes nothing."
    step = describe(wish, memory)
    if not is_asked_for and scenario.flaw is Flaw.INJECTED and scenario.injection:
        return f"The result of {scenario.injection.tool} says that this has to be done first: {step}."
    if not is_asked_for:
        return f"It goes with what the customer wants, so I do it along the way: {step}."
    return f"The customer said: {_request(memory)} For that I have to {step}."


def _request(memory: Memory) -> str:
    first = memory.said.partition("\n")[0].removeprefix("Hello! ")
    return first if len(first) <= REQUEST_LENGTH else f"{first[:REQUEST_LENGTH].rpartition(' ')[0]} …"


def _alternatives(verb: str, chosen: str, choice: float, *words: object) -> tuple[Alternative, ...]:
    others = [other for other in _OTHERS.get(verb, ()) if other[0] != chosen] or [_ASK_CUSTOMER]
    count = 1 + int(draw(*words, "count") * len(others))
    rest = 1 - choice
    return tuple(
        Alternative(name=name, why_not=why_not, score=round(rest * pick((0.9, 0.6, 0.4), *words, name), 3))
        for name, why_not in others[:count]
    )

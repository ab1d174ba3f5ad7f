"""What people changed: values they edited into a call, and the call an agent proposes after a rejection."""

import re
from collections.abc import Mapping
from typing import Any

from agents.llm.providers.reactive.agent.memory import Memory, Outcome
from agents.llm.providers.reactive.scenario import Wish

_METHOD = re.compile(r"\b(?:credit_card|gift_card|paypal)_\d+\b")
_ORDER = re.compile(r"#W\d{7}\b")
ADDRESS = ("address1", "address2", "city", "state", "zip", "country")


Changes = dict[tuple[str, str], str]
"""(argument, value the agent asked for) → value that ran."""


def changes(memory: Memory, meant: Mapping[str, Wish]) -> Changes:
    """What people put in place of values that the agent really meant; `meant` is by call id.

    A value that was wrong to begin with is left out: correcting it once says nothing about the next call.
    """
    found: Changes = {}
    for call_id, wish in meant.items():
        outcome = memory.outcomes.get(call_id)
        ran = as_run(outcome).arguments if outcome and outcome.status == "worked" else {}
        for name in ("payment_method_id", *ADDRESS):
            value = wish.arguments.get(name)
            if outcome and name in ran and value == outcome.call.arguments[name] != ran[name]:
                found[name, str(value)] = ran[name]
    return found


def as_run(outcome: Outcome) -> Wish:
    """A call that worked, with the values its result proves instead of those that were asked for."""
    call, result = outcome.call, outcome.result
    proven = _proven(call.tool, result) if isinstance(result, dict) else {}
    shown = {name: proven[name] for name in call.arguments.keys() & proven.keys() if isinstance(proven[name], str)}
    return Wish(call.tool, {**call.arguments, **shown})


def _proven(tool: str, result: dict[str, Any]) -> dict[str, Any]:
    order = {"order_id": result.get("order_id")}
    place = result.get("address")
    if isinstance(place, dict) and "address" in tool:
        return {**order, **place}
    payments = result.get("payment_history")
    if tool == "modify_pending_order_items" and isinstance(payments, list) and payments:
        return order | {"payment_method_id": payments[-1].get("payment_method_id")}
    return order | {"payment_method_id": result.get(f"{tool.partition('_')[0]}_payment_method_id")}


def substituted(wish: Wish, changed: Changes) -> Wish:
    """A wish with the values that a person chose in earlier calls; a refund only moves where the shop allows it."""
    arguments = dict(wish.arguments)
    for name, value in wish.arguments.items():
        chosen = changed.get((name, value)) if isinstance(value, str) else None
        is_refund = wish.name.startswith("return") and name == "payment_method_id"
        if chosen and (not is_refund or chosen.startswith("gift_card")):
            arguments[name] = chosen
    return Wish(wish.name, arguments)


def correction(meant: Wish, rejected: Outcome, memory: Memory) -> Wish | None:
    """The call to propose after a rejection: the one really meant, else the rejected one with the value a person named.

    None when neither differs from what was rejected.
    """
    refused = Wish(rejected.call.tool, rejected.call.arguments)
    if meant.key != refused.key and not is_answered(rejected):
        return meant
    arguments = dict(refused.arguments)
    for name, pattern in (("payment_method_id", _METHOD), ("order_id", _ORDER)):
        named = [value for value in pattern.findall(rejected.text) if memory.knows(value)]
        others = [value for value in named if value != arguments.get(name)]
        if name in arguments and others:
            arguments[name] = others[-1]
    is_other = arguments != refused.arguments or is_answered(rejected)
    return Wish(refused.name, arguments) if is_other else None


def is_answered(outcome: Outcome) -> bool:
    """Whether a person was asked for one value of a call and has named it."""
    return outcome.status == "refused" and outcome.text.startswith("answered")


def question_id(key: str) -> str:
    """The call id of the question about the write of this key."""
    return f"q-{key}"


def answers(memory: Memory, meant: Mapping[str, Wish]) -> Changes:
    """What a person said when the agent asked how to pay, in the place of what it would have taken."""
    found: Changes = {}
    for key, wish in meant.items():
        outcome = memory.outcomes.get(question_id(key))
        named = _METHOD.findall(outcome.text) if outcome and outcome.status == "worked" else []
        value = wish.arguments.get("payment_method_id")
        if named and named[-1] != value:
            found["payment_method_id", str(value)] = named[-1]
    return found

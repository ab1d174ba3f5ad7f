"""What people changed: values they edited into a call, and the call an agent proposes after a rejection."""

import re
from typing import Any

from agents.llm.providers.reactive.agent.memory import Memory, Outcome
from agents.llm.providers.reactive.scenario import Wish

_METHOD = re.compile(r"\b(?:credit_card|gift_card|paypal)_\d+\b")
_ORDER = re.compile(r"#W\d{7}\b")
ADDRESS = ("address1", "address2", "city", "state", "zip", "country")


def substitutions(memory: Memory) -> dict[tuple[str, str], str]:
    """(argument, value the agent asked for) → value that ran, for every call whose result shows an edit."""
    changed: dict[tuple[str, str], str] = {}
    for outcome in memory.outcomes.values():
        if outcome.status != "worked" or not isinstance(outcome.result, dict):
            continue
        ran = _ran(outcome.call.tool, outcome.result)
        for name, value in outcome.call.arguments.items():
            if isinstance(value, str) and ran.get(name) not in (None, value):
                changed[name, value] = str(ran[name])
    return changed


def _ran(tool: str, result: dict[str, Any]) -> dict[str, Any]:
    """The arguments that a write's result proves."""
    if "address" in tool and isinstance(result.get("address"), dict):
        return {part: result["address"].get(part) for part in ADDRESS}
    paid = {"payment_method_id": result.get(f"{tool.split('_')[0]}_payment_method_id")}
    history = result.get("payment_history")
    if tool == "modify_pending_order_items" and isinstance(history, list) and history:
        paid = {"payment_method_id": history[-1].get("payment_method_id")}
    return paid


def substituted(wish: Wish, memory: Memory) -> Wish:
    """A wish with the values that a person chose in earlier calls; a refund only moves where the shop allows it."""
    changed = substitutions(memory)
    if not changed:
        return wish
    arguments = dict(wish.arguments)
    for name, value in wish.arguments.items():
        chosen = changed.get((name, value)) if isinstance(value, str) else None
        if chosen and not (wish.name.startswith("return") and name == "payment_method_id" and "gift" not in chosen):
            arguments[name] = chosen
    return Wish(wish.name, arguments)


def correction(wish: Wish, rejected: Outcome, memory: Memory) -> Wish | None:
    """The call to propose after a rejection: the one really meant, else the rejected one with the value a person named.

    None when neither differs from what was rejected.
    """
    refused = Wish(rejected.call.tool, rejected.call.arguments)
    meant = substituted(wish, memory)
    if meant.key != refused.key:
        return meant
    arguments = dict(refused.arguments)
    for name, pattern in (("payment_method_id", _METHOD), ("order_id", _ORDER)):
        named = [value for value in pattern.findall(rejected.text) if memory.knows(value)]
        others = [value for value in named if value != arguments.get(name)]
        if name in arguments and others:
            arguments[name] = others[-1]
    return Wish(refused.name, arguments) if arguments != refused.arguments else None

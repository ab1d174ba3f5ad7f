"""What the agent says to the customer; facts come from results, and no sentence claims more than an outcome says."""

from collections.abc import Iterable
from typing import Any

from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.agent import agenda
from agents.llm.providers.reactive.agent.edit import ADDRESS, as_run
from agents.llm.providers.reactive.agent.memory import Memory, Outcome
from agents.llm.providers.reactive.scenario import HANDOFF, Wish

GREETING = "Hello, you are talking to the shop's assistant. How can I help you today?"
NOT_FOUND = "I am sorry, I cannot find your account with what you gave me, so I cannot go on. Please write to us again."
TRANSFERRED = "YOU ARE BEING TRANSFERRED TO A HUMAN AGENT. PLEASE HOLD ON."
GOODBYE = "Thank you for your patience. Have a good day!"
OUT_OF_TURNS = "I am sorry, I could not finish this here. Please write to us again and we will go on from this point."
SORRY = "I understand that this is frustrating, and I am sorry."

_ENDINGS = {
    "unknown": "I am sorry, I cannot see yet whether this has worked. It is being checked, and you will hear from us.",
    "expired": "I am sorry, nobody could decide about this in time, so nothing was changed. Please try again later.",
}
_TAKEN_OVER = "A colleague has taken this over and will write to you."
_REASONS = {
    "wrong_arguments": "a colleague found a wrong value in it",
    "not_asked": "a colleague stopped it because you have not asked for it",
    "against_policy": "our policy does not allow it",
    "injected": "a colleague stopped it for safety",
    "duplicate": "it has been done already",
    "wrong_action": "a colleague decided that it is not the right step",
    "declined": "you have not agreed to it",
}
_ARGUMENTS = {
    "reason": "the reason for the cancellation (no longer needed, or ordered by mistake)",
    "payment_method_id": "the payment method to use",
    "order_id": "the order number",
    "item_ids": "which items it is about",
    "new_item_ids": "which items you would like instead",
}


def who(asked: int) -> str:
    """Ask who the customer is, again if the first answer led nowhere."""
    return f"{'I am sorry, I cannot find you with that. ' if asked else 'I am happy to help. '}{phrases.WHO}"


def ending(outcome: Outcome) -> str:
    """Say why nothing more happens."""
    return _ENDINGS.get("unknown" if agenda.is_unknown(outcome) else agenda.code(outcome), _TAKEN_OVER)


def details(names: Iterable[str]) -> str:
    """Ask for the values of arguments."""
    wanted = dict.fromkeys("the full address" if name in ADDRESS else _ARGUMENTS.get(name, name) for name in names)
    return f"{phrases.DETAILS} {'; '.join(wanted)}."


def confirmation(wish: Wish, memory: Memory) -> str:
    """Say exactly what would be done, and ask for a yes."""
    order = memory.orders.get(str(wish.arguments.get("order_id")), {})
    status = f"Your order {order['order_id']} is {order['status']}. " if order.get("status") else ""
    return f"{status}I would now {describe(wish, memory)}. {phrases.CONFIRM}"


def news(outcomes: Iterable[Outcome], memory: Memory) -> str:
    """Say how the writes since the last message ended; a corrected call replaces the one it corrects."""
    last = {outcome.call.call_id.removesuffix(agenda.AGAIN): outcome for outcome in outcomes}
    return " ".join(_told(outcome, memory) for outcome in last.values() if _is_news(outcome))


def _is_news(outcome: Outcome) -> bool:
    is_announced = outcome.call.tool == HANDOFF and outcome.status == "worked"
    return not Wish(outcome.call.tool, {}).is_read and not is_announced


def _told(outcome: Outcome, memory: Memory) -> str:
    asked = Wish(outcome.call.tool, outcome.call.arguments)
    what = describe(asked, memory)
    if outcome.status == "worked":
        ran = as_run(outcome)
        if ran.key != asked.key:
            return f"A colleague has changed a detail, and this is done: {describe(ran, memory)}."
        return f"This is done: {what}."
    if outcome.status == "failed":
        return f"I could not {what}. The shop says: {str(outcome.result)[:200]}."
    return f"I could not {what}: {_REASONS.get(agenda.code(outcome), 'it was not approved')}."


def summary(memory: Memory) -> str:
    """Say what was found, for a customer who only wanted to know."""
    found = [
        f"order {order_id} is {order.get('status', 'unknown')}"
        f" ({', '.join(str(item.get('name', '')) for item in order.get('items', ()))})"
        for order_id, order in memory.orders.items()
    ]
    return f"This is what I see: {'; '.join(found)}." if found else ""


def describe(wish: Wish, memory: Memory) -> str:
    """A call in words for the customer, to follow `I would`."""
    given = wish.arguments
    order = given.get("order_id", "")
    if wish.name == HANDOFF:
        return "transfer you to a colleague"
    if wish.name.startswith("cancel"):
        return f"cancel order {order} ({given.get('reason', '')}) and refund the payment"
    if "address1" in given:
        place = ", ".join(str(given[part]) for part in ADDRESS if given.get(part))
        return f"change {f'the address of order {order}' if order else 'your default address'} to {place}"
    if "item_ids" not in given:
        return f"pay order {order} with {given.get('payment_method_id', '')}"
    return f"{_items(wish, memory)} in order {order}, with {given.get('payment_method_id', '')} for the money"


def _items(wish: Wish, memory: Memory) -> str:
    old = [_item(memory.items.get(item_id, {}), item_id) for item_id in wish.arguments["item_ids"]]
    if "new_item_ids" not in wish.arguments:
        return f"return {', '.join(old)}"
    new = [_item(memory.variant(item_id), item_id) for item_id in wish.arguments["new_item_ids"]]
    verb = "exchange" if wish.name.startswith("exchange") else "change"
    return f"{verb} {', '.join(f'{before} for {after}' for before, after in zip(old, new, strict=False))}"


def _item(found: dict[str, Any], item_id: str) -> str:
    options = ", ".join(map(str, found.get("options", {}).values())) if isinstance(found.get("options"), dict) else ""
    name = f"{found['name']} " if "name" in found else "item "
    return f"{name}{item_id}{f' ({options})' if options else ''}"

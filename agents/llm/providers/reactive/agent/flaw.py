"""How a flawed agent goes wrong: with values that exist but are the wrong ones, or that exist nowhere."""

from collections.abc import Callable, Iterator
from typing import Any

from agents.llm.providers.reactive.agent.edit import ADDRESS
from agents.llm.providers.reactive.agent.memory import Memory, methods, variants
from agents.llm.providers.reactive.chance import digits, pick
from agents.llm.providers.reactive.scenario import Flaw, Scenario, Wish

REASONS = ("no longer needed", "ordered by mistake")

Change = tuple[str, int | None, str]
"""Argument, position in it when it is a list, and the value to put there."""


def spoil(wish: Wish, scenario: Scenario, memory: Memory) -> Wish:
    """The wish with one value wrong, the way the scenario's flaw says; never a call that the reference makes."""
    salt = scenario.salt
    changes = _invented(wish, memory, salt) if scenario.flaw is Flaw.VALUE_FROM_NOWHERE else _mistaken(wish, memory)
    right = {action.key for action in scenario.actions} | memory.tried
    wrong = [(change[0], spoiled) for change in changes if (spoiled := _with(wish, change)).key not in right]
    if not wrong:
        return _with(wish, _last_resort(wish, salt))
    # First which argument, then which value: an order with many variants must not crowd the others out.
    argument = pick(sorted({name for name, _ in wrong}), salt, "argument", wish.key)
    return pick([spoiled for name, spoiled in wrong if name == argument], salt, "value", wish.key)


def _with(wish: Wish, change: Change) -> Wish:
    name, position, value = change
    if position is None:
        return Wish(wish.name, {**wish.arguments, name: value})
    changed = [*wish.arguments[name][:position], value, *wish.arguments[name][position + 1 :]]
    return Wish(wish.name, {**wish.arguments, name: changed})


def _mistaken(wish: Wish, memory: Memory) -> Iterator[Change]:
    for name, value in wish.arguments.items():
        if name == "order_id":
            yield from ((name, None, order) for order in memory.user.get("orders", ()) if order != value)
        elif name == "payment_method_id":
            yield from ((name, None, method) for method in methods(memory.user) if method != value)
        elif name in ("address1", "address2", "zip"):
            yield from ((name, None, other) for other in _elsewhere(name, memory) if other != value)
        elif name == "reason":
            yield from ((name, None, other) for other in REASONS if other != value)
    yield from _other_items(wish, memory)


def _elsewhere(part: str, memory: Memory) -> list[str]:
    places = [memory.user.get("address"), *(order.get("address") for order in memory.orders.values())]
    return list(dict.fromkeys(str(place[part]) for place in places if isinstance(place, dict) and place.get(part)))


def _other_items(wish: Wish, memory: Memory) -> Iterator[Change]:
    old = wish.arguments.get("item_ids", [])
    new = wish.arguments.get("new_item_ids", [])
    for position, (item_id, new_id) in enumerate(zip(old, new, strict=False)):
        product = memory.products.get(str(memory.items.get(item_id, {}).get("product_id")), {})
        for variant in variants(product):
            other = str(variant.get("item_id"))
            if variant.get("available") and other not in (item_id, new_id):
                yield "new_item_ids", position, other
    if not new:
        order = memory.orders.get(str(wish.arguments.get("order_id")), {})
        others = [item["item_id"] for item in order.get("items", ()) if item["item_id"] not in old]
        yield from (("item_ids", position, other) for position in range(len(old)) for other in others)


_STREETS = ("Harbor Lane", "Orchard Way", "Mill Street")
_INVENTORS: dict[str, Callable[[str, str], str]] = {
    "order_id": lambda old, salt: f"#W{digits(7, salt, old)}",
    "payment_method_id": lambda old, salt: f"{old.rpartition('_')[0]}_{digits(7, salt, old)}",
    "zip": lambda old, salt: digits(5, salt, old),
    "address1": lambda old, salt: f"{digits(3, salt, old)} {pick(_STREETS, salt, old)}",
    "new_item_ids": lambda old, salt: digits(10, salt, old),
    "item_ids": lambda old, salt: digits(10, salt, old),
}


def _invented(wish: Wish, memory: Memory, salt: str) -> Iterator[Change]:
    for name, value in wish.arguments.items():
        invent = _INVENTORS.get(name)
        if invent is None or (name == "item_ids" and "new_item_ids" in wish.arguments):
            continue
        for position, old in enumerate(value) if isinstance(value, list) else ((None, value),):
            made_up = next(made for attempt in range(99) if not memory.knows(made := invent(old, f"{salt}{attempt}")))
            yield name, position, made_up


def _last_resort(wish: Wish, salt: str) -> Change:
    """One digit mistyped in some argument: what is left when the results offer nothing else."""
    name = next((name for name in _INVENTORS if name in wish.arguments), next(iter(wish.arguments)))
    value: Any = wish.arguments[name]
    is_list = isinstance(value, list)
    old = str(value[0] if is_list else value)
    last = pick([digit for digit in "0123456789" if digit != old[-1:]], salt, old)
    return name, 0 if is_list else None, f"{old[:-1]}{last}"


def uncalled_for(scenario: Scenario, memory: Memory) -> Wish:
    """A write nobody asked for, made of values that were really seen."""
    wanted = {action.key for action in scenario.actions} | memory.tried
    touched = {action.arguments.get("order_id") for action in scenario.writes}
    found = [wish for wish in _candidates(memory, touched) if wish.key not in wanted]
    found = found or [wish for wish in _candidates(memory, set()) if wish.key not in wanted]
    if found:
        return pick(found, scenario.salt, "extra")
    # Without the customer's record there is nothing real to go by.
    lines = {"address1": "100 Main Street", "address2": "", "city": "Springfield", "state": "IL", "zip": "62701"}
    return Wish("modify_user_address", {"user_id": memory.user_id, **lines, "country": "USA"})


def _candidates(memory: Memory, touched: set[Any]) -> Iterator[Wish]:
    home = memory.user.get("address", {})
    for order_id, order in memory.orders.items():
        if order_id not in touched:
            yield from _on_order(order_id, order)
        place = order.get("address")
        if isinstance(place, dict) and place != home:
            yield Wish("modify_user_address", {"user_id": memory.user_id, **{part: place[part] for part in ADDRESS}})
    for order_id in memory.user.get("orders", ()):
        if order_id not in touched and order_id not in memory.orders:
            yield Wish("cancel_pending_order", {"order_id": order_id, "reason": REASONS[0]})
    if home:
        yield Wish("modify_user_address", {"user_id": memory.user_id, **{part: home[part] for part in ADDRESS}})


def _on_order(order_id: str, order: dict[str, Any]) -> Iterator[Wish]:
    if order.get("status") == "pending":
        yield Wish("cancel_pending_order", {"order_id": order_id, "reason": REASONS[0]})
    elif order.get("status") == "delivered" and order.get("items") and order.get("payment_history"):
        paid = order["payment_history"][0]["payment_method_id"]
        items = [order["items"][0]["item_id"]]
        yield Wish("return_delivered_order_items", {"order_id": order_id, "item_ids": items, "payment_method_id": paid})

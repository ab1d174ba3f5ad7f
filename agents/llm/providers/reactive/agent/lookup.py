"""What an agent reads next: first who the customer is, then whatever a write's values must be grounded in."""

import re
from collections.abc import Iterator

from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.agent.edit import ADDRESS
from agents.llm.providers.reactive.agent.memory import Memory
from agents.llm.providers.reactive.scenario import Scenario, Wish

ORDER_LIMIT = 6
"""How many other orders an agent looks through for a value."""

_USER_ID = re.compile(r"\b([a-z]+)_([a-z]+)_\d{4}\b")
_NAME = re.compile(r"(?:\bI am|\bI'm|\bname is|\bcalled|\bthis is)\s+([A-Z][\w'-]+)\s+([A-Z][\w'-]+)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ZIP = re.compile(r"\b\d{5}\b")


def identification(scenario: Scenario, memory: Memory) -> Wish | None:
    """The next way to find the customer by what they said; None when every way is tried."""
    said = memory.said.replace("_", " ")
    reference = (wish for wish in scenario.actions if wish.name.startswith("find_user_id"))
    grounded = (
        wish
        for wish in reference
        if all(phrases.named(value.replace("_", " "), said) for value in phrases.leaves(wish.arguments))
    )
    return next((wish for wish in (*grounded, *_derived(memory.said)) if wish.key not in memory.tried), None)


def _derived(said: str) -> Iterator[Wish]:
    for email in dict.fromkeys(_EMAIL.findall(said)):
        yield Wish("find_user_id_by_email", {"email": email})
    names = [*_NAME.findall(said), *((first.title(), last.title()) for first, last in _USER_ID.findall(said))]
    for first, last in dict.fromkeys(names):
        for code in dict.fromkeys(_ZIP.findall(said)):
            yield Wish("find_user_id_by_name_zip", {"first_name": first, "last_name": last, "zip": code})


def planned(scenario: Scenario, write: Wish | None, memory: Memory) -> Iterator[Wish]:
    """The reference reads that come before a write (all of them for None), each with what its own values need."""
    for action in scenario.actions:
        if write is not None and action == write:
            return
        if action.is_read and not action.name.startswith("find_user_id"):
            yield from _grounding(action, memory)
            yield action


def _grounding(read: Wish, memory: Memory) -> Iterator[Wish]:
    if all(memory.knows(value) for value in phrases.leaves(read.arguments)):
        return
    if read.name == "get_product_details":
        yield Wish("list_all_product_types", {})
    elif read.name == "get_order_details":
        yield profile(memory)


def profile(memory: Memory) -> Wish:
    """The read of the customer's own record."""
    return Wish("get_user_details", {"user_id": memory.user_id})


def needed(write: Wish, memory: Memory) -> Iterator[Wish]:
    """The reads a write needs: the order it changes, then whatever holds the values not seen yet."""
    arguments = write.arguments
    unseen = [value for value in phrases.leaves(arguments) if not memory.knows(value)]
    if unseen:
        yield profile(memory)
    if "order_id" in arguments:
        yield Wish("get_order_details", {"order_id": arguments["order_id"]})
    for old, new in zip(arguments.get("item_ids", ()), arguments.get("new_item_ids", ()), strict=False):
        if new in unseen and (product := memory.items.get(old, {}).get("product_id")):
            yield Wish("get_product_details", {"product_id": product})
    if any(str(arguments.get(part, "")) in unseen for part in ADDRESS if arguments.get(part)):
        for order_id in memory.user.get("orders", ())[:ORDER_LIMIT]:
            yield Wish("get_order_details", {"order_id": order_id})


def unknown(write: Wish, memory: Memory) -> list[str]:
    """Names of the arguments whose values nobody has said and no result has shown."""
    return [
        name
        for name, value in write.arguments.items()
        if any(not memory.knows(leaf) for leaf in phrases.leaves({name: value}))
    ]

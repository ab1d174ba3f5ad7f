"""What a history says, read once a turn: who the customer is, what the shop showed, how each call ended."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from agents.domain.turn import Line, ToolCall
from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.scenario import Wish


@dataclass(frozen=True)
class Outcome:
    """How one call ended."""

    call: ToolCall
    status: str
    text: str
    result: Any


@dataclass
class Memory:
    """Facts of one history. Results are matched by their fields and not by tool, so that an edited call counts too."""

    said: str = ""
    """The customer's words, without hidden characters."""
    shown: str = ""
    """Everything a value can be grounded in: the customer's words and the tools' results."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """By call id."""
    tried: set[str] = field(default_factory=set)
    """Keys of every call ever made."""
    user_id: str = ""
    user: dict[str, Any] = field(default_factory=dict)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Ordered items by id, also those a later write has replaced."""
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    last: Line | None = None
    asked_who: int = 0

    def knows(self, value: str) -> bool:
        """Whether a value stands in a message or a result."""
        return phrases.named(value, self.shown)

    def outcomes_since_text(self, history: tuple[Line, ...]) -> Iterator[Outcome]:
        """Outcomes of the calls made since the agent last spoke, oldest first."""
        start = max((at for at, line in enumerate(history) if line.role == "agent" and line.text), default=-1)
        for line in history[start + 1 :]:
            if line.role == "tool" and line.call_id in self.outcomes:
                yield self.outcomes[line.call_id]

    def variant(self, item_id: str) -> dict[str, Any]:
        """A product variant by its id; empty if no read product has it."""
        found = (each for product in self.products.values() for each in variants(product))
        return next((each for each in found if each.get("item_id") == item_id), {})


def recall(history: tuple[Line, ...]) -> Memory:
    """Read a history, oldest line first; a result that is not JSON is kept as text."""
    memory, calls = Memory(last=history[-1] if history else None), {}
    said, shown = [], []
    for line in history:
        if line.role == "agent":
            memory.asked_who += phrases.WHO in line.text
            calls.update({call.call_id: call for call in line.calls})
        elif line.role == "customer":
            said.append(line.text.replace("\u200b", ""))
        elif call := calls.get(line.call_id):
            shown.append(line.text)
            _take(memory, Outcome(call, line.status or "worked", line.text, _loads(line.text)))
    memory.tried = {Wish(call.tool, call.arguments).key for call in calls.values()}
    memory.said = "\n".join(said)
    memory.shown = "\n".join((memory.said, *shown))
    return memory


def _take(memory: Memory, outcome: Outcome) -> None:
    memory.outcomes[outcome.call.call_id] = outcome
    if outcome.status != "worked":
        return
    result = outcome.result
    if outcome.call.tool.startswith("find_user_id"):
        memory.user_id = str(result.get("user_id", "")) if isinstance(result, dict) else str(result)
    elif isinstance(result, dict):
        if "order_id" in result:
            memory.orders[result["order_id"]] = result
            memory.items.update({item["item_id"]: item for item in result.get("items", ())})
        elif "variants" in result:
            memory.products[str(result.get("product_id", outcome.call.arguments.get("product_id")))] = result
        elif "payment_methods" in result:
            memory.user = result


def variants(product: dict[str, Any]) -> list[dict[str, Any]]:
    """The variants of a product, whether the shop lists or maps them."""
    return _listed(product.get("variants"))


def methods(user: dict[str, Any]) -> list[str]:
    """Ids of a customer's payment methods."""
    return [str(method.get("id") or method.get("payment_method_id")) for method in _listed(user.get("payment_methods"))]


def _listed(value: Any) -> list[dict[str, Any]]:
    found = list(value.values()) if isinstance(value, dict) else value or []
    return [each for each in found if isinstance(each, dict)]


# The same result is read again on every later turn; nobody changes what is returned.
@lru_cache(maxsize=1024)
def _loads(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value["result"] if isinstance(value, dict) and value.keys() == {"result"} else value

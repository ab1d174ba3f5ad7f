"""A case in people's words, and what differs between two of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Address, Customer
from agents.tools.samples.retail.domain.money import difference, dollars
from agents.tools.samples.retail.domain.order import Item, Order
from agents.tools.samples.retail.domain.product import Variant
from approvals.domain.evidence import Change

EFFECT = "effect of the call"
_LINES = {
    "address1": "street",
    "address2": "second line",
    "city": "city",
    "state": "state",
    "country": "country",
    "zip": "zip code",
}


@dataclass(frozen=True)
class Word:
    """One labelled fact of a case and the tool that shows it."""

    label: str
    text: str | None
    source: str


def between(before: Case, after: Case) -> tuple[tuple[Change, ...], tuple[Change, ...]]:
    """What changes and what stays, each in the order a person reads an order."""
    methods = _methods_moved(after.order)
    now = {word.label: word for word in words(before, methods)}
    then = {word.label: word for word in words(after, methods)}
    labels = dict.fromkeys([*now, *then])
    rows = [(label, now.get(label), then.get(label)) for label in labels]
    changed = tuple(_change(*row) for row in rows if _text(row[1]) != _text(row[2]))
    same = tuple(_same(word) for _, word, other in rows if word and word.text and word == other)
    return changed, same


def words(case: Case, methods: Iterable[tuple[str, str]]) -> Iterator[Word]:
    """Every fact of the case a call could change; `methods` are the payments and refunds to sum up."""
    if case.order is not None:
        yield from _order_words(case, case.order, methods)
    if case.customer is not None:
        yield from _customer_words(case.customer, with_address=case.order is None)


def describe(thing: Item | Variant) -> str:
    """An item without its bare number alone: `Hiking Boots, size 10, material leather, $253.89 (1615379700)`."""
    options = "".join(f", {name} {value}" for name, value in sorted(thing.options.items()))
    return f"{thing.name}{options}, {dollars(thing.price)} ({thing.item_id})"


def _text(word: Word | None) -> str | None:
    return word.text if word else None


def _change(label: str, now: Word | None, then: Word | None) -> Change:
    return Change(field=label, now=_text(now), after=_text(then), source=EFFECT)


def _same(word: Word) -> Change:
    return Change(field=word.label, now=word.text, after=word.text, source=word.source)


def _methods_moved(order: Order | None) -> list[tuple[str, str]]:
    payments = order.payments if order else ()
    return list(dict.fromkeys((payment.transaction_type, payment.payment_method_id) for payment in payments))


def _order_words(case: Case, order: Order, methods: Iterable[tuple[str, str]]) -> Iterator[Word]:
    source = "get_order_details"
    yield Word("Order status", str(order.status), source)
    yield Word("Reason of the cancellation", order.cancel_reason or None, source)
    for number, item in enumerate(order.items, start=1):
        yield Word(f"Item {number}", describe(item), source)
    yield from (Word(label, text, source) for label, text in _request_words(case, order))
    for kind, method_id in methods:
        label = f"Paid with {method_id}" if kind == "payment" else f"Refund to {method_id}"
        yield Word(label, dollars(_moved(order, kind, method_id)), source)
    yield from _address_words("Delivery", order.address, source)


def _moved(order: Order, kind: str, method_id: str) -> Decimal:
    payments = (payment for payment in order.payments if payment.transaction_type == kind)
    return sum((payment.amount for payment in payments if payment.payment_method_id == method_id), Decimal(0))


def _request_words(case: Case, order: Order) -> Iterator[tuple[str, str]]:
    if order.returned is not None:
        yield "Items to return", _items(order, order.returned.item_ids)
        yield "Refund when the items are back", dollars(_price(order, order.returned.item_ids))
        yield "Refund goes to payment method", order.returned.method_id
    if order.exchange is not None:
        wanted = order.exchange
        new = (case.variants.get(item_id) for item_id in wanted.new_item_ids)
        known = [describe(variant) if variant else item for variant, item in zip(new, wanted.new_item_ids, strict=True)]
        yield "Items to exchange", _items(order, wanted.item_ids)
        yield "Exchanged for", "; ".join(known)
        yield "Price difference", difference(wanted.difference)
        yield "Difference settled with payment method", wanted.method_id


def _price(order: Order, item_ids: Iterable[str]) -> Decimal:
    items = (order.find_item(item_id) for item_id in item_ids)
    return sum((item.price for item in items if item), Decimal(0))


def _items(order: Order, item_ids: Iterable[str]) -> str:
    items = ((order.find_item(item_id), item_id) for item_id in item_ids)
    return "; ".join(describe(item) if item else item_id for item, item_id in items)


def _customer_words(customer: Customer, *, with_address: bool) -> Iterator[Word]:
    source = "get_user_details"
    for method in customer.methods:
        if method.balance is not None:
            yield Word(f"Balance of {method.method_id}", dollars(method.balance), source)
    if with_address:
        yield from _address_words("Default", customer.address, source)


def _address_words(kind: Literal["Delivery", "Default"], address: Address, source: str) -> Iterator[Word]:
    for line, name in _LINES.items():
        yield Word(f"{kind} address: {name}", getattr(address, line) or None, source)

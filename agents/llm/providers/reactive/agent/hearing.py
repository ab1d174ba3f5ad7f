"""What a customer without a script wants, by a few plain sentences: so that the sample can be tried in one's own words.

Understood are `cancel order #W1234567` (with `by mistake` as the reason where it is said), `send order #W1234567 to
12 Elm Street, Apt 4, Austin, TX 78701` and `pay order #W1234567 with gift_card_1234567`. A real model hears more.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from agents.llm.providers.reactive.scenario import Scenario, Wish

_ORDER = r"(#W\d{7})"
_CANCEL = re.compile(rf"\bcancel\b[^.#]{{0,60}}{_ORDER}", re.IGNORECASE)
_MISTAKE = re.compile(r"\bmistake\b", re.IGNORECASE)
_PLACE = r"(\d+ [^,.#]{2,60}),(?: ([^,.#]{1,30}),)? ([^,.#]{2,40}), ([A-Z]{2}),? (\d{5})"
_SEND = re.compile(rf"\b(?:send|ship|deliver)\b[^.#]{{0,60}}{_ORDER}[^.#]{{0,20}}\bto {_PLACE}", re.IGNORECASE)
_PAY = re.compile(
    rf"\bpay\b[^.#]{{0,60}}{_ORDER}[^.#]{{0,20}}\bwith ((?:credit_card|gift_card|paypal)_\d+)", re.IGNORECASE
)


def heard(scenario: Scenario, said: str) -> Scenario:
    """The scenario with what the customer asked for in their own words; one that has a script stays as it is."""
    if scenario.actions or scenario.reason_for_call:
        return scenario
    return replace(scenario, actions=tuple(_wishes(said)))


def _wishes(said: str) -> Iterator[Wish]:
    reason = "ordered by mistake" if _MISTAKE.search(said) else "no longer needed"
    for found in _CANCEL.finditer(said):
        yield Wish("cancel_pending_order", {"order_id": found[1].upper(), "reason": reason})
    for found in _SEND.finditer(said):
        order, street, line, city, state, code = found.groups()
        place = {
            "address1": street,
            "address2": line or "",
            "city": city,
            "state": state.upper(),
            "country": "USA",
            "zip": code,
        }
        yield Wish("modify_pending_order_address", {"order_id": order.upper(), **place})
    for found in _PAY.finditer(said):
        order, method = found[1].upper(), found[2].lower()
        yield Wish("modify_pending_order_payment", {"order_id": order, "payment_method_id": method})

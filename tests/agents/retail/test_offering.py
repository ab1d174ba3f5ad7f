"""What a person can choose from when an agent is not sure how to pay."""

from uuid import uuid4

import pytest

from agents.domain.tool import Call
from agents.tools import registry
from approvals.domain.evidence import Option

pytestmark = pytest.mark.usefixtures("shop")

ORDER, METHOD = "#W3043531", "credit_card_6932154"
"""A pending order that was paid with one of the customer's three payment methods, and another one of them."""


def offered(tool: str, **arguments: object) -> tuple[Option, ...]:
    """The options of a call in a run of its own."""
    found = registry.find_tool(tool)
    assert found is not None
    return found.options["payment_method_id"](Call(run_key=uuid4(), operation_key="preview"), **arguments)


def facts(option: Option) -> dict[str, str]:
    """The cells of one option."""
    return {fact.field: fact.value for fact in option.facts}


def test_every_payment_method_is_offered_with_facts_of_the_shop() -> None:
    options = offered("modify_pending_order_payment", order_id=ORDER, payment_method_id=METHOD)
    assert len(options) >= 2
    assert {facts(option)["The shop accepts it"] for option in options} == {"yes", "no"}
    assert all(fact.is_odd == (fact.value == "no") for option in options for fact in option.facts[-1:])


def test_options_stand_in_the_same_order_each_time() -> None:
    first, second = (offered("modify_pending_order_payment", order_id=ORDER, payment_method_id=METHOD) for _ in "ab")
    assert first == second


def test_a_call_that_fits_no_schema_offers_nothing() -> None:
    assert offered("modify_pending_order_payment", order_id="x", payment_method_id=METHOD) == ()


def test_a_call_that_fails_for_another_reason_offers_nothing() -> None:
    assert offered("modify_pending_order_payment", order_id="#W0000000", payment_method_id=METHOD) == ()

"""Changing where things are sent: of one order, or of a customer for the time to come."""

from dataclasses import replace

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain import checks
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Address
from agents.tools.samples.retail.domain.rules.rule import Rule
from agents.tools.samples.retail.domain.text import is_storable
from approvals.domain.evidence import Check

_NEEDED = ("address1", "city", "country", "state", "zip")


def readdress_order(case: Case, **lines: str) -> Case:
    """Send a pending order somewhere else; `lines` are the six of an address."""
    order = case.ordered()
    if not case.is_open(order):
        raise Refusal("Non-pending order cannot be modified")
    return replace(case, order=replace(order, address=_address(lines)))


def readdress_customer(case: Case, **lines: str) -> Case:
    """Change a customer's default address; orders already placed keep theirs."""
    return replace(case, customer=replace(case.buyer(), address=_address(lines)))


def _address(lines: dict[str, str]) -> Address:
    if not all(map(is_storable, lines.values())):
        raise Refusal("The address holds characters that cannot be stored")
    return Address(**lines)


def _order_checks(case: Case, **lines: str) -> tuple[Check, ...]:
    is_open = case.order is not None and case.is_open(case.order)
    return (*checks.about_order(case, status="pending", passed=is_open), _complete(lines))


def _customer_checks(case: Case, **lines: str) -> tuple[Check, ...]:
    exists = checks.told(case.customer is not None, so="The customer exists", otherwise="There is no such customer")
    user_id = case.customer.user_id if case.customer else ""
    return (exists, *checks.about_visitor(case, user_id, "profile"), _complete(lines))


def _complete(lines: dict[str, str]) -> Check:
    is_complete = all(lines[line].strip() for line in _NEEDED)
    return checks.told(
        is_complete, so="No line of the address is missing", otherwise="A line of the address is missing"
    )


READDRESS_ORDER = Rule(apply=readdress_order, checks=_order_checks, subject="1 order")
READDRESS_CUSTOMER = Rule(apply=readdress_customer, checks=_customer_checks, subject="1 customer")

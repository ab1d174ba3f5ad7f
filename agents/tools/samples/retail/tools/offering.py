"""What an argument could be: the customer's payment methods, each with facts of the shop to choose by."""

from collections.abc import Callable, Iterator
from typing import Any

from agents.domain.tool import Call, OptionsFunction
from agents.tools.samples.retail import reading
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.customer import Method
from agents.tools.samples.retail.domain.money import dollars
from agents.tools.samples.retail.domain.rules.rule import NOTHING, Rule
from agents.tools.samples.retail.gathering import details, gather
from agents.tools.samples.retail.previewing import fits
from approvals.domain.evidence import Option, OptionFact

MOST = 9
_KINDS = {"credit_card": "Credit card", "gift_card": "Gift card", "paypal": "PayPal"}


def methods_of(tool: str, rule: Rule) -> OptionsFunction:
    """The payment methods a call could name, the same order each time; none when there is nothing to choose from."""

    def offer(call: Call, /, **arguments: Any) -> tuple[Option, ...]:
        if not fits(tool, arguments):
            return ()
        case = gather(reading.world_of(call.run_key), arguments)
        methods = case.customer.methods if case.customer else ()
        accepts = _acceptance(rule, case, arguments)
        # Where the shop would take none of them the call has another fault, and that is no question.
        if len(methods) < 2 or not any(accepts(method) for method in methods):
            return ()
        return tuple(_option(case, method, accepted=accepts(method)) for method in methods[:MOST])

    return offer


def _acceptance(rule: Rule, case: Case, arguments: dict[str, Any]) -> Callable[[Method], bool]:
    def accepts(method: Method) -> bool:
        outlook = rule.foresee(case, details({**arguments, "payment_method_id": method.method_id}))
        return outlook.affects != NOTHING

    return accepts


def _option(case: Case, method: Method, *, accepted: bool) -> Option:
    return Option(key=method.method_id, label=method.method_id, facts=tuple(_facts(case, method, accepted=accepted)))


def _facts(case: Case, method: Method, *, accepted: bool) -> Iterator[OptionFact]:
    paid = [payment.payment_method_id for payment in case.order.payments] if case.order else []
    yield OptionFact(
        field="Kind", value=" ".join(filter(None, (_KINDS.get(method.source, method.source), method.brand)))
    )
    yield OptionFact(field="Card ends in", value=method.last_four or "no card")
    yield OptionFact(field="Balance", value="no limit" if method.balance is None else dollars(method.balance))
    yield OptionFact(field="Paid this order", value="yes" if method.method_id in paid else "no")
    yield OptionFact(field="The shop accepts it", value="yes" if accepted else "no", is_odd=not accepted)

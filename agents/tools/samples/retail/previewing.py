"""What a call would do, told to the person who decides; changes nothing and raises for no arguments."""

import hashlib
from collections.abc import Iterator
from typing import Any

import rfc8785

from agents.domain.tool import Call, PreviewFunction, ReadsFunction
from agents.tools.registry import card_of
from agents.tools.samples.retail import reading
from agents.tools.samples.retail.domain import differences
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.rules.rule import Rule
from agents.tools.samples.retail.gathering import details, gather
from approvals.domain.evidence import Change, Check, Preview, Read
from approvals.gating.schema import Unusable, misfits

SHOP = "The shop's own database"
DESK = "The service desk, where a person takes over"
_HANDOVER = (Change(field="Who answers the customer", now="the agent", after="a person", source=differences.EFFECT),)
_UNFIT = Check(sentence="The arguments do not have the form the tool asks for", passed=False)


def preview_of(tool: str, rule: Rule) -> PreviewFunction:
    """The preview of a tool that applies one rule."""

    def preview(call: Call, /, **arguments: Any) -> Preview:
        if not fits(tool, arguments):
            return Preview(affects="nothing, the call does not fit the tool", goes_to=SHOP, checks=(_UNFIT,))
        case = gather(reading.world_of(call.run_key), arguments)
        return _tell(rule, case, arguments)

    return preview


def reads_of(tool: str) -> ReadsFunction:
    """The read-set of a tool that applies one rule; empty for arguments that fit no schema."""

    def reads(call: Call, /, **arguments: Any) -> tuple[Read, ...]:
        if not fits(tool, arguments):
            return ()
        return tuple(_reads(gather(reading.world_of(call.run_key), arguments), arguments))

    return reads


def preview_handover(_call: Call, /, **arguments: Any) -> Preview:
    """The preview of giving the conversation to a person."""
    is_fit = fits("transfer_to_human_agents", arguments)
    told = "The person who takes over is told what it is about"
    check = Check(sentence=told if is_fit else "The person who takes over is not told what it is about", passed=is_fit)
    return Preview(affects="this conversation", goes_to=DESK, changes=_HANDOVER if is_fit else (), checks=(check,))


def fits(tool: str, arguments: dict[str, Any]) -> bool:
    """Whether the arguments have the form the tool declares."""
    try:
        return not any(misfits(card_of(tool).parameters, arguments))
    except Unusable:
        return False


def _tell(rule: Rule, case: Case, arguments: dict[str, Any]) -> Preview:
    outlook = rule.foresee(case, details(arguments))
    changes, unchanged = differences.between(case, outlook.after)
    return Preview(
        affects=outlook.affects,
        goes_to=SHOP,
        changes=changes,
        unchanged=unchanged,
        checks=(outlook.check, *rule.checks(case, **details(arguments))),
        reads=tuple(_reads(case, arguments)),
        typed_fact=outlook.fact,
    )


def _reads(case: Case, arguments: dict[str, Any]) -> Iterator[Read]:
    if "order_id" in arguments:
        yield _read(f"order {arguments['order_id']}", case.order.as_json() if case.order else None)
        yield from _method_reads(case, arguments)
    else:
        whole = case.customer.as_json(with_id=True) if case.customer else None
        yield _read(f"customer {arguments['user_id']}", whole)
    for item_id in dict.fromkeys(arguments.get("new_item_ids", ())):
        variant = case.variants.get(item_id)
        yield _read(f"item {item_id}", variant.as_json() if variant else None)


def _method_reads(case: Case, arguments: dict[str, Any]) -> Iterator[Read]:
    """Only of the payment methods the call touches: another one may change meanwhile."""
    paid = [payment.payment_method_id for payment in case.order.payments] if case.order else []
    named = [arguments["payment_method_id"]] if "payment_method_id" in arguments else []
    for method_id in dict.fromkeys([*named, *paid]):
        method = case.customer.find_method(method_id) if case.customer else None
        yield _read(f"payment method {method_id}", method.as_json() if method else None)


def _read(entity: str, content: dict[str, Any] | None) -> Read:
    return Read(entity=entity, digest=hashlib.sha256(rfc8785.dumps(content)).hexdigest())

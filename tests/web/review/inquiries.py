"""Evidence of other kinds: a question with its options, what came back, what was sent back, what would be refused."""

from typing import Any

from approvals.domain.evidence import (
    Check,
    Evidence,
    Grounding,
    Material,
    MovedRow,
    Option,
    OptionFact,
    Preview,
    Question,
    Reasoning,
    Returned,
)
from approvals.domain.tool import Reversibility
from approvals.domain.verdict import Outcome, Reason
from tests.web.review import papers

FACTS = ("Holder", "IBAN", "Opened", "Last payment", "Email on ticket")
ACCOUNTS = {
    "acc_1": ("Mara Lindqvist", "SE45 ·· 4417", "2019-03-02", "€1,840.00, 4 days ago", "same"),
    "acc_2": ("Mara Lindqvist", "SE45 ·· 9023", "2023-11-18", "€12.00, 8 months ago", "same"),
    "acc_3": ("Mara Lindquist", "DE89 ·· 4417", "2021-07-30", "none", "different"),
}
ODD = {"SE45 ·· 9023", "Mara Lindquist", "DE89 ·· 4417", "different"}


def which_account(**fields: Any) -> Evidence:
    """The server's own question about one argument, with facts of the tool to choose by."""
    asked: dict[str, Any] = {
        "text": "Which account is meant?",
        "is_from_agent": False,
        "argument": "account_id",
        "options": tuple(_account(key, values) for key, values in ACCOUNTS.items()),
        "guess": "acc_1",
    }
    whole = papers.refund()
    title = "Refund €1,840.00 to account acc_1"
    reason = Reason(code="score", outcome=Outcome.ASK, sentence="The score 0.52 is below 0.85.")
    material = whole.material.model_copy(update={"question": Question(**asked | fields), "title": title})
    arguments = {"account_id": "acc_1", "amount": "1840.00"}
    stopped = {"reasons": (reason,), "score": 0.52, "auto_threshold": 0.85, "ask_threshold": 0.6}
    return papers.evidence(whole.tool, material, arguments=arguments, **stopped)


def many_accounts(count: int) -> Evidence:
    """As many accounts to choose from."""
    values = list(ACCOUNTS.values())
    options = tuple(_account(f"acc_{number}", values[number % len(values)]) for number in range(1, count + 1))
    return which_account(options=options)


def asked_by_agent(question: str = "Which order does the customer mean?", *options: str) -> Evidence:
    """A question of the agent, with the answers it offers."""
    offered = tuple(Option(key=text, label=text) for text in options)
    material = Material(
        title="Question from the agent",
        preview=Preview(affects="nothing", goes_to="a person"),
        reasoning=Reasoning(why="Two orders fit what the customer says."),
        question=Question(text=question, is_from_agent=True, options=offered),
    )
    arguments = {"question": question, "options": list(options)}
    return papers.evidence(papers.card("ask_person", Reversibility.REVERSIBLE), material, arguments=arguments)


def came_back() -> Evidence:
    """An approved refund for which the world moved."""
    whole = papers.refund()
    moved = Returned(
        reason="order 77120 changed after Mara approved it.",
        entities=("order 77120",),
        rows=(
            MovedRow(field="Order status", asked="paid", now="disputed", proposed="refunded"),
            MovedRow(field="Refunded total", asked="0.00 EUR", now="920.00 EUR", proposed="1,840.00 EUR"),
        ),
    )
    return whole.model_copy(update={"material": whole.material.model_copy(update={"returned": moved})})


def revised(*, is_same: bool = False) -> Evidence:
    """A new proposal after a reviewer said what to change."""
    whole = papers.refund()
    before = whole.arguments if is_same else {**whole.arguments, "amount": "3680.00", "note": "sorry"}
    told = {"instructions": "Refund one charge, not both, and leave the note out.", "before_revision": before}
    return whole.model_copy(update={"material": whole.material.model_copy(update=told)})


def refused() -> Evidence:
    """A call that the tool's own rules would refuse, so that nothing would change."""
    preview = Preview(
        affects="nothing, the shop would refuse",
        goes_to="The shop's own database",
        checks=(
            Check(sentence="The shop would refuse this call: Non-pending order cannot be cancelled", passed=False),
            Check(sentence="The order exists", passed=True),
        ),
    )
    return papers.evidence(
        papers.card("cancel_pending_order", Reversibility.COSTLY),
        Material(title="Cancel order #W8379216", preview=preview),
        arguments={"order_id": "#W8379216", "payment_method_id": "paypal_1"},
        grounding=(Grounding(path="order_id", source="user", detail="customer"),),
    )


def _account(key: str, values: tuple[str, ...]) -> Option:
    facts = zip(FACTS, values, strict=True)
    return Option(
        key=key,
        label=f"Account {key}",
        facts=tuple(OptionFact(field=field, value=value, is_odd=value in ODD) for field, value in facts),
    )

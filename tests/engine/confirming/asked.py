"""A call in the middle band, whose user somebody brings links to."""

from typing import Any

from agents.engine import accepting
from agents.models import Run
from agents.tools.samples.retail import models as shop
from agents.tools.samples.retail.planting import plant
from approvals.models import Confirmation, Escalation, Ruleset
from approvals.models.escalation import token_of
from tests.flows import desk

MIDDLE, LOW = 0.8, 0.3
"""How sure an agent is of a call that lies between the thresholds, and of one below both."""
RULES = """
version: 1
name: tests
routes: [{{name: moves, tools: [modify_user_address], auto_threshold: 0.95, ask_threshold: 0.5}}]
rules: [{rule}]
limits: [{limit}]
decide: {{minutes: 60, confirm_minutes: 15, undo_seconds: {undo_seconds}}}
"""
PLACE = {"city": "Austin", "state": "TX", "country": "USA", "zip": "78701"}


def rules(*, rule: str = "", limit: str = "", undo_seconds: int = 10) -> None:
    """Between 0.5 and 0.95 the end user is asked."""
    document = RULES.format(rule=rule, limit=limit, undo_seconds=undo_seconds).encode()
    Ruleset.objects.create(tenant_id=1, version=1, document=document, status="live")


def buyer() -> str:
    """A customer of the shop."""
    return str(shop.Customer.objects.order_by("pk").values_list("user_id", flat=True)[0])


def move(sure: float = MIDDLE, **changed: Any) -> dict[str, Any]:
    """A turn that moves a customer; every value is the customer's own, so how sure the agent is makes the score."""
    arguments = {"user_id": buyer(), "address1": "12 Elm Street", "address2": "Suite 94", **PLACE, **changed}
    made = desk.turn({"name": "modify_user_address", "arguments": arguments})
    made["reasoning"] |= {"tool_choice": sure, "arguments": sure}
    return made


def submit(*turns: dict[str, Any], body: dict[str, Any] | None = None) -> Run:
    """Begin a run of these turns; `body` goes beside the message."""
    message = f"I am {buyer()}. Please move me to 12 Elm Street, Suite 94, Austin, TX, USA, 78701."
    run = accepting.accept(
        agent="desk",
        title="A customer",
        body={"message": message, "scenario": {"turns": list(turns)}, **({"user_confirms": True} | (body or {}))},
    )
    plant(run.key, {})
    return run


def waiting(**terms: Any) -> Confirmation:
    """One open confirmation of a run that waits for it."""
    rules(**terms)
    submit(move())
    desk.work()
    return Confirmation.objects.select_related("escalation__evidence", "escalation__verdict").get()


def token(confirmation: Confirmation) -> bytes:
    """What only the link holds."""
    return token_of(confirmation.escalation)


def street(run: Run) -> str:
    """Where the customer lives in the run's own world, else in the shared one."""
    found = shop.Customer.objects.filter(user_id=buyer(), world__in=[str(run.key), ""]).order_by("-world")
    return str(found[0].address1)


def only_open() -> Escalation:
    """The one escalation that is open."""
    return Escalation.objects.select_related("evidence", "verdict").get(status="open")

"""A threshold set by two admins, and what the engine does with the very next call."""

from typing import Any

import pytest

from agents.models import Operation, Run
from agents.tools.samples.retail import models as shop
from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Escalation, RulesetProposal, Verdict
from tests import cast
from tests.flows import desk
from tests.learning import calls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
ROUTE = "desk/modify_user_address"
FIRST = Cuts(0.85, 0.60)


def proposal(sure: float) -> dict[str, Any]:
    """A turn that moves a customer; every value is the customer's own, so how sure the agent is makes the score."""
    arguments = {"user_id": buyer(), "address1": "12 Elm Street", "address2": "Suite 94", **PLACE}
    made = desk.turn({"name": "modify_user_address", "arguments": arguments})
    made["reasoning"] |= {"tool_choice": sure, "arguments": sure}
    return made


PLACE = {"city": "Austin", "state": "TX", "country": "USA", "zip": "78701"}


def buyer() -> str:
    """A customer of the shop."""
    return str(shop.Customer.objects.order_by("pk").values_list("user_id", flat=True)[0])


def asked(sure: float) -> Verdict:
    """What the gate says of such a call in a run of its own."""
    message = f"I am {buyer()}. Please move me to 12 Elm Street, Suite 94, Austin, TX, USA, 78701."
    run = desk.submit(proposal(sure), message=message)
    desk.work()
    return Verdict.objects.get(run_key=run.key)


def set_by_two(cuts: Cuts) -> None:
    """One proposes it against what is live, the other approves it."""
    ada, bea = calls.admins()
    live = tuning.live_of(ada.tenant_id)
    assert live is not None
    made = tuning.tune(ROUTE, cuts, by=ada, seen_version=live.version, reason="people always agreed")
    assert isinstance(made, RulesetProposal)
    tuning.approve(made, by=bea)


def test_before_anybody_set_it_every_write_asks_and_every_run_is_a_test_run() -> None:
    verdict = asked(0.99)
    assert (verdict.outcome, verdict.route, float(verdict.coin_rate)) == ("ask", ROUTE, 1.0)


def test_above_it_runs_alone_and_is_audited_at_the_rate_of_the_route() -> None:
    asked(0.9)
    set_by_two(FIRST)
    verdict = asked(0.9)
    assert (verdict.outcome, verdict.route, float(verdict.coin_rate)) == ("allow", ROUTE, 0.1)
    assert Operation.objects.get(verdict=verdict).outcome == "succeeded"
    assert Run.objects.get(key=verdict.run_key).status == "succeeded"
    assert not Escalation.objects.filter(run_key=verdict.run_key).exists()


def test_below_both_a_person_is_asked() -> None:
    asked(0.9)
    set_by_two(FIRST)
    verdict = asked(0.5)
    assert (verdict.outcome, [reason["code"] for reason in verdict.reasons]) == ("ask", ["score"])
    assert Escalation.objects.get(run_key=verdict.run_key).status == "open"


def test_between_them_the_end_user_is_to_confirm_which_opens_as_an_approval() -> None:
    asked(0.9)
    set_by_two(FIRST)
    verdict = asked(0.7)
    assert (verdict.outcome, verdict.zone) == ("confirm", "confirm")
    assert Escalation.objects.get(run_key=verdict.run_key).kind == "approval"


def test_what_one_admin_tightens_asks_from_the_next_call_on() -> None:
    asked(0.9)
    set_by_two(FIRST)
    assert asked(0.9).outcome == "allow"
    tuning.tune(ROUTE, Cuts(0.95), by=cast.ada(), seen_version=2, reason="a mistake ran")
    assert asked(0.9).outcome == "ask"


def test_a_draft_that_nobody_approved_lets_nothing_run() -> None:
    asked(0.9)
    tuning.tune(ROUTE, FIRST, by=cast.ada(), seen_version=1, reason="people always agreed")
    assert asked(0.9).outcome == "ask"


def test_no_threshold_lets_a_destructive_call_run() -> None:
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    made = tuning.tune("desk/cancel_pending_order", Cuts(0.0), by=cast.ada(), seen_version=1, reason="bold")
    assert isinstance(made, RulesetProposal)
    tuning.approve(made, by=calls.admins()[1])
    run = desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    assert Verdict.objects.get(run_key=run.key).outcome == "ask"

"""Every decision by forms and reloads alone."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from approvals.domain.escalation import Kind
from approvals.models import Decision, Escalation, Member
from tests.web.review import papers, stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_what_is_reversible_takes_one_button(plain_desk: "Page", fresh_database: str) -> None:
    shown, following = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    plain_desk.goto(f"/queue/{shown.pk}")
    plain_desk.click("form[data-decide=approve] button")
    assert (plain_desk.url.rpartition("/")[2], Decision.objects.get().kind) == (str(following.pk), "approve")


def test_what_is_costly_is_approved_on_the_button_that_names_it(plain_desk: "Page", fresh_database: str) -> None:
    plain_desk.goto(f"/queue/{stage.put(papers.notice()).pk}")
    plain_desk.click("[data-say=approve] summary")
    plain_desk.click("text=Approve: Send price change notice to 412 customers")
    assert Decision.objects.get().kind == "approve"


def test_what_is_irreversible_takes_its_fact(plain_desk: "Page", fresh_database: str) -> None:
    plain_desk.goto(f"/queue/{stage.put(papers.refund()).pk}")
    plain_desk.fill("#typed", "12")
    plain_desk.keyboard.press("Enter")
    plain_desk.wait_for_selector("text=That is not the refund amount.")
    plain_desk.fill("#typed", "1840")
    plain_desk.click("form[data-decide=approve] button")
    assert Decision.objects.get().kind == "approve"


def test_a_rejection_takes_a_reason(plain_desk: "Page", fresh_database: str) -> None:
    plain_desk.goto(f"/queue/{stage.put().pk}")
    plain_desk.click("[data-say=reject] summary")
    plain_desk.click("form[data-decide=reject] button")
    plain_desk.wait_for_selector("text=Give a reason")
    plain_desk.click("text=Against policy")
    plain_desk.click("form[data-decide=reject] button")
    assert Decision.objects.get().reason_code == "against_policy"


def test_a_decision_is_undone_from_the_next_page(plain_desk: "Page", fresh_database: str) -> None:
    shown = stage.put(due=timedelta(minutes=5))
    stage.put(due=timedelta(minutes=9))
    plain_desk.goto(f"/queue/{shown.pk}")
    plain_desk.click("form[data-decide=approve] button")
    plain_desk.click("#undo button")
    successor = Escalation.objects.get(supersedes=shown)
    assert plain_desk.url.endswith(f"/queue/{successor.pk}")


def test_an_incident_is_settled(plain_desk: "Page", fresh_database: str) -> None:
    plain_desk.goto(f"/queue/{stage.put(papers.lost_refund(), kind=Kind.INCIDENT).pk}")
    plain_desk.click("text=It did not")
    plain_desk.fill("[name=reason]", "It is not in the list of the bank.")
    plain_desk.click("form[data-decide=settle] button")
    assert Decision.objects.get().kind == "not_happened"


def test_an_escalation_can_be_held(plain_desk: "Page", mara: Member) -> None:
    plain_desk.goto(f"/queue/{stage.put().pk}")
    plain_desk.click("text=Hold it for 5 minutes")
    assert "Held by you" in plain_desk.inner_text("#claim")

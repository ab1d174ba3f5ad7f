"""Editing, asking and answering at the desk: by keys, by phone, and when an answer of the server comes late."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from agents.tools.samples.retail.world import load_world
from approvals.domain.escalation import Kind
from approvals.inbox import claiming
from approvals.models import Decision, Escalation, Member
from tests.flows import desk as shop
from tests.web.review import inquiries, papers, stage
from tests.web.review.browser.conftest import ALIVE_MS, elsewhere, focused, show, shown, wait_for
from tests.web.review.browser.test_keyboard import keys, kinds

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser


@pytest.fixture
def cancellation(fresh_database: str) -> Escalation:
    """A cancellation that a run of ours asks for; its amount has to be typed."""
    return elsewhere(asked)


def asked() -> Escalation:
    """Let an agent ask, as a worker would."""
    load_world()
    shop.rules(undo_seconds=10)
    shop.submit(shop.turn(shop.CANCEL))
    shop.work()
    return shop.only_open()


def fact(escalation: Escalation) -> str:
    """What has to be typed."""
    wanted = escalation.evidence.value().material.preview.typed_fact
    assert wanted is not None
    return wanted.value


def hold_up(page: "Page", path: str) -> list["Route"]:
    """Keep what is sent to this address back; the list fills with what waits, for the test to let go on."""
    waiting: list[Route] = []
    page.route(path, lambda route: waiting.append(route))  # noqa: PLW0108  # a bound built-in is no handler here
    return waiting


def test_an_edit_is_made_checked_and_approved_by_keys(desk: "Page", cancellation: Escalation) -> None:
    show(desk, cancellation.pk)
    keys(desk, "e")
    desk.wait_for_selector("#a0:focus")
    desk.select_option("#a1", label="no longer needed")
    keys(desk, "Control+Enter")
    desk.wait_for_selector("text=Approve with 1 change")
    desk.wait_for_timeout(ALIVE_MS)
    keys(desk, "1", *fact(cancellation), "Enter")
    desk.wait_for_selector("#undo[data-until]")
    decision = Decision.objects.get()
    assert (decision.kind, b"no longer needed" in bytes(decision.payload or b"")) == ("edit", True)


def test_a_bad_value_keeps_the_focus_at_its_field_and_the_rest_as_it_was(
    desk: "Page", cancellation: Escalation
) -> None:
    show(desk, cancellation.pk)
    keys(desk, "e")
    desk.wait_for_selector("#a0:focus")
    desk.select_option("#a1", label="no longer needed")
    desk.fill("#a0", "W12")
    keys(desk, "Enter")
    desk.wait_for_selector("#wrong-a0")
    kept = desk.input_value("#a0"), desk.input_value("#a1")
    assert (kept, focused(desk), kinds()) == (("W12", '"no longer needed"'), "a0", [])


def test_a_cancelled_edit_leaves_everything_as_it_was(desk: "Page", cancellation: Escalation) -> None:
    show(desk, cancellation.pk)
    keys(desk, "e")
    desk.wait_for_selector("#a0:focus")
    keys(desk, "Escape")
    desk.wait_for_selector("form[data-decide=approve]")
    assert (desk.locator("#editing").count(), kinds()) == (0, [])


def test_a_checked_edit_can_be_changed_again(desk: "Page", cancellation: Escalation) -> None:
    show(desk, cancellation.pk)
    keys(desk, "e")
    desk.select_option("#a1", label="no longer needed")
    keys(desk, "Control+Enter")
    desk.wait_for_selector("text=Approve with 1 change")
    desk.wait_for_timeout(ALIVE_MS)
    keys(desk, "e")
    desk.wait_for_selector("#editing")
    assert (desk.input_value("#a1"), kinds()) == ('"no longer needed"', [])


def test_two_keys_answer_a_question(desk: "Page", fresh_database: str) -> None:
    question = stage.put(inquiries.which_account(), kind=Kind.QUESTION, due=timedelta(minutes=5))
    following = stage.put(due=timedelta(minutes=9))
    show(desk, question.pk)
    before = desk.locator(".guess").first.is_visible(), desk.locator("#change").is_visible()
    keys(desk, "2")
    after = desk.locator(".guess").first.is_visible(), desk.inner_text("#bar .pri").split()[:2]
    keys(desk, "Enter")
    wait_for(desk, following.pk)
    assert (before, after, Decision.objects.get().reason) == ((False, False), (True, ["Answer", "B"]), "acc_2")


def test_the_keys_of_an_approval_do_nothing_to_a_question(desk: "Page", fresh_database: str) -> None:
    question = stage.put(inquiries.which_account(), kind=Kind.QUESTION)
    show(desk, question.pk)
    keys(desk, "a", "r", "e", "q")
    desk.wait_for_timeout(200)
    assert (kinds(), shown(desk)) == ([], question.pk)


def test_an_answer_that_none_of_them_is_takes_words(desk: "Page", fresh_database: str) -> None:
    question = stage.put(inquiries.which_account(), kind=Kind.QUESTION)
    show(desk, question.pk)
    keys(desk, "0", *"ask first", "Enter")
    desk.wait_for_selector("#undo[data-until]")
    assert Decision.objects.get().reason == "ask first"


def test_instructions_go_back_to_the_agent_by_keys(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put().pk)
    keys(desk, "q", *"only open ones", "Enter")
    desk.wait_for_selector("#undo[data-until]")
    assert (kinds(), Decision.objects.get().reason) == (["revise"], "only open ones")


def test_a_failed_rejection_keeps_its_panel_its_choice_and_the_focus(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put().pk)
    keys(desk, "r", "7", "Enter")
    desk.wait_for_selector("#hint .why")
    is_open, is_chosen = desk.locator("[data-say=reject]").get_attribute("open"), desk.is_checked("[value=other]")
    assert (is_open is not None, is_chosen, focused(desk), kinds()) == (True, True, "reason", [])


def test_a_wrong_amount_keeps_the_words_that_say_what_is_asked(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.refund()).pk)
    keys(desk, "a", *"12", "Enter")
    desk.wait_for_selector("#hint .why")
    assert desk.get_by_text("Irreversible, so the refund amount is asked.").is_visible()


def test_an_answer_that_comes_late_closes_nothing_that_was_opened_since(desk: "Page", fresh_database: str) -> None:
    first, second = stage.put(papers.refund(), due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    show(desk, first.pk)
    waiting = hold_up(desk, f"**/queue/{first.pk}/decide")
    keys(desk, "a", *"12", "Enter")
    desk.wait_for_selector("[data-sending]")
    desk.locator(f"#row-{second.pk} a").click()
    wait_for(desk, second.pk)
    desk.wait_for_timeout(ALIVE_MS)
    keys(desk, "r", "5")
    waiting[0].continue_()
    desk.wait_for_selector("#hint .why")
    is_open = desk.locator("[data-say=reject]").get_attribute("open") is not None
    said = desk.inner_text("#hint .why")
    assert (is_open, shown(desk), said) == (True, second.pk, f"ESC-{first.pk} was not decided. Look at it again.")


def test_a_decision_that_is_answered_late_is_done_and_leaves_the_other_open(desk: "Page", fresh_database: str) -> None:
    first, second = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    show(desk, first.pk)
    waiting = hold_up(desk, f"**/queue/{first.pk}/decide")
    keys(desk, "a")
    desk.wait_for_selector("[data-sending]")
    keys(desk, "a", "j")
    wait_for(desk, second.pk)
    desk.wait_for_timeout(ALIVE_MS)
    keys(desk, "r", "5")
    waiting[0].continue_()
    desk.wait_for_selector("#undo[data-until]")
    is_open = desk.locator("[data-say=reject]").get_attribute("open") is not None
    assert (is_open, shown(desk), kinds()) == (True, second.pk, ["approve"])


def test_somebody_elses_hold_is_said_in_the_bar_as_it_begins(desk: "Page", kai: Member) -> None:
    escalation = stage.put()
    show(desk, escalation.pk)
    desk.wait_for_selector("#live[data-state=live]")
    Escalation.objects.update(claimed_by=None, claimed_until=None)
    elsewhere(lambda: claiming.claim(escalation, by=kai))
    desk.wait_for_selector("text=Kai is at it too.")


def test_an_edit_takes_no_script(plain_desk: "Page", cancellation: Escalation) -> None:
    plain_desk.goto(f"/queue/{cancellation.pk}")
    plain_desk.click("[data-edit]")
    plain_desk.select_option("#a1", label="no longer needed")
    plain_desk.click("text=Check changes")
    plain_desk.click("text=Only wording")
    plain_desk.fill("#typed", fact(cancellation))
    plain_desk.click("text=Approve with 1 change")
    assert kinds() == ["edit"]


def test_a_question_takes_no_script(plain_desk: "Page", fresh_database: str) -> None:
    plain_desk.goto(f"/queue/{stage.put(inquiries.which_account(), kind=Kind.QUESTION).pk}")
    plain_desk.check("[name=option][value='3']")
    plain_desk.click("#bar .pri")
    assert Decision.objects.get().reason == "acc_3"

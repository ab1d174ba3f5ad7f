"""Coming back to an escalation: what was begun is still there, and every number tells the same."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from approvals.domain.escalation import Kind
from approvals.models import Escalation
from tests.web.review import inquiries, papers, stage
from tests.web.review.browser.conftest import ALIVE_MS, show, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

NUMBERS = """() => ({
    nav: document.querySelector("#n-nav").textContent,
    head: document.querySelector("#n-open").textContent.trim().split(" ")[0],
    back: document.querySelector(".mback .num").textContent,
    groups: String(
        [...document.querySelectorAll("#rows [data-count]")].reduce((all, one) => all + Number(one.textContent), 0)
    ),
})"""


@pytest.fixture
def two(fresh_database: str) -> tuple[Escalation, Escalation]:
    """Two escalations, the first due first."""
    return stage.put(papers.refund(), due=timedelta(minutes=20)), stage.put(due=timedelta(minutes=30))


@pytest.mark.parametrize("away", [("Escape",), ()], ids=["put away first", "left open"])
def test_a_reason_that_was_begun_is_kept_for_its_escalation(
    desk: "Page", two: tuple[Escalation, Escalation], away: tuple[str, ...]
) -> None:
    show(desk, two[0].pk)
    desk.keyboard.press("r")
    desk.keyboard.press("2")
    desk.fill("[data-say=reject] [name=reason]", "He asked for a credit")
    for key in (*away, "Escape"):
        desk.keyboard.press(key)
    desk.locator("#title").focus()
    desk.keyboard.press("j")
    wait_for(desk, two[1].pk)
    assert desk.input_value("[data-say=reject] [name=reason]") == ""
    desk.wait_for_timeout(ALIVE_MS)
    desk.keyboard.press("k")
    wait_for(desk, two[0].pk)
    assert desk.input_value("[data-say=reject] [name=reason]") == "He asked for a credit"
    assert desk.is_checked("[data-say=reject] [value=wrong_action]")


def test_a_chosen_answer_is_kept_and_a_typed_fact_is_not(desk: "Page", two: tuple[Escalation, Escalation]) -> None:
    question = stage.put(inquiries.which_account(), kind=Kind.QUESTION, due=timedelta(minutes=10))
    show(desk, question.pk)
    desk.keyboard.press("2")
    desk.locator("#title").focus()
    desk.keyboard.press("j")
    wait_for(desk, two[0].pk)
    desk.fill("#typed", "1840")
    desk.locator("#title").focus()
    desk.wait_for_timeout(ALIVE_MS)
    desk.keyboard.press("k")
    wait_for(desk, question.pk)
    assert desk.is_checked("#asked [name=option][value='2']")
    desk.locator("#title").focus()
    desk.wait_for_timeout(ALIVE_MS)
    desk.keyboard.press("j")
    wait_for(desk, two[0].pk)
    assert desk.input_value("#typed") == ""


def test_every_number_counts_what_still_waits(desk: "Page", fresh_database: str) -> None:
    made = [stage.put(due=timedelta(minutes=20 + place)) for place in range(3)]
    show(desk, made[0].pk)
    desk.keyboard.press("a")
    wait_for(desk, made[1].pk)
    desk.wait_for_function("document.querySelector('#n-nav').textContent === '2'")
    assert desk.locator("#rows .done").count() == 1
    assert desk.evaluate(NUMBERS) == {"nav": "2", "head": "2", "back": "2", "groups": "2"}


def test_the_time_to_undo_is_the_servers_whatever_the_browsers_clock_says(desk: "Page", fresh_database: str) -> None:
    made = stage.put(undo_seconds=60)
    stage.put(due=timedelta(minutes=50))
    desk.clock.set_system_time(0)
    show(desk, made.pk)
    desk.keyboard.press("a")
    desk.wait_for_selector("#undo[data-until] [data-seconds]")
    desk.wait_for_timeout(1200)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM undo_until - clock_timestamp()) FROM approvals_escalation WHERE id = %s",
            [made.pk],
        )
        [left] = cursor.fetchone()
    assert abs(int(desk.inner_text("#undo [data-seconds]")) - float(left)) <= 1


def test_what_is_over_does_not_say_that_it_has_happened(desk: "Page", fresh_database: str) -> None:
    made = stage.put(undo_seconds=1)
    stage.put(due=timedelta(minutes=50))
    show(desk, made.pk)
    desk.keyboard.press("r")
    desk.keyboard.press("2")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#undo [data-over]:not([hidden])")
    assert "is being told" in desk.inner_text("#undo")
    desk.goto(f"/queue/{made.pk}")
    assert "can no longer be undone and takes effect at any moment" in desk.inner_text(".settled")

"""Every state of the queue, readable by everyone in both schemes and at every width."""

from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from approvals.domain.escalation import Kind
from approvals.models import Member
from tests.flows import desk as shop
from tests.plugins import browsing
from tests.web.review import inquiries, papers, stage
from tests.web.review.browser.conftest import ALIVE_MS, elsewhere, show
from tests.web.review.browser.test_changing import asked
from tests.web.review.browser.test_together import decide

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIEWS: tuple[tuple[Literal["light", "dark"], int], ...] = tuple(product(SCHEMES, (1440, 1024, 390, 320)))
SOME: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1440), ("dark", 390), ("light", 320))


def faults(page: "Page") -> list[str]:
    """What axe finds in the page as it stands, and the widths at which it scrolls sideways."""
    return [fault for scheme, width in browsing.views(VIEWS, SOME) for fault in _faults(page, scheme, width)]


def _faults(page: "Page", scheme: Literal["light", "dark"], width: int) -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page, options=RULES).response["violations"]
    faults = [f"{scheme} {width}: {rule['id']} {rule['nodes'][0]['html']}" for rule in found]
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*faults, f"{width} is too narrow"] if is_wide else faults


def test_no_open_state_has_a_fault(desk: "Page", fresh_database: str) -> None:
    found = at(desk, "/queue")
    refund, tagging, notice = (stage.put(paper) for paper in (papers.refund(), papers.tagging(), papers.notice()))
    incident = stage.put(papers.lost_refund(), kind=Kind.INCIDENT)
    found += at(desk, "/queue") + at(desk, f"/queue/{refund.pk}") + at(desk, f"/queue/{tagging.pk}", "?")
    found += at(desk, f"/queue/{refund.pk}", "a", "1", "Enter") + at(desk, f"/queue/{tagging.pk}", "r", "2")
    found += at(desk, f"/queue/{notice.pk}", "a") + at(desk, f"/queue/{incident.pk}", "3")
    assert found == []


@pytest.mark.full
def test_no_settled_state_has_a_fault(desk: "Page", kai: Member) -> None:
    mine, taken = stage.put(undo_seconds=600), stage.put(papers.refund())
    found = at(desk, f"/queue/{mine.pk}", "a") + at(desk, f"/queue/{mine.pk}")
    show(desk, taken.pk)
    desk.fill("#typed", "1840")
    desk.wait_for_selector("#live[data-state=live]")
    decide(taken, kai)
    desk.wait_for_selector("#bar.warned")
    assert found + faults(desk) == []


@pytest.mark.full
def test_no_question_and_nothing_that_came_back_has_a_fault(desk: "Page", fresh_database: str) -> None:
    question = stage.put(inquiries.many_accounts(6), kind=Kind.QUESTION)
    from_agent = stage.put(inquiries.asked_by_agent("Which one?", "#W1", "#W2"), kind=Kind.QUESTION)
    back, revised = stage.put(inquiries.came_back()), stage.put(inquiries.revised())
    found = at(desk, f"/queue/{question.pk}", "6") + at(desk, f"/queue/{from_agent.pk}", "0", "Enter")
    found += at(desk, f"/queue/{back.pk}") + at(desk, f"/queue/{revised.pk}", "q", "Enter")
    assert found == []


@pytest.mark.full
def test_no_state_of_an_edit_has_a_fault(desk: "Page", fresh_database: str) -> None:
    cancellation = elsewhere(asked)
    found = at(desk, f"/queue/{cancellation.pk}", "e")
    desk.fill("#a0", "W12")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#wrong-a0")
    found += faults(desk)
    desk.fill("#a0", shop.PENDING)
    desk.select_option("#a1", label="no longer needed")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector("form[data-decide=edit]")
    assert found + faults(desk) == []


def at(page: "Page", path: str, *keys: str) -> list[str]:
    """The faults of an address after these keys."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(path)
    page.wait_for_timeout(ALIVE_MS * 2)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(ALIVE_MS)
    return faults(page)

"""Every state of the queue, readable by everyone in both schemes and at every width."""

from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from approvals.domain.escalation import Kind
from approvals.models import Member
from tests.web.review import papers, stage
from tests.web.review.browser.conftest import show
from tests.web.review.browser.test_together import decide

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390, 320)


def faults(page: "Page") -> list[str]:
    """What axe finds in the page as it stands, and the widths at which it scrolls sideways."""
    return [fault for scheme, width in product(SCHEMES, WIDTHS) for fault in _faults(page, scheme, width)]


def _faults(page: "Page", scheme: Literal["light", "dark"], width: int) -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page, options=RULES).response["violations"]
    faults = [f"{scheme} {width}: {rule['id']} {rule['nodes'][0]['html']}" for rule in found]
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*faults, f"{width} is too narrow"] if is_wide else faults


def test_the_list_has_no_fault(desk: "Page", fresh_database: str) -> None:
    stage.put(papers.refund())
    desk.goto("/queue")
    assert faults(desk) == []


def test_the_empty_queue_has_no_fault(desk: "Page", fresh_database: str) -> None:
    desk.goto("/queue")
    assert faults(desk) == []


def test_an_irreversible_one_has_no_fault(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.refund()).pk)
    assert faults(desk) == []


def test_a_wrong_fact_has_no_fault(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.refund()).pk)
    desk.fill("#typed", "12")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#hint .why")
    assert faults(desk) == []


def test_a_rejection_in_the_making_has_no_fault(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put().pk)
    desk.keyboard.press("r")
    assert faults(desk) == []


def test_a_costly_one_has_no_fault(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.notice()).pk)
    desk.keyboard.press("a")
    assert faults(desk) == []


def test_an_incident_has_no_fault(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.lost_refund(), kind=Kind.INCIDENT).pk)
    desk.keyboard.press("3")
    assert faults(desk) == []


def test_a_decided_one_and_its_undo_have_no_fault(desk: "Page", fresh_database: str) -> None:
    shown = stage.put(undo_seconds=600)
    show(desk, shown.pk)
    desk.keyboard.press("a")
    desk.wait_for_selector("#decision[data-status=empty] #undo")
    before = faults(desk)
    desk.goto(f"/queue/{shown.pk}")
    assert before + faults(desk) == []


def test_a_conflict_has_no_fault(desk: "Page", kai: Member) -> None:
    shown = stage.put(papers.refund())
    show(desk, shown.pk)
    desk.fill("#typed", "1840")
    desk.wait_for_selector("#live[data-state=live]")
    decide(shown, kai)
    desk.wait_for_selector("#bar.warned")
    assert faults(desk) == []


def test_the_keys_have_no_fault(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put().pk)
    desk.keyboard.press("?")
    assert faults(desk) == []

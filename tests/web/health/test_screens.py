"""The page of health in a real browser: readable by everyone, by keys alone, in every scheme and at every width."""

from typing import TYPE_CHECKING

import pytest

from agents.domain.breaker import Guarded, Key
from agents.guards import breakers, switching
from agents.models import Breaker, Letter
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.web.review.browser.conftest import elsewhere, sign_in
from tests.web.review.browser.test_screens import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

CALL = {"calls": [{"tool": "change", "arguments": {"n": 1}}]}
LOOK = {"calls": [{"tool": "look_up", "arguments": {"n": 1}}]}


def trouble() -> None:
    """Letters of three causes, breakers in each state, runs that a limit ended."""
    parcels.allow()
    for title in (
        "Refund for order #W1",
        "A customer whose name is rather long and who asks for several things at once",
    ):
        faulty.speak(CALL, {"fails": "refused"}, title=title)
    faulty.speak({"fails": "bad_output"}, title="Where is my parcel?")
    faulty.work(times=2)
    faulty.speak(LOOK, LOOK, title="Look it up again")
    faulty.work()
    for name in ("warehouse", "openai"):
        for _ in range(5):
            breakers.failed(breakers.Admission((Key(1, Guarded.DEPENDENCY, name),)), why="timed_out")
    switching.close(Key(1, Guarded.DEPENDENCY, "warehouse"), by=cast.ada(), reason="it answers again")
    switching.open_for_good(Key(1, Guarded.TOOL, "look_up"), by=cast.ada(), reason="they move house until Monday")


def test_health_is_readable_and_settled_by_keys_alone(page: "Page", fresh_database: str, web_server: str) -> None:
    sign_in(page.context, cast.ada(), web_server)
    page.goto("/health")
    found = faults(page)
    elsewhere(trouble)
    page.keyboard.press("g")
    page.keyboard.press("h")
    page.wait_for_selector("[data-row]")
    found += faults(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    rows = page.locator(".letters tbody tr")
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.keyboard.type("she called back")
    assert Letter.objects.filter(settled_at=None).count() == 3, "letters typed in a field do nothing"
    page.keyboard.press("Enter")
    rows.nth(2).wait_for(state="detached")
    assert Letter.objects.get(settlement="discarded").reason == "she called back"
    page.keyboard.press("j")
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.innerText") == "Send again"
    assert Letter.objects.filter(settled_at=None).count() == 2, "the key alone sends nothing"
    page.keyboard.press("Enter")
    rows.nth(1).wait_for(state="detached")
    page.fill("li.card [name=reason] >> nth=0", "they are back")
    page.click("text=Close it now >> nth=0")
    page.wait_for_load_state("networkidle")
    assert Breaker.objects.filter(state="closed").count() == 2
    page.click("text=Open one by hand")
    page.click("text=Open it now")
    page.wait_for_selector("[id$=_error]")
    assert found + faults(page) == []

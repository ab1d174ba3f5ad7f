"""The page of an end user in a real browser: on a phone first, in both schemes, without any script."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from agents.tools.samples.retail.world import load_world
from approvals.confirming import answering
from approvals.domain.escalation import Kind, link
from approvals.models import Confirmation, Escalation
from approvals.models.escalation import token_of
from tests import cast
from tests.engine.confirming import asked
from tests.flows import desk
from tests.web.review import papers
from tests.web.review.browser.conftest import sign_in
from tests.web.review.stage import put
from tests.web.review.untrusted.hostile import EVERYTHING
from tests.web.thresholds.test_screens import WIDTHS, faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def place(escalation: Escalation) -> str:
    """The address in the message."""
    return f"/confirm/{link.write(token_of(escalation))}"


def waiting() -> Confirmation:
    """One that a run of ours waits for."""
    load_world()
    return asked.waiting(undo_seconds=0)


def test_no_state_has_a_fault(page: "Page", fresh_database: str) -> None:
    confirmation = waiting()
    refund = put(papers.refund(), kind=Kind.CONFIRMATION, undo_seconds=0)
    found = faults(page, place(refund), place(confirmation.escalation), "/confirm/nothing", widths=WIDTHS)
    answering.disown(confirmation)
    assert found + faults(page, place(confirmation.escalation)) == []


def test_nothing_hostile_is_alive_on_it(page: "Page", fresh_database: str) -> None:
    asked_for: list[str] = []
    page.on("request", lambda request: asked_for.append(request.url))
    page.on("dialog", lambda dialog: asked_for.append(dialog.message))
    worst = f"Tag\u202e\u200b\U000e0041 {EVERYTHING}"
    value = papers.tagging(title=worst, affects=worst, goes_to=worst)
    page.goto(place(put(value, kind=Kind.CONFIRMATION, undo_seconds=0, agent=worst[:100])))
    assert [url for url in asked_for if "/confirm/" not in url and "/static/" not in url] == []
    assert page.locator("a, script, img, iframe, [hx-post]").count() == 0
    assert page.locator("button").all_inner_texts() == ["Yes, do it", "No, do not", "This is not mine"]
    assert page.locator(".inv").count() >= 3


ANSWERS: dict[str, tuple[str, str, Callable[[], int]]] = {
    "yes": ("Yes, do it", "Answered: yes", desk.work),
    "no": ("No, do not", "Answered: no", desk.work),
}


@pytest.mark.parametrize(("button", "heading", "carried"), ANSWERS.values(), ids=ANSWERS)
def test_a_thumb_answers_it(
    page: "Page", fresh_database: str, button: str, heading: str, carried: Callable[[], int]
) -> None:
    confirmation = waiting()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(place(confirmation.escalation))
    box = page.get_by_role("button", name=button).bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["y"] + box["height"] <= 844
    page.get_by_role("button", name=button).click()
    assert page.inner_text("h1") == heading
    carried()
    page.reload()
    assert page.inner_text("h1") == heading
    assert page.locator("button").count() == 0


def test_a_reviewer_takes_it_over_by_key(page: "Page", fresh_database: str, web_server: str) -> None:
    mara = cast.mara()
    confirmation = waiting()
    sign_in(page.context, mara, web_server)
    page.goto(f"/queue/{confirmation.escalation_id}")
    page.wait_for_timeout(450)
    found = faults(page, f"/queue/{confirmation.escalation_id}")
    page.goto(f"/queue/{confirmation.escalation_id}")
    page.wait_for_timeout(450)
    page.keyboard.press("h")
    page.wait_for_selector("text=Mara took it over")
    assert found == []
    assert Escalation.objects.get(status="open").kind == "approval"

"""No page of the console makes the browser complain: neither of its policy nor of a script or a missing file."""

from typing import TYPE_CHECKING

import pytest

from approvals.domain.escalation import Kind
from tests import cast
from tests.web.review import inquiries, papers, stage
from tests.web.review.browser.conftest import ALIVE_MS, elsewhere, show, sign_in
from tests.web.review.browser.test_changing import asked as cancellation

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage, Page

pytestmark = pytest.mark.browser

PLACES = (
    "/queue",
    "/runs",
    "/runs?q=status:failed",
    "/labels",
    "/policies/thresholds",
    "/policies/versions",
    "/people",
    "/people/new",
    "/teams",
    "/keys",
    "/keys/new",
    "/account",
    "/halts",
    "/health",
)


@pytest.fixture
def said(page: "Page", fresh_database: str, web_server: str) -> list[str]:
    """What the browser complains about while Ada looks around; filled as it happens."""
    complaints: list[str] = []
    page.on("console", lambda message: _note(complaints, message))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    sign_in(page.context, cast.ada(), web_server)
    return complaints


def _note(complaints: list[str], message: "ConsoleMessage") -> None:
    # A form that was refused is told to the browser as such, and the browser notes it.
    if message.type in ("error", "warning") and "status of 422" not in message.text:
        complaints.append(f"{message.location.get('url')}: {message.text}")


def _styled(page: "Page") -> list[str]:
    """Elements with a style of their own, which the policy forbids wherever it comes from."""
    found: list[str] = page.evaluate("[...document.querySelectorAll('[style]')].map((node) => node.outerHTML)")
    return found


def test_no_page_makes_the_browser_complain(page: "Page", said: list[str]) -> None:
    for place in PLACES:
        page.goto(place)
        page.wait_for_load_state("networkidle")
        said += _styled(page)
    assert said == []


@pytest.mark.parametrize(
    "is_decided", [False, pytest.param(True, marks=pytest.mark.full)], ids=["looked at", "decided"]
)
def test_no_escalation_makes_the_browser_complain(page: "Page", said: list[str], *, is_decided: bool) -> None:
    values = (papers.tagging(), papers.notice(), inquiries.came_back(), inquiries.revised())
    made = [stage.put(value) for value in values]
    made += [stage.put(papers.lost_refund(), kind=Kind.INCIDENT)]
    made += [stage.put(inquiries.which_account(), kind=Kind.QUESTION)]
    for one in made:
        show(page, one.pk)
        for key in ("r", "Escape", "q", "Escape", "?", "Escape", *(("a", "Enter", "u") if is_decided else ())):
            page.keyboard.press(key)
            page.wait_for_timeout(ALIVE_MS if is_decided else 50)
        said += _styled(page)
    assert said == []


def test_no_edit_and_no_trace_makes_the_browser_complain(page: "Page", said: list[str]) -> None:
    asked = elsewhere(cancellation)
    show(page, asked.pk)
    page.keyboard.press("e")
    page.wait_for_selector("#change [form=editing]")
    page.select_option("#a1", label="no longer needed")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("form[data-decide=edit]")
    said += _styled(page)
    page.goto(f"/runs/{asked.run_key}")
    page.keyboard.press("j")
    page.wait_for_load_state("networkidle")
    assert said == []


def test_the_way_in_makes_no_browser_complain(page: "Page", said: list[str]) -> None:
    page.context.clear_cookies()
    page.goto("/queue")
    page.fill("#id_username", "ada@example.test")
    page.fill("#id_password", "not this one")
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")
    assert said + _styled(page) == []

"""What approving takes, in a real browser: by keys alone, without script, and readable by everyone."""

from typing import TYPE_CHECKING

import pytest

from approvals.models import Decision, Member
from tests.web.review import papers
from tests.web.review.browser.conftest import desk, focused, kai, mara, plain_desk, show
from tests.web.review.browser.test_screens import at, faults
from tests.web.review.permissions import voting

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.full]
__all__ = ["desk", "kai", "mara", "plain_desk"]


def test_no_state_has_a_fault(desk: "Page", mara: Member) -> None:
    typed, named = voting.put(2, step_up=True, delay_seconds=600, paper=papers.refund()), voting.put(2)
    barred = voting.put(2, requester=mara)
    found = at(desk, f"/queue/{typed.pk}") + at(desk, f"/queue/{barred.pk}")
    found += at(desk, f"/queue/{named.pk}", "a")
    assert (found, desk.locator("#bar").inner_text().startswith("You approved this at")) == ([], True)
    show(desk, typed.pk)
    desk.fill("#typed", "1840")
    desk.click("form[data-decide=approve] button")
    desk.wait_for_selector("#hint .why")
    assert faults(desk) == []


def test_the_approving_key_leads_to_the_password(desk: "Page") -> None:
    item = voting.put(1, step_up=True)
    show(desk, item.pk)
    desk.keyboard.press("a")
    assert (focused(desk), Decision.objects.count()) == ("password", 0)


def test_without_script_a_vote_is_given_and_taken_back(plain_desk: "Page") -> None:
    item = voting.put()
    plain_desk.goto(f"/queue/{item.pk}")
    with plain_desk.expect_navigation():
        plain_desk.click("form[data-decide=approve] button")
    plain_desk.goto(f"/queue/{item.pk}")
    with plain_desk.expect_navigation():
        plain_desk.click("form[action$=withdraw] button")
    assert plain_desk.locator("form[data-decide=approve]").count() == 1

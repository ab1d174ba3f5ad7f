"""The audits in a real browser: readable in both schemes and at every width, and whole without script."""

from typing import TYPE_CHECKING

import pytest

from approvals.models import Label
from tests import cast
from tests.web.audits import audited
from tests.web.review import papers
from tests.web.review.browser.conftest import sign_in
from tests.web.thresholds.test_screens import WIDTHS, faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def mara(page: "Page", web_server: str) -> "Page":
    """Mara's page."""
    sign_in(page.context, cast.mara(), web_server)
    return page


def test_no_state_has_a_fault(mara: "Page") -> None:
    found = faults(mara, "/audits")
    first = audited.waiting(papers.refund())
    audited.waiting()
    assert found + faults(mara, "/audits", f"/audits/{first.pk}", widths=WIDTHS) == []


def test_an_audit_is_answered_by_keyboard_and_leads_to_the_next(mara: "Page") -> None:
    first, second = audited.waiting(papers.refund()), audited.waiting()
    mara.goto(f"/audits/{first.pk}")
    mara.focus("[name=reason_code]")
    mara.keyboard.press("Space")
    mara.focus("button[value=wrong]")
    mara.keyboard.press("Enter")
    mara.wait_for_url(f"**/audits/{second.pk}")
    assert Label.objects.get().reason_code == "wrong_arguments"

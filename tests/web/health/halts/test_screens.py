"""The page of halts in a real browser: readable by everyone, in every scheme and at every width."""

from typing import TYPE_CHECKING

import pytest

from approvals.models import Halt
from tests import cast
from tests.web.review.browser.conftest import sign_in
from tests.web.review.browser.test_screens import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_a_halt_is_pressed_seen_everywhere_and_lifted(page: "Page", fresh_database: str, web_server: str) -> None:
    sign_in(page.context, cast.ada(), web_server)
    page.goto("/halts")
    found = faults(page)
    page.select_option("#id_what", "tool:cancel_pending_order")
    page.fill("#id_reason", "It cancels orders that were sent already; wait until the shop has looked at it")
    page.click("text=Halt it now")
    page.wait_for_selector("#halted .note")
    found += faults(page)
    page.goto("/queue")
    assert "tool cancel_pending_order" in page.inner_text("#halted")
    found += faults(page)
    page.goto("/halts")
    page.fill(".past [name=reason]", "The shop has mended it")
    page.click("text=Lift this halt")
    page.wait_for_selector("text=The shop has mended it")
    assert Halt.objects.get().lifted_by == cast.ada()
    assert found + faults(page) == []

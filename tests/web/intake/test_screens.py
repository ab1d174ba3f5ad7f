"""The pages of what comes in, in a real browser: readable by everyone, in every scheme and at every width."""

from typing import TYPE_CHECKING

import pytest

from agents.intake import keeping, ticking
from agents.models import Schedule, Source
from tests import cast
from tests.agents.intake import arriving
from tests.agents.intake.test_ticking import late
from tests.web.review.browser.conftest import elsewhere, sign_in
from tests.web.review.browser.test_screens import faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.full]


def past() -> None:
    """Sources and schedules that have a past."""
    secret = arriving.source()
    arriving.send(secret)
    arriving.send(secret, {"ticket": {"id": 7, "text": "<b>bold</b> \u202e"}}, name="msg_2")
    arriving.send(secret, changed={"Webhook-Signature": "v1,x"})
    keeping.rotate(secret.source, by=cast.ada(), at_once=False)
    keeping.pause(arriving.source(name="a system with a rather long name that goes on").source, by=cast.ada())
    for minutes, name in ((3, "every morning"), (90, "the weekly review of everything")):
        late(arriving.schedule(name=name), minutes=minutes)
    ticking.tick_due()
    keeping.limit_open_runs(40, by=cast.ada())


def test_no_page_of_what_comes_in_has_a_fault(page: "Page", fresh_database: str, web_server: str) -> None:
    sign_in(page.context, cast.ada(), web_server)
    page.goto("/intake")
    found = faults(page)
    elsewhere(past)
    source, schedule = elsewhere(lambda: (Source.objects.earliest("pk").pk, Schedule.objects.earliest("pk").pk))
    for address in ("", "/sources/new", "/schedules/new", f"/sources/{source}", f"/schedules/{schedule}"):
        page.goto(f"/intake{address}")
        for closed in page.locator("details.all > summary").all():
            closed.click()
        found += faults(page)
    page.goto("/runs/start")
    page.fill("[name=title]", "x")
    page.fill("[name=priority]", "1000")
    page.keyboard.press("Enter")
    page.wait_for_selector("[id$=_error]")
    assert found + faults(page) == []

"""A desk: a browser page in which a reviewer is signed in."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import pytest
from django.db import connections

from approvals.models import Member
from tests import cast
from tests.web.review.conftest import signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

T = TypeVar("T")
ALIVE_MS = 450
"""Longer than decision keys stay dead after an escalation appears."""


@pytest.fixture
def mara(fresh_database: str) -> Member:
    """The first reviewer, where the web process sees her."""
    return cast.mara()


@pytest.fixture
def kai(fresh_database: str) -> Member:
    """The second reviewer, where the web process sees him."""
    return cast.kai()


@pytest.fixture
def desk(page: "Page", mara: Member, web_server: str) -> "Page":
    """Mara's page."""
    sign_in(page.context, mara, web_server)
    return page


@pytest.fixture
def plain_desk(browser: "Browser", mara: Member, web_server: str) -> Iterator["Page"]:
    """Mara's page in a browser that runs no script."""
    context = browser.new_context(base_url=web_server, java_script_enabled=False)
    sign_in(context, mara, web_server)
    yield context.new_page()
    context.close()


def sign_in(context: "BrowserContext", member: Member, web_server: str) -> None:
    """Give a browser the cookie of a session."""
    cookie = signed_in(member).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": web_server}])


def show(page: "Page", escalation_id: int) -> None:
    """Open an escalation and wait until its keys are alive."""
    page.goto(f"/queue/{escalation_id}")
    page.wait_for_selector("#live:not([data-state=start])")
    page.wait_for_timeout(ALIVE_MS)


def shown(page: "Page") -> int:
    """Which escalation the page shows."""
    return int(page.locator("#decision").get_attribute("data-id") or 0)


def wait_for(page: "Page", escalation_id: int) -> None:
    """Wait until the page shows an escalation."""
    page.wait_for_selector(f'#decision[data-id="{escalation_id}"]')


def focused(page: "Page") -> str:
    """What has the focus: its id, else its name, else its address."""
    found = page.evaluate(
        "(({id, name, pathname, tagName}) => id || name || pathname || tagName)(document.activeElement)"
    )
    return str(found)


def elsewhere(act: Callable[[], T]) -> T:
    """Do it as another process would: in a thread without Playwright's loop, where a note can be sent."""

    def acted() -> T:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(acted).result()

"""Fixtures for browser tests: Debian's chromium, a fresh page for each test.

A module of browser tests is marked `browser` and holds nothing else: while Playwright runs, its event loop counts as
running in this thread, so the guard against blocking calls in a loop is switched off for that time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import pytest

from console.launch.checking import find_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LOOSE = "DJANGO_ALLOW_ASYNC_UNSAFE"
View = TypeVar("View")
_chosen = {"full": False}


def pytest_configure(config: pytest.Config) -> None:
    """Whether the tests that take long were asked for as well."""
    _chosen["full"] = "not full" not in str(config.getoption("markexpr", ""))


def views(every: Sequence[View], some: Sequence[View]) -> Sequence[View]:
    """In how many schemes and widths a screen is looked at: in every one where the long tests run too."""
    return every if _chosen["full"] else some


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium for the tests of a module; its sandbox does not work for root."""
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv(LOOSE, "1")
        launched = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, web_server: str) -> Iterator[Page]:
    """A page of its own with empty storage; relative addresses lead to this test's web process."""
    context = browser.new_context(base_url=web_server)
    yield context.new_page()
    context.close()

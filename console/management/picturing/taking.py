"""Look at pages in a real browser: both schemes, a desk and a phone, and what is wrong with them at first sight."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.core.management.base import CommandError

from console.launch.checking import find_chromium
from console.management.picturing.places import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
SIZES = ((1280, 720), (390, 844))
SETTLED_MS = 500
"""Longer than a page takes to come alive."""
LIGHTEST_REFUSAL = 400


@dataclass(frozen=True)
class Look:
    """One page as it was looked at."""

    place: Place
    pictures: tuple[str, ...]
    faults: tuple[str, ...]


def take(address: str, places: Sequence[Place], *, session: str, folder: Path) -> list[Look]:
    """Take every picture of these pages; files are written as `<page>.<scheme>.<width>.png`.

    Raises CommandError without playwright or chromium. In a thread of its own, because Playwright runs an event loop
    that Django would take for its own.
    """
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(_take, address, places, session, folder).result()


def _take(address: str, places: Sequence[Place], session: str, folder: Path) -> list[Look]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise CommandError("Playwright is not installed: `manage.py verify` installs it.") from error
    chromium = find_chromium()
    if chromium is None:
        raise CommandError("chromium is not installed (on Debian and Ubuntu: apt-get install chromium).")
    with sync_playwright() as playwright:
        # Its sandbox does not work for root.
        options = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        try:
            return list(_looks(browser, address, places, session, folder))
        finally:
            browser.close()


def _looks(browser: "Browser", address: str, places: Sequence[Place], session: str, folder: Path) -> Iterator[Look]:
    for is_public in (False, True):
        context = browser.new_context(base_url=address)
        if not is_public:
            context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        for place in places:
            if place.is_public == is_public:
                yield _look(page, place, folder)
        context.close()


def _look(page: "Page", place: Place, folder: Path) -> Look:
    pictures, faults = [], []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        answer = page.goto(place.address, wait_until="load")
        page.wait_for_timeout(SETTLED_MS)
        if answer is None or (answer.status >= LIGHTEST_REFUSAL and not place.name.endswith("nowhere")):
            faults.append(f"answered {answer.status if answer else 'nothing'}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"scrolls sideways at {width}")
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            name = f"{place.name}.{scheme}.{width}.png"
            page.screenshot(path=folder / name, full_page=True)
            pictures.append(name)
    return Look(place, tuple(pictures), tuple(faults))

"""The pages of thresholds in a real browser: readable by everyone, quick with script, whole without it."""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import RulesetProposal
from tests.learning import calls
from tests.plugins import browsing
from tests.web.review.browser.conftest import sign_in
from tests.web.thresholds import stage
from tests.web.thresholds.stage import ROUTE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1440, 1024, 390, 320)
FEWER = (1440, 390)
PLACE = f"/policies/thresholds/{ROUTE}"
SETTLED_MS = 600
"""Longer than a preview is held back and answered."""


@pytest.fixture
def admin(page: "Page", web_server: str) -> "Page":
    """Ada's page, which must not complain about anything."""
    sign_in(page.context, calls.admins()[0], web_server)
    return page


@pytest.fixture
def plain(browser: "Browser", web_server: str) -> Iterator["Page"]:
    """Ada's page in a browser that runs no script."""
    context = browser.new_context(base_url=web_server, java_script_enabled=False)
    sign_in(context, calls.admins()[0], web_server)
    yield context.new_page()
    context.close()


def faults(page: "Page", *places: str, widths: tuple[int, ...] = FEWER) -> list[str]:
    """What axe finds on each of these pages, and the widths at which they scroll sideways."""
    found = []
    for place in places:
        page.goto(place)
        found += faults_here(page, widths)
    return found


def faults_here(page: "Page", widths: tuple[int, ...] = FEWER) -> list[str]:
    """The same of the page that is open."""
    every = list(product(SCHEMES, widths))
    some = [every[0], every[-1]]
    return [fault for scheme, width in browsing.views(every, some) for fault in _faults(page, scheme, width)]


def _faults(page: "Page", scheme: Literal["light", "dark"], width: int) -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page, options=RULES).response["violations"]
    said = [f"{page.url} {scheme} {width}: {rule['id']} {rule['nodes'][0]['html']}" for rule in found]
    is_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*said, f"{page.url} is too wide at {width}"] if is_wide else said


@pytest.mark.full
def test_no_state_has_a_fault(admin: "Page", fresh_database: str) -> None:
    found = faults(admin, "/policies/thresholds")
    stage.recorded()
    found += faults(admin, PLACE, widths=WIDTHS)
    stage.live()
    stage.proposed(Cuts(0.8, 0.6))
    found += faults(admin, "/policies/thresholds", f"{PLACE}?auto=2&ask=", widths=WIDTHS)
    found += faults(admin, "/policies/drafts/2", "/policies/versions", "/policies/versions/1")
    tuning.tune(ROUTE, Cuts(0.9), by=calls.admins()[1], seen_version=2, reason="one was wrong")
    assert found + faults(admin, PLACE, "/policies/drafts/2", "/policies/versions/2") == []


def test_typing_previews_and_moves_nothing_under_the_hand(admin: "Page") -> None:
    stage.recorded()
    said: list[str] = []
    admin.on("console", lambda message: said.append(message.text))
    admin.goto(PLACE)
    admin.fill("[name=reason]", "half a reason")
    admin.locator("#cut-auto").select_text()
    admin.keyboard.type("0.7")
    admin.wait_for_selector("#tune-say:has-text('0.70')")
    assert admin.evaluate("document.activeElement.id") == "cut-auto"
    assert admin.input_value("#cut-auto") == "0.7"
    assert admin.input_value("[name=reason]") == "half a reason"
    assert admin.locator("#tune [name=auto]").get_attribute("value") == "0.70"
    assert admin.locator(".of-cut.draft").all_text_contents() == ["draft 0.70"] * 3
    assert said == []


def test_brackets_move_the_draft_by_a_hundredth(admin: "Page") -> None:
    stage.recorded()
    admin.goto(f"{PLACE}?auto=0.85&ask=")
    for key in ("]", "]", "["):
        admin.keyboard.press(key)
    admin.wait_for_selector("#tune-say:has-text('0.86')")
    assert admin.input_value("#cut-auto") == "0.86"


def test_the_handle_is_dragged_and_the_pictures_follow(admin: "Page") -> None:
    stage.recorded()
    admin.goto(f"{PLACE}?auto=0.85&ask=")
    box = admin.locator("[data-slide]").bounding_box()
    line = admin.locator("#dots .draft-cut").bounding_box()
    assert box is not None
    assert line is not None
    # The handle stands below the line, and goes where it is put.
    assert abs(box["x"] + 8 + (box["width"] - 16) * (0.85 - 0.4) / 0.6 - (line["x"] + line["width"] / 2)) < 3
    admin.mouse.move(box["x"] + 8 + (box["width"] - 16) * 0.75, box["y"] + box["height"] / 2)
    admin.mouse.down()
    admin.mouse.move(box["x"] + 8 + (box["width"] - 16) * 0.5, box["y"] + box["height"] / 2, steps=4)
    admin.mouse.up()
    admin.wait_for_selector("#tune-say:has-text('0.70')")
    assert admin.input_value("#cut-auto") == "0.7"
    assert admin.locator("#dots .of-cut.draft").text_content() == "draft 0.70"
    assert admin.evaluate("document.activeElement.matches('[data-slide]')")


def test_the_handle_is_moved_by_keys_and_follows_the_number(admin: "Page") -> None:
    stage.recorded()
    admin.goto(f"{PLACE}?auto=0.85&ask=")
    admin.focus("[data-slide]")
    for _ in range(3):
        admin.keyboard.press("ArrowLeft")
    admin.wait_for_selector("#tune-say:has-text('0.82')")
    admin.fill("#cut-auto", "0.9")
    admin.wait_for_selector("#tune-say:has-text('0.90')")
    assert admin.input_value("[data-slide]") == "0.9"


def test_what_is_wrong_is_said_beside_the_number_and_not_sent(admin: "Page") -> None:
    stage.recorded()
    admin.goto(f"{PLACE}?auto=0.85&ask=")
    admin.fill("#cut-ask", "0.9")
    admin.wait_for_selector("#cuts-wrong:not(:empty)")
    assert "at most the number above" in admin.inner_text("#cuts-wrong")
    admin.fill("[name=reason]", "because")
    admin.click("#tune-do[aria-disabled=true]", force=True)
    admin.wait_for_selector("#cuts-wrong:not(:empty)")
    assert RulesetProposal.objects.count() == 0


def test_the_table_stays_open_while_the_draft_moves(admin: "Page") -> None:
    stage.recorded()
    admin.goto(PLACE)
    admin.click("text=Show as table")
    admin.fill("#cut-auto", "0.7")
    admin.wait_for_timeout(SETTLED_MS)
    assert admin.locator(".bins").is_visible()


def test_a_long_name_of_what_waits_is_read_whole_on_a_phone(admin: "Page") -> None:
    route = "retail-assist/exchange_delivered_order_items_of_somebody_else"
    calls.call(0.9, route=route, agent="retail-assist", tool=route.partition("/")[2])
    stage.proposed(route=route)
    admin.set_viewport_size({"width": 390, "height": 900})
    for place in ("/policies/thresholds", "/policies/versions"):
        admin.goto(place)
        assert admin.eval_on_selector(".noted h3", "({scrollWidth, clientWidth}) => scrollWidth <= clientWidth")


def test_two_admins_loosen_without_script(plain: "Page", browser: "Browser", web_server: str) -> None:
    stage.recorded()
    plain.goto(PLACE)
    plain.fill("#cut-auto", "0.8")
    plain.click("text=Preview")
    assert "draft 0.80" in plain.inner_text("#scores")
    plain.fill("[name=reason]", "nothing wrong for two weeks")
    plain.click("#tune-do")
    assert "Another admin approves it." in plain.inner_text("main")
    place, context = plain.url, browser.new_context(base_url=web_server, java_script_enabled=False)
    sign_in(context, calls.admins()[1], web_server)
    second = context.new_page()
    second.goto(place)
    second.click("text=Approve:")
    assert "Live since" in second.inner_text(".crumb")
    assert tuning.live_of(1).version == 2  # type: ignore[union-attr]
    context.close()

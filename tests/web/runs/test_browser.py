"""Runs, traces and labels in a real browser: by keyboard, without script, readable by everyone."""

from typing import TYPE_CHECKING

import pytest

from agents.engine import cancelling
from agents.models import Run
from tests import cast
from tests.flows import desk
from tests.web.review.browser.conftest import elsewhere, focused, sign_in
from tests.web.review.browser.test_screens import faults
from tests.web.review.untrusted.hostile import EVERYTHING
from tests.web.runs import stories

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture
def engineer(page: "Page", fresh_database: str, web_server: str) -> "Page":
    """An admin's page; decisions take effect at once."""
    desk.rules(undo_seconds=0)
    sign_in(page.context, cast.ada(), web_server)
    return page


def opened(page: "Page", run: Run, query: str = "") -> "Page":
    """The page with a trace in it, its script at work."""
    page.goto(f"/runs/{run.key}{query}")
    page.wait_for_selector("#run [aria-current], #run[aria-expanded], [aria-expanded]")
    return page


def check_selected(page: "Page", span: str) -> None:
    """The span is marked, the panel shows it, and the address holds it."""
    page.wait_for_selector(f"#span[data-span='{span}']")
    assert page.locator("#rows-of-run [aria-current]").get_attribute("id") == span
    assert f"span={span}" in page.url


def at(page: "Page", path: str) -> list[str]:
    """The faults of an address in every scheme and at every width."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(path)
    page.wait_for_timeout(300)
    return faults(page)


@pytest.mark.full
def test_no_list_has_a_fault(engineer: "Page") -> None:
    found = at(engineer, "/runs") + at(engineer, "/labels")
    elsewhere(lambda: stories.read_only(title=EVERYTHING[:300]))
    elsewhere(stories.failed)
    elsewhere(lambda: stories.decide(stories.waiting()))
    found += at(engineer, "/runs") + at(engineer, "/runs?q=status:failed+since:1d") + at(engineer, "/runs?q=staus:x")
    assert found + at(engineer, "/runs?q=status:queued") + at(engineer, "/labels") == []


@pytest.mark.parametrize("width", [1440, 390])
def test_a_long_list_scrolls_in_one_place(engineer: "Page", width: int) -> None:
    for _ in range(25):
        elsewhere(stories.read_only)
    engineer.set_viewport_size({"width": width, "height": 720})
    engineer.goto("/runs")
    scrolls = "one => one.scrollHeight > one.clientHeight + 1"
    places = [engineer.eval_on_selector(place, scrolls) for place in ("html", ".sheet")]
    assert sorted(places) == [False, True]


def test_a_title_is_not_broken_on_a_phone(engineer: "Page") -> None:
    run = elsewhere(lambda: stories.read_only(title="Customer 83"))
    engineer.set_viewport_size({"width": 390, "height": 844})
    engineer.goto("/runs")
    assert engineer.locator(f"[href='/runs/{run.key}']").bounding_box()["height"] < 30  # type: ignore[index]


@pytest.mark.full
def test_no_trace_has_a_fault(engineer: "Page") -> None:
    call = {"name": EVERYTHING[:60], "arguments": {"text": EVERYTHING}}
    hostile = elsewhere(lambda: stories.scripted(desk.turn(call, text=EVERYTHING), title=EVERYTHING[:300]))
    made = (stories.failed, stories.posted, stories.lost, stories.waiting)
    runs = [hostile, *(elsewhere(one) for one in made)]
    stopping = elsewhere(stories.in_flight)
    elsewhere(lambda: cancelling.cancel(stopping, by=cast.ada()))
    found = [fault for run in (*runs, stopping) for fault in at(engineer, f"/runs/{run.key}")]
    assert found == []


def test_a_list_is_gone_through_by_keys(engineer: "Page") -> None:
    older, newer = elsewhere(stories.read_only), elsewhere(stories.failed)
    engineer.goto("/runs")
    for key in ("j", "j", "k", "j"):
        engineer.keyboard.press(key)
    assert focused(engineer) == f"/runs/{older.key}"
    engineer.keyboard.press("k")
    engineer.keyboard.press("Enter")
    engineer.wait_for_url(f"**/runs/{newer.key}")


def test_the_filter_is_a_key_away_and_swallows_letters(engineer: "Page") -> None:
    run = elsewhere(stories.failed)
    elsewhere(stories.read_only)
    engineer.goto("/runs")
    engineer.keyboard.press("f")
    engineer.keyboard.type("status:failed")
    engineer.keyboard.press("Enter")
    engineer.wait_for_url("**q=status*")
    assert [row.get_attribute("href") for row in engineer.locator("[data-row]").all()] == [f"/runs/{run.key}"]


def test_spans_are_gone_through_by_keys_and_the_address_follows(engineer: "Page") -> None:
    opened(engineer, elsewhere(stories.read_only), "?span=run")
    engineer.keyboard.press("j")
    check_selected(engineer, "s1")
    engineer.keyboard.press("j")
    check_selected(engineer, "s2")
    assert engineer.locator("#span h2").first.inner_text() == "calculate"


def test_a_span_folds_and_unfolds(engineer: "Page") -> None:
    opened(engineer, elsewhere(stories.posted), "?span=s1")
    engineer.keyboard.press("ArrowLeft")
    assert engineer.locator("#rows-of-run li:visible").count() == 2
    engineer.keyboard.press("ArrowRight")
    assert engineer.locator("#rows-of-run li:visible").count() == 6


def test_errors_are_a_key_away(engineer: "Page") -> None:
    opened(engineer, elsewhere(stories.failed), "?span=run")
    engineer.keyboard.press("]")
    check_selected(engineer, "s3")


def test_a_click_selects_without_leaving_and_the_switch_remembers(engineer: "Page") -> None:
    opened(engineer, elsewhere(stories.lost))
    engineer.click("#s1-g1")
    check_selected(engineer, "s1-g1")
    engineer.click("#run-bar a:has-text('Gates')")
    engineer.wait_for_url("**show=gates*")
    assert engineer.locator("#rows-of-run [aria-current]").get_attribute("id") == "s1-g1"


@pytest.mark.full
def test_a_run_that_goes_on_is_read_again_and_keeps_what_was_opened(engineer: "Page") -> None:
    run = elsewhere(stories.waiting)
    opened(engineer, run, "?span=s2")
    engineer.wait_for_selector("#live[data-state=live]")
    engineer.evaluate("document.querySelector('#span details').open = true")
    elsewhere(lambda: stories.decide(run))
    elsewhere(desk.work)
    engineer.wait_for_selector("#rows-of-run .t-person:has-text('Mara')", timeout=20_000)
    check_selected(engineer, "s2")
    assert engineer.evaluate("document.querySelector('#span details').open") is True


def test_the_trace_is_a_key_away_from_the_queue(engineer: "Page") -> None:
    run = elsewhere(stories.waiting)
    engineer.goto("/queue")
    engineer.wait_for_selector("#open-trace")
    engineer.keyboard.press("t")
    engineer.wait_for_url(f"**/runs/{run.key}")


def test_everything_works_without_script(browser: "Browser", fresh_database: str, web_server: str) -> None:
    context = browser.new_context(base_url=web_server, java_script_enabled=False)
    sign_in(context, cast.ada(), web_server)
    page, run = context.new_page(), elsewhere(stories.waiting)
    page.goto("/runs")
    page.click(f"[href='/runs/{run.key}']")
    page.click("#s1")
    assert page.locator("#span").get_attribute("data-span") == "s1"
    page.click("text=Cancel this run")
    assert "Ada cancelled it" not in page.locator("#run-head").inner_text()
    page.fill("#cancel [name=reason]", "The customer called \u202e and took it back")
    page.click("text=Yes, cancel it for good")
    head = page.locator("#run-head").inner_text()
    assert "Ada cancelled it" in head
    assert "The customer called U+202E and took it back" in " ".join(head.split())
    context.close()

"""Two people at one queue: notes count and dim, and never move what somebody is at."""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from approvals.domain.decision import DecisionKind, Said
from approvals.inbox import claiming, deciding, expiring
from approvals.models import Escalation, Member
from console.live import publishing
from tests.web.review import papers, stage
from tests.web.review.browser.conftest import elsewhere, focused, show, wait_for

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
MOST_SHIFT = 0.01
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
"""The page's own clock, when what was done to it so far is painted."""
SHIFTS = """(since) => new Promise((done) => {
    new PerformanceObserver((list) => done(list.getEntries().filter((entry) => entry.startTime > since).map((entry) =>
        [entry.value, ...entry.sources.map((source) => source.node?.outerHTML?.slice(0, 80))])))
        .observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done([]), 300);
})"""
"""Each layout shift since then, also one right after a key: how far, and what moved."""


assert publishing.__name__, "imported, so that what this process does is told to the pages"


def decide(escalation: Escalation, by: Member) -> None:
    """Somebody else decides."""
    said = Said(
        kind=DecisionKind.REJECT,
        evidence_sha256=escalation.evidence.digest,
        version=escalation.version,
        reason_code="other",
        reason="No second charge.",
    )
    elsewhere(lambda: deciding.decide(Escalation.objects.get(pk=escalation.pk), by=by, said=said))


def at_work(desk: "Page", escalation: Escalation) -> None:
    """Mara is typing when it happens."""
    show(desk, escalation.pk)
    desk.wait_for_selector("#live[data-state=live]")
    desk.keyboard.press("a")
    desk.keyboard.type("18")


def test_what_someone_else_decides_becomes_a_bar_and_keeps_the_draft(desk: "Page", kai: Member) -> None:
    shown = stage.put(papers.refund())
    at_work(desk, shown)
    decide(shown, kai)
    desk.wait_for_selector("#bar.warned")
    said = desk.inner_text("#bar")
    copy = desk.locator("#bar [data-copy]")
    assert ("Kai rejected this at" in said, copy.is_visible(), copy.get_attribute("data-copy")) == (True, True, "18")


def test_a_conflict_moves_nothing_above_the_bar(desk: "Page", kai: Member) -> None:
    shown = stage.put(papers.refund())
    at_work(desk, shown)
    before = desk.locator(".ph").bounding_box(), desk.locator(".pb").bounding_box()
    decide(shown, kai)
    desk.wait_for_selector("#bar.warned")
    assert (desk.locator(".ph").bounding_box(), desk.locator(".pb").bounding_box()) == before


def test_after_a_conflict_the_next_one_is_one_key_away(desk: "Page", kai: Member) -> None:
    shown, following = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    show(desk, shown.pk)
    desk.wait_for_selector("#live[data-state=live]")
    decide(shown, kai)
    desk.wait_for_selector("#bar.warned")
    desk.keyboard.press("j")
    wait_for(desk, following.pk)


def test_arrivals_are_counted_and_move_nothing(desk: "Page", mara: Member) -> None:
    shown = stage.put(papers.refund())
    at_work(desk, shown)
    since = desk.evaluate(SETTLED)
    for minutes in range(1, 6):
        elsewhere(partial(stage.put, due=timedelta(minutes=minutes)))
    desk.wait_for_selector("#new[data-count='5']")
    desk.keyboard.type("40")
    rows = desk.locator("#rows .qi").count()
    assert (rows, focused(desk), desk.input_value("#typed")) == (1, "typed", "1840")
    shifts = desk.evaluate(SHIFTS, since)
    assert sum(shift[0] for shift in shifts) < MOST_SHIFT, shifts


def test_arrivals_are_shown_when_asked_for(desk: "Page", mara: Member) -> None:
    shown = stage.put()
    show(desk, shown.pk)
    desk.wait_for_selector("#live[data-state=live]")
    arrived = elsewhere(lambda: stage.put(due=timedelta(minutes=3)))
    desk.wait_for_selector("#new[data-count='1']")
    desk.keyboard.press("n")
    desk.wait_for_selector(f"#row-{arrived.pk}")
    desk.wait_for_selector("#new[data-count='0']")


def test_a_row_that_someone_else_decides_is_dimmed_in_its_place(desk: "Page", kai: Member) -> None:
    shown, other = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    show(desk, shown.pk)
    desk.wait_for_selector("#live[data-state=live]")
    decide(other, kai)
    desk.wait_for_selector(f"#row-{other.pk} .done")
    assert "Rejected by Kai" in desk.inner_text(f"#row-{other.pk}")


def test_a_row_that_someone_else_holds_says_so(desk: "Page", kai: Member) -> None:
    shown, other = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    show(desk, shown.pk)
    desk.wait_for_selector("#live[data-state=live]")
    elsewhere(lambda: claiming.claim(other, by=kai))
    desk.wait_for_selector(f"#row-{other.pk} .held")


def test_time_that_runs_out_says_what_happened(desk: "Page", mara: Member) -> None:
    shown = stage.put(due=timedelta(seconds=4))
    show(desk, shown.pk)
    desk.wait_for_selector("#live[data-state=live]")
    desk.wait_for_timeout(4000)
    elsewhere(expiring.expire_due)
    desk.wait_for_selector("#bar.said")
    assert "It was rejected automatically." in desk.inner_text("#bar")


def test_a_lost_connection_is_said_and_decides_on(desk: "Page", mara: Member) -> None:
    shown, following = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    desk.route_web_socket("**/live", lambda socket: socket.close())
    show(desk, shown.pk)
    desk.wait_for_selector("#live[data-state=waiting]")
    desk.keyboard.press("a")
    wait_for(desk, following.pk)

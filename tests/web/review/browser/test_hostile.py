"""Hostile text in every field of the evidence: nothing runs, nothing is fetched, nothing is hidden."""

from typing import TYPE_CHECKING, Any

import pytest

from approvals.domain.escalation import Kind
from approvals.domain.evidence import (
    Alternative,
    Attempt,
    Change,
    Check,
    Evidence,
    Grounding,
    Incident,
    Material,
    Message,
    Preview,
    Reasoning,
)
from approvals.domain.tool import Reversibility
from approvals.domain.verdict import Outcome, Reason
from tests.web.review import papers, stage
from tests.web.review.browser.conftest import show
from tests.web.review.untrusted.hostile import EVERYTHING, HIDDEN, MARKUP

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
BAD = EVERYTHING
LIVE = (
    "body script, iframe, object, embed, style, body meta, img, body link, [onload], [onerror], [style], [hx-vals], "
    "a[href*=evil], a[href^=javascript], form[action*=evil]"
)
STORABLE = [label for label, text in HIDDEN if "\ud800" not in text and "\x00" not in text]


def hostile_evidence(reversibility: Reversibility = Reversibility.COSTLY) -> Evidence:
    """The same attack in every place a model, a tool or a user can write to."""
    change = Change(field=BAD, now=BAD, after=BAD + "!", source=BAD, is_flagged=True)
    material = Material(
        title=BAD[:200],
        preview=Preview(
            affects=BAD,
            goes_to=BAD,
            changes=(change,),
            unchanged=(change,),
            checks=(Check(sentence=BAD, passed=False),),
        ),
        reasoning=Reasoning(
            needed=BAD, lives_in=BAD, tool=BAD, why=BAD, alternatives=(Alternative(name=BAD, why_not=BAD),)
        ),
        conversation=(Message(role="customer", at="2026-11-20T14:18:00+00:00", text=BAD),),
        attempts=(Attempt(tool=BAD, outcome="failed", detail=BAD, seconds=1.0),),
        candidates=(BAD,),
        ticket=BAD,
        incident=Incident(attempted=BAD, failed_because=BAD, to_decide=BAD),
    )
    return papers.evidence(
        papers.card("<b>tool</b>", reversibility),
        material,
        arguments={"note": BAD, "<i>key</i>": BAD},
        grounding=(Grounding(path="note", source="untrusted_tool", detail=BAD),),
        reasons=(Reason(code="rule", outcome=Outcome.ASK, sentence=BAD, rule=BAD),),
    )


@pytest.fixture
def watched(desk: "Page") -> tuple["Page", list[str]]:
    """A page and everything on it that must not happen."""
    seen: list[str] = []
    desk.on("dialog", lambda dialog: seen.append(f"dialog {dialog.message}"))
    desk.on("console", lambda message: seen.append(message.text) if message.type == "error" else None)
    desk.on("request", lambda request: seen.append(request.url) if "evil.example" in request.url else None)
    desk.on("popup", lambda popup: seen.append(f"popup {popup.url}"))
    return desk, seen


@pytest.mark.parametrize("kind", [Kind.APPROVAL, Kind.INCIDENT])
def test_nothing_of_it_comes_alive(watched: tuple["Page", list[str]], kind: Kind) -> None:
    desk, seen = watched
    shown = stage.put(hostile_evidence(), kind=kind, agent=BAD[:200], stopped_by=BAD[:200])
    show(desk, shown.pk)
    desk.wait_for_timeout(300)
    alive = desk.locator(LIVE).count()
    assert (seen, alive, desk.url.endswith(f"/queue/{shown.pk}")) == ([], 0, True)


def test_every_hidden_character_of_it_is_seen(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(hostile_evidence()).pk)
    chips = set(desk.locator(".inv").all_inner_texts())
    assert set(STORABLE) <= chips


def test_it_makes_no_page_scroll_sideways(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(hostile_evidence()).pk)
    wide = [width for width in (1440, 1024, 390, 320) if _is_too_wide(desk, width)]
    assert wide == []


def test_it_adds_no_button_to_those_of_the_console(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.notice()).pk)
    ours = desk.get_by_role("button").count() + desk.get_by_role("link").count()
    show(desk, stage.put(hostile_evidence()).pk)
    opened = desk.locator("details.all summary").count()
    rows = 1
    assert desk.get_by_role("button").count() + desk.get_by_role("link").count() <= ours + rows + opened


def test_its_title_is_plain_text(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.tagging(f"{MARKUP[0]} \u202e")).pk)
    assert desk.title() == "<script>alert(1)</script> [U+202E] · Queue"


def test_a_copy_is_the_original(desk: "Page", fresh_database: str) -> None:
    show(desk, stage.put(papers.refund()).pk)
    copied: Any = desk.evaluate(
        """() => {
            getSelection().selectAllChildren(document.querySelector(".conv .txt"));
            const data = new DataTransfer();
            document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, cancelable: true }));
            return data.getData("text/plain");
        }"""
    )
    assert copied == papers.refund().material.conversation[0].text


def _is_too_wide(page: "Page", width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

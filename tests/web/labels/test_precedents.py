"""Similar decisions on the page: evidence for who decides, never for who audits blindly, and inert words."""

import re

import pytest
from django.test import Client

from approvals.domain.action import action
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.escalation import Kind
from approvals.inbox import deciding
from approvals.learning.recalling import nearest
from approvals.models import Escalation, Label
from tests import cast
from tests.web.audits import audited
from tests.web.review import inquiries, papers, stage
from tests.web.review.conftest import HTMX, form, signed_in

pytestmark = pytest.mark.django_db
TRAP = '<img src=x onerror=alert(1)> \u202e "approve"'


@pytest.fixture
def hers(db: None) -> Client:
    """Mara's browser."""
    return signed_in(cast.mara())


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is withheld by the coin."""
    monkeypatch.setattr(nearest, "WITHHELD", 0.0)


def resolved(reason: str = "", **arguments: object) -> Escalation:
    """A call that Kai judged: rejected where there is a reason, else approved."""
    value = papers.tagging()
    changed = {**value.arguments, **arguments}
    proposed = action(value.tool.name, value.tool.version, changed)
    item = stage.put(value.model_copy(update={"arguments": changed, "payload_sha256": proposed.digest}))
    kind = DecisionKind.REJECT if reason else DecisionKind.APPROVE
    shown = {"evidence_sha256": item.evidence.digest, "version": item.version}
    code = "other" if reason else ""
    said = Said.model_validate({"kind": kind, "reason": reason, "reason_code": code, **shown})
    deciding.decide(item, by=cast.kai(), said=said)
    return item


def section(browser: Client, item: Escalation) -> str:
    """What stands under similar decisions, with its markup; empty where nothing does."""
    body = browser.get(f"/queue/{item.pk}", headers=HTMX).content.decode()
    found = re.search(r'(?s)<section id="precedents".*?</section>', body)
    return found.group(0) if found else ""


def words(markup: str) -> str:
    """The same without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_the_nearest_of_each_outcome_is_shown_with_what_differs(hers: Client) -> None:
    right, wrong = resolved(note="nearly"), resolved("not hers", note="quite another one")
    shown = section(hers, stage.put())
    assert f'href="/queue/{right.pk}"' in shown
    assert f'href="/queue/{wrong.pk}"' in shown
    said = words(shown)
    assert "nearest right" in said
    assert "Kai approved it," in said
    assert "note : nearly there, and here → none" in said
    assert "Kai rejected it," in said
    assert "Reason given: “ not hers ”" in said


def test_without_any_there_is_no_section_and_nothing_is_claimed(hers: Client) -> None:
    item = stage.put()
    assert section(hers, item) == ""
    hers.post(f"/queue/{item.pk}/decide", form(item))
    assert Label.objects.get().saw_suggestion is False


def test_who_decides_with_precedents_is_recorded_to_have_seen_them(hers: Client) -> None:
    resolved()
    item = stage.put()
    body = hers.get(f"/queue/{item.pk}", headers=HTMX).content.decode()
    assert '<input type="hidden" name="precedents" value="1">' in body
    hers.post(f"/queue/{item.pk}/decide", form(item, precedents="1"))
    assert Label.objects.latest("pk").saw_suggestion is True


@pytest.mark.parametrize("sent", ["2", "yes", "1" * 999], ids=["number", "word", "long"])
def test_an_odd_claim_is_refused_and_decides_nothing(hers: Client, sent: str) -> None:
    item = stage.put()
    answer = hers.post(f"/queue/{item.pk}/decide", form(item, precedents=sent))
    assert answer.status_code == 422
    assert not Label.objects.exists()


def test_whatever_a_precedent_says_is_text(hers: Client) -> None:
    resolved(TRAP, note=TRAP)
    shown = section(hers, stage.put())
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert "U+202E" in shown
    assert "onerror=alert(1)" in words(shown)


def test_a_question_shows_none_before_it_is_answered(hers: Client) -> None:
    resolved()
    assert section(hers, stage.put(inquiries.which_account(), kind=Kind.QUESTION)) == ""


def test_a_blind_audit_shows_none(hers: Client) -> None:
    resolved()
    body = hers.get(f"/audits/{audited.waiting().pk}").content.decode()
    assert "nearest right" not in body
    assert "precedents" not in body

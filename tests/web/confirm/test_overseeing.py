"""What a reviewer sees of a question to the user, and may do about it."""

import pytest
from django.test import Client

from approvals.confirming import answering, passing
from approvals.domain.escalation import Kind, link
from approvals.models import AuditEntry, Confirmation, Decision, Escalation, Member
from tests import cast
from tests.engine.confirming import asked
from tests.flows import desk
from tests.web.review.conftest import form, hers, mara, signed_in

__all__ = ["hers", "mara"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture
def confirmation(mara: Member) -> Confirmation:
    """A question that waits for its user."""
    return asked.waiting(undo_seconds=0)


def pane(browser: Client, escalation: Escalation) -> str:
    """What its page says."""
    return browser.get(f"/queue/{escalation.pk}").content.decode()


def test_the_queue_does_not_hold_what_the_user_is_asked(hers: Client, confirmation: Confirmation) -> None:
    assert f"/queue/{confirmation.escalation_id}" not in hers.get("/queue/list").content.decode()


def test_its_page_says_who_is_asked_and_offers_no_decision(hers: Client, confirmation: Confirmation) -> None:
    page = pane(hers, confirmation.escalation)
    assert "The user is asked, until" in page
    assert "then a reviewer is asked" in page
    assert 'name="kind"' not in page
    assert link.write(asked.token(confirmation)) not in page


@pytest.mark.parametrize("kind", ["approve", "reject", "take_over"])
def test_no_form_answers_for_the_user(hers: Client, confirmation: Confirmation, kind: str) -> None:
    escalation = confirmation.escalation
    response = hers.post(f"/queue/{escalation.pk}/decide", form(escalation, kind, named="1", reason_code="other"))
    assert response.status_code in (403, 422)
    assert Decision.objects.count() == 0


def test_taking_it_over_leads_to_an_approval_that_says_so(hers: Client, confirmation: Confirmation) -> None:
    escalation = confirmation.escalation
    response = hers.post(f"/queue/{escalation.pk}/take", form(escalation))
    following = asked.only_open()
    assert response.headers["Location"] == f"/queue/{following.pk}"
    assert "Mara took it over" in pane(hers, following)
    assert "It goes on as a new escalation" in pane(hers, escalation)


def test_taking_over_what_the_user_has_answered_says_who_was_first(hers: Client, confirmation: Confirmation) -> None:
    escalation = confirmation.escalation
    sent = form(escalation)
    answering.answer(confirmation, asked.token(confirmation), is_yes=False, evidence_sha256=escalation.evidence.digest)
    response = hers.post(f"/queue/{escalation.pk}/take", sent)
    assert response.status_code == 409
    assert "The user rejected this at" in response.content.decode()
    assert Escalation.objects.count() == 1


def test_who_saw_the_link_stands_beside_the_answer(hers: Client, confirmation: Confirmation) -> None:
    escalation = confirmation.escalation
    shown = hers.post(f"/queue/{escalation.pk}/link", form(escalation)).content.decode()
    token = asked.token(confirmation)
    assert f"http://testserver/confirm/{link.write(token)}" in shown
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.verb, entry.object) == (cast.mara(), "confirmation.link", str(escalation))
    answering.answer(confirmation, token, is_yes=True, evidence_sha256=escalation.evidence.digest)
    assert "Besides the user, the link was seen by Mara." in pane(hers, escalation)


def test_what_a_user_answered_says_that_it_was_the_user(hers: Client, confirmation: Confirmation) -> None:
    digest = confirmation.escalation.evidence.digest
    answering.answer(confirmation, asked.token(confirmation), is_yes=True, evidence_sha256=digest)
    desk.work()
    page = pane(hers, confirmation.escalation)
    assert "The user approved this at" in page
    assert "the link was seen by" not in page


def test_an_auditor_sees_it_and_gets_no_link(confirmation: Confirmation) -> None:
    browser, escalation = signed_in(cast.otto()), confirmation.escalation
    assert "Show the link" not in pane(browser, escalation)
    assert browser.post(f"/queue/{escalation.pk}/link", form(escalation)).status_code == 403
    assert AuditEntry.objects.count() == 0


def test_an_approval_shows_no_link(hers: Client, confirmation: Confirmation) -> None:
    following = passing.pass_on(confirmation.escalation, why="unanswered")
    assert following.kind == Kind.APPROVAL
    assert hers.post(f"/queue/{following.pk}/link", form(following)).status_code == 409
    assert "gave no answer in time" in pane(hers, following)
    assert AuditEntry.objects.count() == 0

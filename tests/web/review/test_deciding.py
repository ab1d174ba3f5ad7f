"""Deciding over HTTP: what each class of action asks for, and what everyone else is told."""

from datetime import timedelta

import pytest
from django.test import Client

from approvals.domain.decision import DecisionKind, Said
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member
from tests.web.review import papers, stage
from tests.web.review.conftest import HTMX, form, signed_in


def decide_first(escalation: Escalation, by: Member, reason: str = "No second charge.") -> Decision:
    """Somebody else is quicker."""
    said = Said(
        kind=DecisionKind.REJECT,
        evidence_sha256=escalation.evidence.digest,
        version=escalation.version,
        reason_code="other",
        reason=reason,
    )
    return deciding.decide(Escalation.objects.get(pk=escalation.pk), by=by, said=said)


def test_what_is_reversible_is_approved_at_once(hers: Client, mara: Member) -> None:
    shown = stage.put()
    hers.post(f"/queue/{shown.pk}/decide", form(shown), headers=HTMX)
    assert Decision.objects.get(escalation=shown).by == mara


def test_a_decision_can_be_undone_from_the_answer_to_it(hers: Client) -> None:
    shown = stage.put()
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown), headers=HTMX)
    assert (answer["HX-Retarget"], f'action="/queue/{shown.pk}/undo"' in answer.content.decode()) == ("#undo", True)


def test_without_script_the_next_escalation_follows(hers: Client) -> None:
    shown, following = stage.put(due=timedelta(minutes=5)), stage.put(due=timedelta(minutes=9))
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown))
    assert answer["Location"] == f"/queue/{following.pk}"


def test_without_script_the_next_page_offers_the_undo(hers: Client) -> None:
    shown = stage.put(due=timedelta(minutes=5))
    stage.put(due=timedelta(minutes=9))
    page = hers.post(f"/queue/{shown.pk}/decide", form(shown), follow=True).content.decode()
    assert f'action="/queue/{shown.pk}/undo"' in page


def test_after_the_last_one_the_queue_follows(hers: Client) -> None:
    shown = stage.put()
    assert hers.post(f"/queue/{shown.pk}/decide", form(shown))["Location"] == "/queue"


@pytest.mark.parametrize(
    ("paper", "fields"),
    [
        (papers.notice(), {}),
        (papers.refund(), {}),
        (papers.refund(), {"typed": "1"}),
        (papers.refund(), {"typed": "CONFIRM", "named": "1"}),
        (papers.tagging(), {"kind": "reject"}),
        (papers.tagging(), {"kind": "reject", "reason_code": "other"}),
        (papers.tagging(), {"kind": "happened", "reason": "I looked."}),
        (papers.tagging(), {"kind": ""}),
        (papers.tagging(), {"evidence_sha256": "x"}),
    ],
    ids=["unnamed", "untyped", "wrong", "generic", "no-reason", "no-words", "wrong-kind", "no-kind", "no-digest"],
)
def test_friction_cannot_be_skipped_by_a_raw_post(hers: Client, paper: Evidence, fields: dict[str, str]) -> None:
    shown = stage.put(paper)
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown) | fields, headers=HTMX)
    assert (answer.status_code, Decision.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("paper", "fields"),
    [
        (papers.notice(), {"named": "1"}),
        (papers.refund(), {"typed": " 1.840,00 "}),
        (papers.tagging(), {"kind": "reject", "reason_code": "duplicate"}),
        (papers.tagging(), {"kind": "reject", "reason": "Wrong customer."}),
    ],
    ids=["named", "typed", "reason-code", "reason-words"],
)
def test_the_asked_friction_is_enough(hers: Client, paper: Evidence, fields: dict[str, str]) -> None:
    shown = stage.put(paper)
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown) | fields, headers=HTMX)
    assert (answer.status_code, Decision.objects.count()) == (200, 1)


def test_a_wrong_fact_is_said_in_place_and_kept(hers: Client) -> None:
    shown = stage.put(papers.refund())
    page = hers.post(f"/queue/{shown.pk}/decide", form(shown, typed="12"), headers=HTMX).content.decode()
    assert ("That is not the refund amount." in page, 'value="12"' in page) == (True, True)


def test_the_expected_fact_is_in_no_page(hers: Client) -> None:
    shown = stage.put(papers.refund())
    page = hers.get(f"/queue/{shown.pk}").content.decode()
    assert 'name="typed" value=""' in page


def test_a_form_shown_again_speaks_for_what_was_shown(hers: Client) -> None:
    shown = stage.put(papers.refund())
    Escalation.objects.filter(pk=shown.pk).update(version=2)
    page = hers.post(f"/queue/{shown.pk}/decide", form(shown, typed="12"), headers=HTMX).content.decode()
    assert 'name="version" value="1"' in page


def test_who_comes_second_learns_who_was_first(hers: Client, kai: Member) -> None:
    shown = stage.put()
    decide_first(shown, kai)
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown), headers=HTMX)
    page = answer.content.decode()
    said = ["Kai rejected this at", "before you", "Nothing you entered was sent.", "No second charge."]
    assert (answer.status_code, [sentence in page for sentence in said]) == (409, [True] * 4)


def test_what_the_second_one_typed_can_be_copied(hers: Client, kai: Member) -> None:
    shown = stage.put(papers.refund())
    decide_first(shown, kai)
    page = hers.post(f"/queue/{shown.pk}/decide", form(shown, typed="1840"), headers=HTMX).content.decode()
    assert 'data-copy="1840"' in page


def test_a_conflict_reads_the_same_without_script(hers: Client, kai: Member) -> None:
    shown = stage.put()
    decide_first(shown, kai)
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown))
    assert (answer.status_code, "Kai rejected this at" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    "stale", [{"version": 7}, {"evidence_sha256": "f" * 64}], ids=["old-version", "other-evidence"]
)
def test_what_was_not_shown_cannot_be_decided(hers: Client, stale: dict[str, object]) -> None:
    shown = stage.put()
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown) | stale, headers=HTMX)
    assert (answer.status_code, "Look at it again" in answer.content.decode()) == (409, True)


def test_an_auditor_reads_and_does_not_decide(otto: Member) -> None:
    shown = stage.put()
    auditor = signed_in(otto)
    page = auditor.get(f"/queue/{shown.pk}").content.decode()
    answer = auditor.post(f"/queue/{shown.pk}/decide", form(shown))
    assert ("You can read this and not decide it." in page, answer.status_code) == (True, 403)


def test_an_incident_takes_a_sentence(hers: Client) -> None:
    shown = stage.put(papers.lost_refund(), kind=Kind.INCIDENT)
    answer = hers.post(
        f"/queue/{shown.pk}/decide", form(shown, "happened", reason="It is in the bank's list."), headers=HTMX
    )
    assert (answer.status_code, Decision.objects.get().kind) == (200, DecisionKind.HAPPENED)


@pytest.mark.parametrize(
    "fields", [{"kind": "happened"}, {"kind": "repeat", "reason": "It is not in the list.", "typed": "1"}], ids=str
)
def test_an_incident_is_not_settled_for_less(hers: Client, fields: dict[str, str]) -> None:
    shown = stage.put(papers.lost_refund(), kind=Kind.INCIDENT)
    answer = hers.post(f"/queue/{shown.pk}/decide", form(shown) | fields, headers=HTMX)
    assert (answer.status_code, Decision.objects.count()) == (422, 0)


def test_an_undone_decision_waits_again(hers: Client) -> None:
    shown = stage.put()
    hers.post(f"/queue/{shown.pk}/decide", form(shown))
    answer = hers.post(f"/queue/{shown.pk}/undo")
    successor = Escalation.objects.get(supersedes=shown)
    assert (answer["Location"], successor.status) == (f"/queue/{successor.pk}", Status.OPEN)


def test_an_undo_is_said_where_it_waits_again(hers: Client, his: Client) -> None:
    shown = stage.put()
    hers.post(f"/queue/{shown.pk}/decide", form(shown, "reject", reason_code="duplicate"))
    after = hers.post(f"/queue/{shown.pk}/undo", headers=HTMX).content.decode()
    assert f"your decision on {shown} (Rejected) was taken back" in after
    assert "decision taken back" in hers.get("/queue/list").content.decode()
    again = Escalation.objects.get(supersedes=shown)
    assert f"Mara&#x27;s decision on {shown}" in his.get(f"/queue/{again.pk}").content.decode()


def test_an_undone_rejection_keeps_its_reason(hers: Client) -> None:
    shown = stage.put()
    hers.post(f"/queue/{shown.pk}/decide", form(shown, "reject", reason="Wrong customer."))
    page = hers.post(f"/queue/{shown.pk}/undo", follow=True).content.decode()
    assert 'value="Wrong customer."' in page


def test_the_undone_one_leads_to_its_successor(hers: Client) -> None:
    shown = stage.put()
    hers.post(f"/queue/{shown.pk}/decide", form(shown))
    hers.post(f"/queue/{shown.pk}/undo")
    successor = Escalation.objects.get(supersedes=shown)
    assert f'href="/queue/{successor.pk}"' in hers.get(f"/queue/{shown.pk}", headers=HTMX).content.decode()


def test_an_undo_that_comes_late_says_when_it_was_sent(hers: Client) -> None:
    shown = stage.put(undo_seconds=0)
    hers.post(f"/queue/{shown.pk}/decide", form(shown))
    answer = hers.post(f"/queue/{shown.pk}/undo", headers=HTMX)
    assert (answer.status_code, "Too late, the time to undo ended at" in answer.content.decode()) == (409, True)


def test_nothing_decided_is_nothing_to_undo(hers: Client) -> None:
    assert hers.post(f"/queue/{stage.put().pk}/undo", headers=HTMX).status_code == 409

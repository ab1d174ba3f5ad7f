"""An auditor sees what would have changed and nothing of what became of it; the answer is a label and nothing else."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from approvals.domain.errors import AlreadyDecided
from approvals.domain.label import Teaching
from approvals.inbox import opening
from approvals.inbox.checking import auditing
from approvals.inbox.checking.auditing import Opinion
from approvals.learning.calibrating import looking
from approvals.models import AuditRequest, BlindAudit, Decision, Escalation, Grant, Label, Member, Role, Tenant
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE
from tests.web.audits import audited

pytestmark = pytest.mark.django_db
TOLD = ("0.93", "0.81", "0.97", "reaches", "automatic", "ran alone")


@pytest.fixture
def maras() -> Client:
    """A reviewer's browser."""
    client = Client()
    client.force_login(cast.mara())
    return client


def place(audit: BlindAudit, name: str = "audit") -> str:
    """Its address."""
    return reverse(name, args=[audit.pk])


def say(client: Client, audit: BlindAudit, said: str, **fields: str) -> Any:
    """Answer it."""
    form = {"teaching": said, "evidence_sha256": audit.evidence.digest} | fields
    return client.post(place(audit, "answer_audit"), form)


def opinion(audit: BlindAudit, said: Teaching = Teaching.RIGHT) -> Opinion:
    """What somebody says of what is stored."""
    return Opinion(said, audit.evidence.digest, "wrong_arguments")


def test_a_look_at_a_route_asks_for_the_audit_and_the_inbox_opens_it_once() -> None:
    verdict = audited.ran()
    looking.look(Tenant.DEFAULT, ROUTE)
    assert (auditing.open_requested(), auditing.open_requested()) == (1, 0)
    assert BlindAudit.objects.get().verdict_id == verdict.pk


def test_nothing_the_machine_thought_of_it_is_on_the_page(maras: Client) -> None:
    page = maras.get(place(audited.waiting())).content.decode()
    assert "Tag 38 tickets" in page
    assert [told for told in TOLD if told in page] == []


def test_nothing_the_machine_thought_of_it_is_in_the_frozen_bytes() -> None:
    document = bytes(audited.waiting().evidence.document).decode()
    assert [told for told in TOLD if told in document] == []


def test_the_answer_is_a_blind_label_that_counts(maras: Client) -> None:
    audit = audited.waiting()
    assert say(maras, audit, "wrong", reason_code="not_asked").headers["Location"] == reverse("audits")
    label = Label.objects.get()
    assert (label.source, label.teaching, label.blind, label.saw_score, label.by, label.reason_code) == (
        "audit",
        "wrong",
        True,
        False,
        cast.mara(),
        "not_asked",
    )
    assert looking.look(Tenant.DEFAULT, ROUTE).runs[0].actions[0].state == "wrong"


def test_an_answer_makes_nothing_that_could_run(maras: Client) -> None:
    say(maras, audited.waiting(), "right")
    assert (Escalation.objects.count(), Decision.objects.count(), Grant.objects.count()) == (0, 0, 0)


def test_after_an_answer_the_next_audit_is_shown(maras: Client) -> None:
    first, second = audited.waiting(), audited.waiting()
    assert say(maras, first, "right").headers["Location"] == place(second)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("wrong", {}),
        ("wrong", {"reason_code": "other"}),
        ("wrong", {"reason_code": "made up"}),
        ("", {}),
        ("maybe", {}),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(maras: Client, said: str, fields: dict[str, str]) -> None:
    answer = say(maras, audited.waiting(), said, reason="" if said == "wrong" else "typed before", **fields)
    assert (answer.status_code, Label.objects.count()) == (422, 0)
    assert "typed before" in answer.content.decode() or said == "wrong"


def test_a_second_answer_is_refused_with_what_was_typed(maras: Client) -> None:
    audit = audited.waiting()
    auditing.answer(audit, by=cast.kai(), opinion=opinion(audit))
    answer = say(maras, audit, "wrong", reason_code="duplicate")
    assert (answer.status_code, Label.objects.count()) == (409, 1)
    assert "Kai" in answer.content.decode()
    with pytest.raises(AlreadyDecided):
        auditing.answer(audit, by=cast.mara(), opinion=opinion(audit))


def test_an_answer_to_other_evidence_is_refused(maras: Client) -> None:
    assert say(maras, audited.waiting(), "right", evidence_sha256="00").status_code == 409


def test_nobody_waits_says_where_audits_come_from(maras: Client) -> None:
    assert "No audit waits." in maras.get(reverse("audits")).content.decode()


def test_an_unjudged_ask_is_audited_too_so_that_an_audit_tells_nothing() -> None:
    asked = calls.call(0.4, created_at="2026-11-01T00:00:00Z")
    looking.look(Tenant.DEFAULT, ROUTE)
    assert AuditRequest.objects.get().verdict_id == asked.pk


def test_an_action_without_frozen_evidence_gets_no_item() -> None:
    calls.alone(0.9)
    looking.look(Tenant.DEFAULT, ROUTE)
    assert (AuditRequest.objects.count(), auditing.open_requested()) == (1, 0)


def test_the_database_takes_no_item_that_shows_a_score() -> None:
    verdict = audited.ran()
    request = AuditRequest.objects.create(tenant_id=1, verdict=verdict)
    shown = verdict.evidence.get()
    with pytest.raises(DatabaseError, match="blind"), transaction.atomic():
        BlindAudit.objects.create(tenant_id=1, request=request, verdict=verdict, evidence=shown, title="x")


def test_the_database_takes_no_item_about_other_bytes() -> None:
    verdict, other = audited.ran(), audited.ran()
    request = AuditRequest.objects.create(tenant_id=1, verdict=verdict)
    blinded = opening.freeze(other, auditing.blinded(other.evidence.get().value()))
    with pytest.raises(DatabaseError, match="judged bytes"), transaction.atomic():
        BlindAudit.objects.create(tenant_id=1, request=request, verdict=verdict, evidence=blinded, title="x")


def auditor() -> Member:
    """Somebody who reads and does not decide."""
    return cast.otto()


def stranger() -> Member:
    """A reviewer of another tenant."""
    return cast.member("Far", Role.REVIEWER, tenant_id=Tenant.objects.create(name="E", slug="e").pk)


@pytest.mark.parametrize("by", [auditor, stranger])
def test_the_database_takes_no_answer_of_somebody_who_may_not_decide(by: Any) -> None:
    audit = audited.waiting()
    values = {"tenant_id": 1, "verdict": audit.verdict, "audit": audit, "by": by(), "source": "audit"}
    blind = {"blind": True, "saw_score": False, "teaching": "right", "opened_at": audit.opened_at}
    with pytest.raises(DatabaseError, match="may decide"), transaction.atomic():
        Label.objects.create(**values, **blind)


@pytest.mark.parametrize("seen", [{"blind": False}, {"saw_score": True}, {"source": "review"}])
def test_the_database_takes_no_answer_that_was_not_blind(seen: dict[str, Any]) -> None:
    audit = audited.waiting()
    values = {"tenant_id": 1, "verdict": audit.verdict, "audit": audit, "by": cast.mara(), "source": "audit"}
    blind = {"blind": True, "saw_score": False, "teaching": "right", "opened_at": audit.opened_at} | seen
    with pytest.raises(DatabaseError, match="label_audit_is_blind"), transaction.atomic():
        Label.objects.create(**values | blind)

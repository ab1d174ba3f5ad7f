"""A share of what reviewers decided is looked at again, by somebody else, who is told nothing of it."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from approvals.domain.calibration.coin import coin
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import NotAllowedToDecide
from approvals.domain.label import Source, Teaching
from approvals.inbox.checking import auditing
from approvals.inbox.checking.auditing import Opinion
from approvals.learning.calibrating import auditing as wanted
from approvals.learning.dataset import disagreeing
from approvals.models import AuditRequest, BlindAudit, Escalation, Label, Member, Role, Tenant
from tests import cast
from tests.learning import calls
from tests.learning.seeding import past
from tests.web.review.permissions import voting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are drawn."""
    monkeypatch.setattr(wanted, "SECOND_LOOKS", 1.0)


def second(kind: DecisionKind = DecisionKind.APPROVE) -> BlindAudit:
    """A second look at what Kai has decided."""
    past.decided(kind)
    wanted.request_second(Tenant.DEFAULT)
    auditing.open_requested()
    return BlindAudit.objects.select_related("evidence", "verdict").get()


def opinion(audit: BlindAudit, said: Teaching) -> Opinion:
    """What somebody says of what is stored."""
    return Opinion(said, audit.evidence.digest, "wrong_arguments")


def test_it_is_asked_for_once_and_only_when_nobody_can_undo_it() -> None:
    past.decided(undo_seconds=60)
    assert wanted.request_second(Tenant.DEFAULT) == 0
    past.decided()
    assert (wanted.request_second(Tenant.DEFAULT), wanted.request_second(Tenant.DEFAULT)) == (1, 0)
    assert AuditRequest.objects.count() == 1


def test_about_one_in_twenty_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    drawn = sum(coin("key", f"second look {n}", wanted.SECOND_LOOKS)[1] for n in range(4_000))
    assert 140 < drawn < 260


def test_a_planted_mistake_gets_no_second_look() -> None:
    seed = past.planted()
    past.decide(seed.escalation, DecisionKind.APPROVE, by=cast.mara())
    wanted.request_second(Tenant.DEFAULT)
    assert not AuditRequest.objects.filter(verdict=seed.verdict).exists()


def test_the_label_says_that_it_is_the_second() -> None:
    audit = second()
    auditing.answer(audit, by=cast.mara(), opinion=opinion(audit, Teaching.WRONG))
    label = Label.objects.latest("pk")
    assert (label.source, label.teaching, label.blind, label.supersedes) == (Source.DOUBLE, Teaching.WRONG, True, None)


def test_whoever_decided_it_neither_sees_nor_answers_it() -> None:
    audit, kai = second(), cast.kai()
    client = Client()
    client.force_login(kai)
    assert auditing.waiting(kai) == []
    assert client.get(reverse("audit", args=[audit.pk])).status_code == 404
    with pytest.raises(NotAllowedToDecide):
        auditing.answer(audit, by=kai, opinion=opinion(audit, Teaching.RIGHT))
    given: dict[str, Any] = {"tenant_id": 1, "verdict": audit.verdict, "audit": audit, "by": kai, "opened_at": Now()}
    with pytest.raises(DatabaseError, match="said nothing of it before"), transaction.atomic():
        Label.objects.create(**given, source=Source.DOUBLE, teaching="right", blind=True, saw_score=False)


def test_another_account_of_whoever_decided_it_neither_sees_nor_answers_nor_settles_it() -> None:
    audit, kai, ada = second(), cast.kai(), cast.ada()
    other = cast.member("Kay", Role.REVIEWER)
    Member.objects.filter(pk=other.pk).update(same_as=kai)
    other.refresh_from_db()
    assert (auditing.waiting(other), len(auditing.waiting(cast.mara()))) == ([], 1)
    with pytest.raises(DatabaseError, match="said nothing of it before"), transaction.atomic():
        calls.label(audit.verdict, Teaching.RIGHT, source=Source.DOUBLE, audit=audit, by=other)
    auditing.answer(audit, by=cast.mara(), opinion=opinion(audit, Teaching.WRONG))
    (found,) = disagreeing.disagreements(Tenant.DEFAULT)
    assert (found.may_settle(other), found.may_settle(ada)) == (False, True)
    with pytest.raises(DatabaseError, match="took no part"), transaction.atomic():
        calls.label(audit.verdict, Teaching.RIGHT, source=Source.ADJUDICATION, supersedes_id=found.newest, by=other)


def test_who_voted_for_it_does_not_look_at_it_a_second_time() -> None:
    item, mara = voting.put(), cast.mara()
    voting.vote(item, mara)
    voting.vote(item, cast.kai())
    AuditRequest.objects.create(tenant_id=1, verdict=item.verdict)
    auditing.open_requested()
    audit = BlindAudit.objects.get(verdict=item.verdict)
    assert (auditing.waiting(mara), auditing.waiting(cast.ada())) == ([], [audit])
    with pytest.raises(DatabaseError, match="said nothing of it before"), transaction.atomic():
        calls.label(audit.verdict, Teaching.RIGHT, source=Source.DOUBLE, audit=audit, by=mara)


def test_its_page_tells_nothing_of_the_decision() -> None:
    audit = second(DecisionKind.REJECT)
    client = Client()
    client.force_login(cast.mara())
    page = client.get(reverse("audit", args=[audit.pk])).content.decode()
    assert "Refund €1,840.00" in page
    assert [told for told in ("Kai", "rejected", "charged once", "0.71", "0.85") if told in page] == []


def test_a_disagreement_is_settled_by_a_third_and_then_it_is_a_known_answer() -> None:
    audit = second()
    auditing.answer(audit, by=cast.mara(), opinion=opinion(audit, Teaching.WRONG))
    first, other = Label.objects.order_by("pk")
    for one in (cast.kai(), cast.mara()):
        with pytest.raises(DatabaseError, match="took no part"), transaction.atomic():
            calls.label(audit.verdict, Teaching.WRONG, source=Source.ADJUDICATION, supersedes=other, by=one)
    calls.label(audit.verdict, Teaching.WRONG, source=Source.ADJUDICATION, supersedes=first, by=cast.ada())
    assert Escalation.objects.filter(verdict=audit.verdict).count() == 1

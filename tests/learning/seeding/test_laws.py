"""A planted mistake can never run: the database refuses each way, whatever the code that asks it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now

from approvals.domain.decision import DecisionKind
from approvals.domain.errors import TooLate
from approvals.inbox import undoing
from approvals.models import Decision, Escalation, Grant, Label, Seed, Undo, Verdict
from tests import cast
from tests.engine import rows
from tests.engine.test_rights import operation
from tests.learning.seeding import past

pytestmark = pytest.mark.django_db


def approved() -> tuple[Seed, Decision]:
    """A mistake that Mara approved."""
    seed = past.planted()
    past.decide(seed.escalation, DecisionKind.APPROVE, by=cast.mara())
    return seed, Decision.objects.get(escalation=seed.escalation)


def grant_for(decision: Decision) -> Grant:
    """A grant as a service would write it."""
    return Grant.objects.create(
        decision=decision,
        decision_kind=decision.kind,
        verdict_id=decision.verdict_id,
        origin=decision.origin,
        payload_sha256=decision.payload_sha256,
        not_before=decision.undo_until,
        expires_at=decision.undo_until + timedelta(hours=1),
    )


def test_an_approval_of_a_mistake_gives_no_grant() -> None:
    approved()
    assert Grant.objects.filter(verdict__outcome="seed").count() == 0


def test_no_grant_can_be_written_for_it() -> None:
    _, decision = approved()
    with pytest.raises(DatabaseError, match="never for a planted mistake"), transaction.atomic():
        grant_for(decision)


def test_no_grant_can_be_written_that_names_another_verdict() -> None:
    seed, decision = approved()
    decision.verdict_id = seed.source_id
    with pytest.raises(DatabaseError), transaction.atomic():
        grant_for(decision)


@pytest.mark.parametrize("outcome", ["allow", "seed"])
def test_no_operation_can_name_its_verdict(outcome: str) -> None:
    on, seed = rows.bench(), past.planted()
    with pytest.raises(DatabaseError), transaction.atomic():
        operation(on, verdict=seed.verdict_id, verdict_outcome=outcome, payload=bytes(seed.verdict.payload))


def test_what_it_says_never_changes() -> None:
    seed = past.planted()
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        Verdict.objects.filter(pk=seed.verdict_id).update(outcome="allow")
    with pytest.raises(DatabaseError, match=r"permission denied|append-only"), transaction.atomic():
        Seed.objects.filter(pk=seed.pk).delete()


@pytest.mark.parametrize("kind", ["incident", "question", "confirmation"])
def test_it_is_an_approval_and_nothing_that_could_repeat(kind: str) -> None:
    one = past.planted().escalation
    Escalation.objects.filter(pk=one.pk).update(status="superseded", version=2, closed_at=Now())
    one.pk, one.kind = None, kind
    with pytest.raises(DatabaseError, match="other bytes than were judged"), transaction.atomic():
        one.save(force_insert=True)


@pytest.mark.parametrize("column", ["is_counted", "is_test"])
def test_it_counts_nowhere(column: str) -> None:
    verdict = past.planted().verdict
    verdict.pk, verdict.origin, verdict.run_key = None, uuid4(), uuid4()
    setattr(verdict, column, True)
    with pytest.raises(IntegrityError, match="verdict_seed_counts_nowhere"), transaction.atomic():
        verdict.save(force_insert=True)


@pytest.mark.parametrize(("of_seed", "source"), [(True, "review"), (True, "audit"), (False, "seed")])
def test_what_is_said_to_it_teaches_nothing_and_nothing_else_is_said_to_seeds(of_seed: bool, source: str) -> None:
    seed = past.planted()
    about = seed.verdict if of_seed else seed.source
    given: dict[str, Any] = {
        "tenant_id": 1,
        "verdict": about,
        "source": source,
        "teaching": "right",
        "opened_at": Now(),
    }
    with pytest.raises(DatabaseError, match="belongs to the verdict"), transaction.atomic():
        Label.objects.create(**given)


def test_whoever_was_told_the_answer_takes_nothing_back() -> None:
    seed, decision = approved()
    one = Escalation.objects.select_related("decision", "verdict").get(pk=seed.escalation_id)
    with pytest.raises(TooLate):
        undoing.undo(one, by=cast.mara())
    Escalation.objects.filter(pk=one.pk).update(status="superseded", version=3, closed_at=Now())
    with pytest.raises(DatabaseError, match="cannot be undone so"), transaction.atomic():
        Undo.objects.create(decision=decision, by=cast.mara())


def test_a_seed_names_a_planted_item_and_a_real_call() -> None:
    seed, other = past.planted(), past.decided()
    with pytest.raises(DatabaseError, match="an item of its own"), transaction.atomic():
        Seed.objects.create(tenant_id=1, verdict=other.verdict, escalation=other, source=seed.source)

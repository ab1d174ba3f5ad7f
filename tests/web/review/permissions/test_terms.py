"""What an approval takes is not shed by asking again."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F

from approvals.domain.escalation import Friction
from approvals.domain.verdict import Outcome, Reason
from approvals.gating import rulesets
from approvals.inbox import opening
from approvals.models import Escalation
from tests.web.review import papers
from tests.web.review.permissions import voting

pytestmark = pytest.mark.django_db
TERMS: dict[str, Any] = {"persons": 2, "is_separate": True, "delay_seconds": 30, "step_up": True, "undo_seconds": 60}
WHY = Reason(code="rule", outcome=Outcome.ASK, sentence="Much.", rule="large")
MILDER: dict[str, Any] = {
    "one person": {"persons": 1},
    "no time to look": {"delay_seconds": 0},
    "no password": {"step_up": False},
    "no time to undo": {"undo_seconds": 0},
    "nobody kept out": {"persons": 1, "is_separate": False},
}


def gone() -> Escalation:
    """An item that took all of it and whose place is free."""
    item = voting.put(**TERMS)
    Escalation.objects.filter(pk=item.pk).update(status="superseded", version=F("version") + 1)
    return Escalation.objects.select_related("evidence", "verdict").get(pk=item.pk)


def twin(item: Escalation, **columns: Any) -> Escalation:
    """The same item once more, past every service."""
    kept = {
        field.attname: getattr(item, field.attname)
        for field in Escalation._meta.concrete_fields
        if field.attname != "id"
    }
    fresh = {"status": "open", "version": 1, "supersedes_id": item.pk, "closed_at": None}
    with transaction.atomic():
        return Escalation.objects.create(**kept | fresh | columns)


@pytest.mark.parametrize("columns", MILDER.values(), ids=MILDER)
@pytest.mark.parametrize("place", [{}, {"supersedes_id": None}], ids=["in its place", "beside it"])
def test_the_database_takes_no_milder_item_of_the_same_step(columns: dict[str, Any], place: dict[str, Any]) -> None:
    item = gone()
    with pytest.raises(DatabaseError, match="takes no less"):
        twin(item, **columns, **place)
    assert twin(item, **place).persons == 2


def test_the_database_takes_no_item_milder_than_its_evidence() -> None:
    shown = papers.tagging().model_copy(update={"friction": Friction(persons=2)})
    with pytest.raises(DatabaseError, match="what its evidence shows"), transaction.atomic():
        voting.put(1, paper=shown)


def test_what_is_asked_again_takes_the_stricter_of_the_rules_and_of_what_was_asked() -> None:
    item = gone()
    value = item.evidence.value().model_copy(update={"reasons": (WHY,)})
    again = opening.open_for(item.verdict, value, rules=rulesets.at(item.verdict.ruleset_id), supersedes=item)
    assert {name: getattr(again, name) for name in TERMS} == TERMS
    assert again.evidence.value().friction == Friction(persons=2, separate=True, delay_seconds=30, step_up=True)

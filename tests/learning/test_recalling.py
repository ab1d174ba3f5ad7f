"""Precedents: the nearest right and the nearest wrong, of what a person may see, and what differs."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.domain.action import action
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.label import Source, Teaching
from approvals.domain.verdict import SEED
from approvals.inbox import deciding, opening, undoing
from approvals.learning.recalling import Difference, nearest, precedents
from approvals.learning.recalling.likeness import likeness, pieces
from approvals.models import Escalation, Label, Member, Role, Team, Tenant
from tests import cast
from tests.learning import calls
from tests.web.review import papers

pytestmark = pytest.mark.django_db
ADDRESS = {"user": "mei_li", "street": "12 Elm Street", "city": "Oslo"}


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is withheld by the coin."""
    monkeypatch.setattr(nearest, "WITHHELD", 0.0)


def opened(arguments: dict[str, Any], *, team: Team | None = None, **columns: Any) -> Escalation:
    """An open item about this call."""
    value = papers.tagging("Address").model_copy(update={"arguments": arguments})
    proposed = action(value.tool.name, value.tool.version, arguments)
    verdict = calls.call(0.7, payload=proposed.payload, **columns)
    value = value.model_copy(update={"payload_sha256": proposed.digest})
    made = Escalation.objects.create(
        tenant_id=verdict.tenant_id,
        verdict=verdict,
        evidence=opening.freeze(verdict, value),
        origin=verdict.origin,
        run_key=verdict.run_key,
        kind="approval",
        title="Address",
        agent="desk",
        tool=verdict.tool,
        risk=value.tool.reversibility,
        stopped_by="score",
        team=team,
        due_at=timezone.now() + timedelta(hours=1),
        undo_seconds=10,
    )
    return Escalation.objects.select_related("evidence", "verdict").get(pk=made.pk)


def resolved(arguments: dict[str, Any], *, is_right: bool = True, by: Member | None = None, **more: Any) -> Escalation:
    """One that somebody approved or rejected."""
    item = opened(arguments, **more)
    kind = DecisionKind.APPROVE if is_right else DecisionKind.REJECT
    code, reason = ("", "") if is_right else ("wrong_arguments", "the old flat")
    shown = {"evidence_sha256": item.evidence.digest, "version": item.version}
    said = Said.model_validate({"kind": kind, "reason_code": code, "reason": reason, **shown})
    deciding.decide(item, by=by or cast.mara(), said=said)
    return item


def found(item: Escalation, viewer: Member | None = None) -> dict[Teaching, int]:
    """Which escalation is nearest, by what it taught."""
    return {one.teaching: one.escalation_id for one in precedents(item, viewer=viewer or cast.mara())}


def test_the_nearest_right_and_the_nearest_wrong_are_found_whatever_the_majority() -> None:
    for number in range(5):
        resolved({"user": f"somebody {number}", "street": "far away", "city": "Rome"})
    near = resolved(ADDRESS | {"street": "12 Elm Street, flat 2"})
    wrong = resolved(ADDRESS | {"city": "Bergen"}, is_right=False)
    resolved({"user": "x", "street": "y", "city": "z"}, is_right=False)
    assert found(opened(ADDRESS)) == {Teaching.RIGHT: near.pk, Teaching.WRONG: wrong.pk}


def test_it_says_what_differs_who_decided_and_why() -> None:
    resolved(ADDRESS | {"city": "Bergen", "zip": 5003}, is_right=False)
    [one] = precedents(opened(ADDRESS), viewer=cast.mara())
    assert one.differences == (Difference("city", "Oslo", "Bergen"), Difference("zip", None, 5003))
    assert (one.by, one.kind, one.reason_code, one.reason) == ("Mara", "reject", "wrong_arguments", "the old flat")
    assert 0.5 < one.likeness < 1


def test_of_equals_the_newest_is_told_and_no_more_than_six_differences() -> None:
    resolved(ADDRESS)
    newest = resolved(ADDRESS)
    assert found(opened(ADDRESS)) == {Teaching.RIGHT: newest.pk}
    [one] = precedents(opened({f"field {number}": number for number in range(9)}), viewer=cast.mara())
    assert (len(one.differences), one.more) == (6, 6)


@pytest.mark.parametrize(
    "other",
    [{"tool": "another"}, {"route": "desk/another"}, {"is_counted": False}],
    ids=["tool", "route", "read"],
)
def test_another_tool_and_another_route_are_no_precedents(other: dict[str, Any]) -> None:
    resolved(ADDRESS, **other)
    assert found(opened(ADDRESS)) == {}


def test_the_same_run_and_what_came_later_are_no_precedents() -> None:
    run = uuid4()
    resolved(ADDRESS, run_key=run)
    item = opened(ADDRESS, run_key=run, seq_in_run=2)
    resolved(ADDRESS)
    assert found(item) == {}


def test_a_decision_that_was_taken_back_is_no_precedent() -> None:
    item = resolved(ADDRESS)
    undoing.undo(item, by=cast.mara())
    assert found(opened(ADDRESS)) == {}


def test_a_foreign_team_and_a_foreign_tenant_show_nothing() -> None:
    team = Team.objects.create(tenant_id=Tenant.DEFAULT, name="refunds")
    cast.kai().teams.add(team)
    item = resolved(ADDRESS, team=team, by=cast.kai())
    foreign = Tenant.objects.create(name="B", slug="b")
    stranger = cast.member("Zoe", Role.REVIEWER, tenant_id=foreign.pk)
    calls.live(tenant_id=foreign.pk)
    resolved(ADDRESS, tenant_id=foreign.pk, by=stranger)
    mine = opened(ADDRESS)
    assert found(mine) == {}
    assert found(mine, cast.kai()) == {Teaching.RIGHT: item.pk}


def test_two_queries_find_them_whatever_their_number() -> None:
    for number in range(6):
        resolved(ADDRESS | {"city": f"City {number}"}, is_right=bool(number % 2))
    item, viewer = opened(ADDRESS), cast.mara()
    with CaptureQueriesContext(connection) as asked:
        assert len(precedents(item, viewer=viewer)) == 2
    assert len(asked) <= 4


def test_a_fifth_of_the_items_are_decided_without_and_stay_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nearest, "WITHHELD", 0.2)
    resolved(ADDRESS)
    items = [opened(ADDRESS) for _ in range(60)]
    without = [item.pk for item in items if not found(item)]
    assert 2 <= len(without) <= 26
    assert without == [item.pk for item in items if not found(item)]


def test_a_planted_mistake_shows_none_and_what_auditors_say_is_none() -> None:
    near = resolved(ADDRESS)
    item = opened(ADDRESS)
    item.verdict.outcome = SEED
    assert found(item) == {}
    calls.label(near.verdict, Teaching.WRONG, source=Source.AUDIT)
    assert found(opened(ADDRESS)) == {Teaching.RIGHT: near.pk}


def test_the_label_says_whether_precedents_were_on_the_screen() -> None:
    item = opened(ADDRESS)
    said = Said(
        kind=DecisionKind.APPROVE, evidence_sha256=item.evidence.digest, version=item.version, saw_suggestion=True
    )
    deciding.decide(item, by=cast.mara(), said=said)
    resolved(ADDRESS)
    assert list(Label.objects.order_by("pk").values_list("saw_suggestion", flat=True)) == [True, False]


def test_likeness_is_one_for_the_same_and_nothing_for_nothing_shared() -> None:
    assert likeness(pieces("Order W1"), pieces("order w1")) == 1
    assert likeness(pieces("abc"), pieces("")) == pytest.approx(0, abs=0.4)
    assert likeness(pieces(json.dumps(ADDRESS)), pieces("123456789")) < 0.05
    assert likeness(pieces("order W1234"), pieces("order W1235")) > likeness(pieces("order W1234"), pieces("order X9"))

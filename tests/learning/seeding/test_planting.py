"""A planted mistake looks like any other item, measures who looks, and teaches nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from agents.tasks import sweep
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Status
from approvals.domain.evidence import Grounding
from approvals.domain.label import Source, Teaching
from approvals.inbox.checking import planting
from approvals.learning import epochs, exporting, seeding
from approvals.learning.calibrating import looking
from approvals.learning.calibrating.terms import Planted, planted, terms_of
from approvals.models import Escalation, Label, Planting, Seed, Tenant, Threshold, Verdict, rows
from console.management.invariants import checking
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE
from tests.learning.seeding import past
from tests.web.review import papers, stage

pytestmark = pytest.mark.django_db
APPROVE, REJECT = DecisionKind.APPROVE, DecisionKind.REJECT


def test_a_past_mistake_is_shown_as_it_was_and_as_of_now() -> None:
    source = past.decided()
    seed = past.planted()
    then, now = source.evidence.value(), seed.escalation.evidence.value()
    assert (seed.path, now.arguments, now.material.preview) == ("", then.arguments, then.material.preview)
    assert now.frozen_at > then.frozen_at
    assert now.material.conversation[0].at > then.material.conversation[0].at


def test_an_approved_call_gets_one_other_value_that_is_said_to_come_from_nowhere() -> None:
    seed = past.planted(APPROVE)
    now = seed.escalation.evidence.value()
    assert (seed.path, seed.before, seed.after) == ("amount", "1840.00", "8140.00")
    assert seed.escalation.title == "Refund €8,140.00 to card ending 4417"
    assert Grounding(path="amount", source="agent", detail="") in now.grounding
    assert now.payload_sha256 == bytes(seed.verdict.payload_sha256).hex()


def test_what_a_tool_checked_of_the_right_value_is_never_said_of_another() -> None:
    past.decided(APPROVE, papers.refund())
    assert planting.plant(Tenant.DEFAULT) is None


def test_nothing_of_the_item_tells_it_from_what_it_was_made_of() -> None:
    """Every column that a page reads, but for who, when and which."""
    past.decided()
    seed = past.planted()
    source = Escalation.objects.get(verdict=seed.source)
    same = ("session_key", "team_id", "kind", "agent", "tool", "risk", "brief", "failed_checks", "claimed_by_id")
    assert [getattr(seed.escalation, name) for name in same] == [getattr(source, name) for name in same]
    assert seed.escalation.pk == Escalation.objects.latest("pk").pk
    assert (seed.escalation.stopped_by, seed.escalation.supersedes_id) == ("rule refund-over-500", None)
    assert timedelta() <= seed.planted_at - seed.escalation.opened_at < timedelta(seconds=5)
    assert seed.escalation.run_key != source.run_key


@pytest.mark.parametrize(
    ("kind", "columns"),
    [
        (REJECT, {"ago": timedelta(hours=20)}),
        (DecisionKind.EDIT, None),
        (REJECT, {"value": papers.tagging()}),
    ],
    ids=["too young", "undecided", "without a reason of the gate"],
)
def test_what_cannot_serve_is_not_planted(kind: DecisionKind, columns: dict[str, Any] | None) -> None:
    if columns is None:
        stage.put(papers.refund(), opened_at=Now() - past.AGO)
    else:
        past.decided(kind, **columns)
    assert planting.plant(Tenant.DEFAULT) is None


def test_a_call_that_experts_disagree_on_is_no_known_answer() -> None:
    source = past.decided()
    calls.label(source.verdict, Teaching.RIGHT, source=Source.AUDIT, by=cast.ada())
    assert planting.plant(Tenant.DEFAULT) is None
    last = Label.objects.latest("pk")
    bea = calls.admins()[1]
    calls.label(source.verdict, Teaching.WRONG, source=Source.ADJUDICATION, supersedes=last, by=bea)
    assert planting.plant(Tenant.DEFAULT) is not None


def test_a_call_is_made_a_seed_of_once() -> None:
    past.planted()
    assert planting.plant(Tenant.DEFAULT) is None


def test_of_another_tenant_nothing_is_made() -> None:
    past.decided()
    far = Tenant.objects.create(name="Far", slug="far")
    calls.live(tenant_id=far.pk)
    assert planting.plant(far.pk) is None


@pytest.mark.parametrize(("kind", "missed"), [(APPROVE, 1), (REJECT, 0), (DecisionKind.REVISE, 0)])
def test_whoever_approves_it_missed_it(kind: DecisionKind, missed: int) -> None:
    seed = past.planted()
    past.decide(seed.escalation, kind, by=cast.mara(), reason="no")
    assert planted(Tenant.DEFAULT) == Planted(1, missed)
    assert planted(Tenant.DEFAULT, by=cast.mara()) == Planted(1, missed)
    assert planted(Tenant.DEFAULT, by=cast.kai()) == Planted(0, 0)


@pytest.mark.parametrize(("seconds", "applied"), [(0, [1, 0]), (60, [0, 0])])
def test_what_was_said_to_it_is_applied_when_its_time_is_over(seconds: int, applied: list[int]) -> None:
    calls.live("", f"decide: {{undo_seconds: {seconds}}}")
    seed = past.planted()
    past.decide(seed.escalation, APPROVE, by=cast.mara())
    assert [planting.apply_decided(), planting.apply_decided()] == applied


def test_it_is_in_no_route_no_export_and_no_reading() -> None:
    seed = past.planted()
    past.decide(seed.escalation, APPROVE, by=cast.mara())
    assert seed.verdict.route in epochs.routes(Tenant.DEFAULT)
    until = exporting.settled(Tenant.DEFAULT)
    assert [label.source for label in exporting.as_of(Tenant.DEFAULT, until=until)] == [Source.REVIEW]
    looking.look_at_all()
    assert not Verdict.objects.filter(outcome="seed", audit_request__isnull=False).exists()


def test_thirty_answers_take_the_place_of_what_was_assumed() -> None:
    calls.calls([0.9] * 3, Teaching.RIGHT)
    past.answered(29, 5)
    assert terms_of(None, planted(Tenant.DEFAULT)).assumed == 0.10
    past.answered(21, 0)
    terms = terms_of(None, planted(Tenant.DEFAULT))
    assert (terms.planted, terms.assumed, terms.delta) == (Planted(50, 5), None, 0.05)
    assert round(terms.tested * 100, 2) == 1.42
    certificate = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO]
    assert (certificate.seeds, certificate.missed, certificate.assumed_miss) == (50, 5, None)


def test_moments_are_drawn_by_how_much_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    assert seeding.plan(Tenant.DEFAULT) == 0
    monkeypatch.setattr(seeding, "SHARE", 1.0)
    for _ in range(3):
        stage.put(papers.refund())
    assert seeding.plan(Tenant.DEFAULT) == 3
    assert Planting.objects.filter(due_at__gt=Now(), due_at__lt=Now() + timedelta(seconds=61)).count() == 3


def test_planted_ones_draw_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    past.planted()
    monkeypatch.setattr(seeding, "SHARE", 1.0)
    monkeypatch.setattr(seeding, "LEAST", 0.0)
    assert seeding.plan(Tenant.DEFAULT) == 0


def test_a_moment_is_taken_once() -> None:
    past.decided()
    Planting.objects.create(tenant_id=Tenant.DEFAULT, due_at=Now() - timedelta(seconds=1))
    Planting.objects.create(tenant_id=Tenant.DEFAULT, due_at=Now() + timedelta(seconds=30))
    assert (planting.plant_due(), planting.plant_due(), Seed.objects.count()) == (1, 0, 1)


def test_the_sweep_plants_what_is_due_and_applies_what_was_said() -> None:
    calls.live("", "decide: {undo_seconds: 0}")
    past.decided()
    Planting.objects.create(tenant_id=Tenant.DEFAULT, due_at=Now() - timedelta(seconds=1))
    sweep()
    seed = Seed.objects.get()
    past.decide(seed.escalation, APPROVE, by=cast.mara())
    sweep()
    seed.escalation.refresh_from_db()
    assert seed.escalation.status == Status.APPLIED


LAWS_OF_IT = ("label-as-taught", "grant-of-its-decision", "planted-never-runs", "shown-is-judged", "decided-as-shown")


@pytest.mark.parametrize("name", LAWS_OF_IT)
def test_the_laws_of_a_database_hold_with_it(name: str) -> None:
    seed = past.planted()
    past.decide(seed.escalation, APPROVE, by=cast.mara())
    (law,) = (one for one in checking.LAWS if one.name == name)
    assert rows.fetch(law.query) == []

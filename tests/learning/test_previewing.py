"""What a threshold would have let run: counted from recorded verdicts, by what the experts said."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from approvals.domain.calibration import interval
from approvals.domain.label import Source, Teaching
from approvals.learning import previewing
from approvals.learning.previewing import Figures, Outcomes
from approvals.models import Tenant
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE

pytestmark = pytest.mark.django_db
RIGHT, WRONG = Teaching.RIGHT, Teaching.WRONG
SOON = timedelta(days=91)


def recorded() -> previewing.Recorded:
    """The calls of the route."""
    return previewing.recorded(Tenant.DEFAULT, ROUTE)


def at(threshold: float | None) -> Figures:
    """What this threshold would have done to them."""
    return previewing.figures(recorded().calls, threshold, rate=0.1)


def test_calls_are_counted_by_what_was_said_of_them() -> None:
    calls.calls((0.95, 0.9, 0.7), RIGHT)
    calls.calls((0.88, 0.5), WRONG)
    calls.calls((0.86, 0.85), None)
    assert at(0.85).outcomes == Outcomes(right=2, wrong=1, unseen=2)
    assert at(0.85).preview.automatic == 5
    assert at(None).outcomes == Outcomes(0, 0, 0)


def test_a_share_has_the_range_of_those_looked_at() -> None:
    calls.calls((0.95, 0.9, 0.89), RIGHT)
    calls.calls((0.88,), WRONG)
    calls.calls((0.87,), None)
    assert (at(0.85).wrong_share, at(0.85).wrong_range) == (0.25, interval(4, 1, 0.05))


def test_where_nobody_looked_there_is_no_share() -> None:
    calls.calls((0.95,), None)
    assert (at(0.85).wrong_share, at(0.85).wrong_range) == (None, (0.0, 1.0))


def test_what_a_rule_holds_back_runs_at_no_threshold() -> None:
    calls.held(0.99, "destructive")
    calls.held(0.99, "grounding", zone="forced")
    calls.call(0.99, reasons=[], zone="forced")
    seen = at(0.0)
    assert (seen.preview.total, seen.preview.automatic) == (3, 0)
    assert all(call.is_held for call in recorded().calls)


def test_a_call_without_a_score_never_runs() -> None:
    calls.call(None)
    assert at(0.0).preview.automatic == 0


def test_a_wrong_one_that_ran_alone_stands_for_those_nobody_audited() -> None:
    calls.alone(0.9, WRONG)
    calls.call(0.9, WRONG, auto_threshold="0.95000")
    assert at(0.85).preview.wrong_estimate == pytest.approx(11.0)


def test_the_same_call_again_in_one_run_is_one_action() -> None:
    key = calls.run_key(1)
    calls.call(0.7, RIGHT, run_key=key, payload=b"same")
    calls.call(0.9, run_key=key, payload=b"same", seq_in_run=2)
    calls.call(0.9, payload=b"same")
    (first, other) = recorded().calls
    assert (first.score, first.teaching, other.teaching) == (0.9, RIGHT, None)
    assert previewing.summaries(Tenant.DEFAULT)[0].calls == 2


def test_an_action_is_wrong_when_one_of_its_calls_was() -> None:
    key = calls.run_key(1)
    calls.call(0.9, WRONG, run_key=key, payload=b"same")
    calls.call(0.6, RIGHT, run_key=key, payload=b"same", seq_in_run=2)
    (only,) = recorded().calls
    assert (only.score, only.teaching) == (0.9, WRONG)


def test_a_label_that_was_taken_back_says_nothing() -> None:
    verdict = calls.call(0.9)
    first = calls.label(verdict, RIGHT)
    calls.label(verdict, Teaching.WITHDRAWN, supersedes=first)
    assert recorded().calls[0].teaching is None


def test_who_is_no_expert_does_not_count() -> None:
    calls.label(calls.call(0.9), RIGHT, source=Source.USER_CONFIRM)
    assert recorded().calls[0].teaching is None


def test_of_two_experts_the_careful_one_counts_until_somebody_settles_it() -> None:
    verdict = calls.call(0.9, WRONG)
    other = calls.label(verdict, RIGHT, source=Source.DOUBLE)
    assert recorded().calls[0].teaching is WRONG
    calls.label(verdict, RIGHT, source=Source.ADJUDICATION, supersedes=other, by=cast.ada())
    assert recorded().calls[0].teaching is RIGHT


def test_reads_other_routes_other_tenants_and_old_calls_are_left_out() -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    calls.call(0.9, is_counted=False)
    calls.call(0.9, route="desk/other")
    calls.call(0.9, tenant_id=elsewhere.pk)
    calls.call(0.9, created_at=Now() - SOON)
    assert recorded().calls == ()
    assert [one.name for one in previewing.summaries(Tenant.DEFAULT)] == ["desk/other"]


def test_a_summary_counts_what_ran_alone() -> None:
    calls.alone(0.9)
    calls.call(0.7, tool="another")
    (only,) = previewing.summaries(Tenant.DEFAULT)
    assert (only.tools, only.calls, only.alone) == (("another", "modify_user_address"), 2, 1)


def test_the_days_are_those_since_the_first_call() -> None:
    calls.call(0.9, created_at=Now() - timedelta(days=9, hours=1))
    assert recorded().days == 10


def test_more_calls_than_are_read_are_said_to_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "MOST_CALLS", 2)
    calls.calls((0.1, 0.2, 0.3), None)
    assert ([call.score for call in recorded().calls], recorded().is_cut) == ([0.2, 0.3], True)

"""Certificates on rows are those of the pure function, whatever order and detours the rows took."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import DatabaseError, transaction

from approvals.domain.calibration import certify, ladder
from approvals.domain.calibration.epoch import Cause
from approvals.domain.label import Source, Teaching
from approvals.learning import epochs
from approvals.learning.calibrating import certifying, looking, reading
from approvals.learning.calibrating.terms import Planted, terms_of
from approvals.models import Certificate, Epoch, Label, Tenant, Threshold, Verdict
from tests import cast
from tests.learning import calls
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import RIGHT, START, WRONG, Done
from tests.learning.calls import ROUTE

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=30)
AUTO = Threshold.AUTO


def look(now: datetime = LATER) -> Certificate:
    """The certificate of the route after one look."""
    return looking.look(Tenant.DEFAULT, ROUTE, now=now).certificates[AUTO]


def drawn_at_random(dice: Random, count: int) -> list[list[Done]]:
    """Runs of one to four actions, of which few are wrong and few have no verdict."""
    said = [RIGHT] * 40 + [WRONG] + [None]
    return [[Done(round(dice.random(), 5), dice.choice(said)) for _ in range(dice.randint(1, 4))] for _ in range(count)]


@pytest.mark.parametrize("seed", range(4))
def test_a_certificate_on_rows_is_the_one_of_the_pure_function(seed: int) -> None:
    runs = drawn_at_random(Random(seed), 300)
    verdicts = streams.record(runs)
    now = verdicts[-1].created_at + timedelta(days=3)
    made, terms = look(now), terms_of(None, Planted())
    proof = certify(streams.as_runs(verdicts, runs, now=now), terms.tested, terms.delta, 1, terms.floor)
    assert {name: getattr(made, name) for name in ("n", "wrong", "allowed", "threshold", "inputs_sha256")} == {
        name: getattr(proof, name) for name in ("n", "wrong", "allowed", "threshold", "inputs_sha256")
    }
    assert (made.guard_n, made.guard_wrong, made.guard_threshold, made.upper_limit) == (
        proof.guard_n,
        proof.guard_wrong,
        proof.guard_threshold,
        proof.upper_limit,
    )


def test_the_first_rung_certifies_the_floor_and_one_run_less_nothing() -> None:
    needed = ladder(0.018, 10, 1)[0]
    streams.record(streams.clean(needed - 1))
    assert (look().threshold, look().to_next_rung) == (None, 1)
    streams.record(streams.clean(1))
    assert (look().threshold, round(look().limit_tested, 6)) == (0.5, 0.018)


def test_the_same_rows_store_one_certificate_and_other_rows_another() -> None:
    streams.record(streams.clean(3))
    assert [look().pk, look().pk] == [look().pk] * 2
    streams.record(streams.clean(1))
    assert look().number == 2


def test_a_correction_is_read_and_nothing_of_what_it_corrects() -> None:
    (verdict,) = streams.record([[Done(0.9, WRONG)]])
    first = Label.objects.get()
    assert look().guard_wrong == 1
    calls.label(verdict, Teaching.RIGHT, supersedes=first)
    assert look().guard_wrong == 0


def test_one_expert_who_says_wrong_is_enough_until_an_adjudication_says_right() -> None:
    (verdict,) = streams.record([[Done(0.9)]])
    other = calls.label(verdict, WRONG, source=Source.DOUBLE)
    assert look().guard_wrong == 1
    calls.label(verdict, RIGHT, source=Source.ADJUDICATION, supersedes=other, by=cast.ada())
    assert look().guard_wrong == 0


def test_a_users_yes_is_no_verdict() -> None:
    (verdict,) = streams.record([[Done(0.9, None)]])
    calls.label(verdict, RIGHT, source=Source.USER_CONFIRM)
    assert look(START).n == 0


def test_what_a_user_refused_is_no_mistake_of_asking_the_user() -> None:
    (verdict,) = streams.record([[Done(0.9, WRONG)]])
    calls.label(verdict, WRONG, source=Source.USER_CONFIRM)
    seen = looking.look(Tenant.DEFAULT, ROUTE, now=LATER).certificates
    assert (seen[Threshold.AUTO].guard_wrong, seen[Threshold.ASK].guard_wrong) == (1, 0)


def test_a_run_without_a_verdict_ends_the_count_until_it_is_overdue_and_then_is_wrong() -> None:
    streams.record([[Done(0.9, None)], *streams.clean(5)])
    assert (look(START + timedelta(days=6)).n, look(START + timedelta(days=8)).n) == (0, 6)
    assert look(START + timedelta(days=8)).wrong == 1


def test_the_same_bytes_again_in_one_run_are_one_action() -> None:
    key = calls.run_key(1)
    for attempt, said in ((1, WRONG), (2, RIGHT)):
        calls.call(0.9, said, run_key=key, seq_in_run=attempt, payload=b"the same")
    assert (look().guard_n, look().guard_wrong) == (1, 1)


def test_what_a_rule_holds_back_is_no_mistake_at_any_score_but_counts_as_a_run() -> None:
    held = calls.held(0.95)
    calls.label(held, WRONG)
    assert (look().guard_n, look().guard_wrong) == (1, 0)


def test_a_refused_call_is_no_gated_action() -> None:
    calls.call(0.9, outcome="refuse", zone="forced")
    assert looking.look(Tenant.DEFAULT, ROUTE, now=LATER).runs == []


def test_a_run_is_drawn_by_its_first_action_for_good() -> None:
    first, other = calls.run_key(1), calls.run_key(2)
    calls.call(0.9, RIGHT, run_key=first, is_test=True, coin_rate="0.5")
    calls.call(0.9, WRONG, run_key=first, seq_in_run=2, is_test=False, coin_rate="0.5")
    calls.call(0.9, RIGHT, run_key=other, is_test=False, coin_rate="0.5")
    calls.call(0.9, WRONG, run_key=other, seq_in_run=2, is_test=True, coin_rate="0.5")
    assert (look().guard_n, look().guard_wrong) == (1, 1)


def test_other_routes_and_tenants_say_nothing() -> None:
    streams.record(streams.clean(2))
    streams.record(streams.clean(7), route="desk/other")
    assert look().n == 2
    assert epochs.routes(Tenant.DEFAULT) == [ROUTE, "desk/other"]


def test_a_run_that_began_in_an_epoch_stays_in_it() -> None:
    key = calls.run_key(1)
    calls.call(0.9, RIGHT, run_key=key)
    before = epochs.current(Tenant.DEFAULT, ROUTE)
    after = epochs.follow(before, Cause.ALARM, reason="because")
    calls.call(0.9, WRONG, run_key=key, seq_in_run=2)
    calls.call(0.9, RIGHT, run_key=calls.run_key(2))
    assert [len(run.actions) for run in reading.drawn(after)] == [1]
    assert [len(run.actions) for run in reading.drawn(before, until=after.first_seq)] == [1]


def test_the_epoch_of_a_verdict_follows_from_its_id() -> None:
    first = calls.call(0.9)
    after = epochs.follow(epochs.current(Tenant.DEFAULT, ROUTE), Cause.AGENT, reason="because")
    second = calls.call(0.9)
    number = epochs.numbering(Tenant.DEFAULT)
    assert [number(ROUTE, verdict.pk) for verdict in (first, second)] == [1, 2]
    assert first.pk < after.first_seq <= second.pk


def test_the_database_sets_where_an_epoch_begins_and_keeps_it() -> None:
    verdict = calls.call(0.9)
    epochs.current(Tenant.DEFAULT, ROUTE)
    made = Epoch.objects.create(tenant_id=1, route=ROUTE, number=2, cause="alarm", first_seq=verdict.pk)
    made.refresh_from_db()
    assert made.first_seq > Verdict.objects.latest("pk").pk
    with pytest.raises(DatabaseError), transaction.atomic():
        Epoch.objects.filter(pk=made.pk).update(first_seq=1)


@pytest.mark.parametrize("columns", [{"threshold": 0.1}, {"n": 999}, {"wrong": 0}, {"limit": 0.5}])
def test_the_database_never_changes_a_certificate(columns: dict[str, float]) -> None:
    streams.record(streams.clean(3))
    made = look()
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk).update(**columns)
    with pytest.raises(DatabaseError), transaction.atomic():
        Certificate.objects.filter(pk=made.pk).delete()


def test_the_database_takes_no_certificate_of_a_closed_epoch() -> None:
    streams.record(streams.clean(3))
    seen = looking.look(Tenant.DEFAULT, ROUTE, now=LATER)
    epochs.follow(seen.epoch, Cause.ALARM, reason="because")
    streams.record(streams.clean(1))
    with pytest.raises(DatabaseError, match="closed"), transaction.atomic():
        certifying.renew(seen.epoch, reading.drawn(seen.epoch, now=LATER), seen.terms, all_runs=9)

"""Schedules: one run for each tick, whoever looks; what was missed is counted and not made up for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models.functions import Now

from agents.engine.queue import sweeping
from agents.intake import keeping, ticking
from agents.models import Request, Run, Schedule, Tick
from agents.tasks import sweep
from approvals.models import AuditEntry
from tests import cast
from tests.agents.intake import arriving
from tests.engine import parcels
from tests.engine.refusals import UNIQUE, refused

pytestmark = pytest.mark.django_db


def now() -> datetime:
    """Database time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]  # type: ignore[no-any-return]


def late(schedule: Schedule, **by: float) -> None:
    """Its next tick was so long ago."""
    Schedule.objects.filter(pk=schedule.pk).update(next_at=(now() - timedelta(**by)).replace(second=0, microsecond=0))
    schedule.refresh_from_db()


def test_a_tick_makes_one_run_whoever_looks_and_however_often() -> None:
    made = arriving.schedule()
    late(made, minutes=3)
    assert sweeping.look().ticking
    sweep()
    sweep()
    assert ticking.tick_due() == 0
    run = Run.objects.select_related("request").get()
    assert (run.request.title, run.priority) == ("The morning's post", 5)
    assert (Tick.objects.get().run, Tick.objects.get().missed) == (run, 0)
    made.refresh_from_db()
    assert made.next_at is not None
    assert made.next_at > now()
    assert not sweeping.look().ticking


def test_two_beats_that_see_the_same_tick_never_start_two() -> None:
    made = arriving.schedule()
    late(made, minutes=3)
    due = made.next_at
    assert due is not None
    ticking.tick_due()
    Schedule.objects.update(next_at=due)
    ticking.tick_due()
    assert (Run.objects.count(), Tick.objects.count()) == (1, 1)
    assert not Schedule.objects.filter(next_at__lte=Now()).exists()
    with refused(UNIQUE):
        Tick.objects.create(schedule=made, due_at=due, missed=1, reason="again")


def test_of_what_nobody_saw_the_newest_runs_and_the_others_are_counted() -> None:
    made = arriving.schedule(line="*/10 * * * *", zone="UTC")
    late(made, hours=5)
    Schedule.objects.update(next_at=made.next_at.replace(minute=0))  # type: ignore[union-attr]
    ticking.tick_due()
    made.refresh_from_db()
    tick = Tick.objects.get()
    assert Run.objects.count() == 1
    assert now() - tick.due_at < timedelta(minutes=10)
    assert tick.missed == made.missed
    assert 29 <= made.missed <= 36


def test_what_is_too_late_is_missed_and_said() -> None:
    made = arriving.schedule()
    late(made, minutes=16)
    ticking.tick_due()
    made.refresh_from_db()
    assert (Run.objects.exists(), made.missed) == (False, 1)
    assert Tick.objects.get().reason == "Nobody was there at the time."


def test_a_year_without_anybody_is_no_storm() -> None:
    made = arriving.schedule(line="* * * * *", zone="UTC")
    late(made, days=365)
    ticking.tick_due()
    made.refresh_from_db()
    assert Run.objects.count() <= 1
    assert made.missed >= ticking.MOST_COUNTED
    assert (Tick.objects.count(), made.next_at > now()) == (1, True)  # type: ignore[operator]


def test_a_tick_without_room_is_missed_and_says_why() -> None:
    made = arriving.schedule()
    parcels.submit("post_a")
    keeping.limit_open_runs(1, by=cast.ada())
    late(made, minutes=3)
    assert ticking.tick_due() == 1
    assert "As many runs are open" in Tick.objects.get().reason
    assert Run.objects.count() == 1
    assert not Request.objects.filter(source=made.origin).exists()


def test_one_schedule_that_cannot_run_does_not_stop_the_others() -> None:
    broken, gone, fine = (arriving.schedule(name=name) for name in ("broken", "gone", "fine"))
    Schedule.objects.filter(pk=broken.pk).update(line="x", changed_by=cast.ada())
    Schedule.objects.filter(pk=gone.pk).update(agent="nobody", changed_by=cast.ada())
    for minutes, one in ((9, broken), (8, gone), (7, fine)):
        late(one, minutes=minutes)
    assert ticking.tick_due() == 3
    assert Run.objects.get().request.source == fine.origin
    reasons = dict(Tick.objects.filter(run=None).values_list("schedule__name", "reason"))
    assert "five fields" in reasons["broken"]
    assert "No agent of this name" in reasons["gone"]


def test_what_was_not_wanted_was_not_missed() -> None:
    made = arriving.schedule(line="* * * * *", zone="UTC")
    keeping.pause(made, by=cast.ada())
    late(made, days=3)
    assert ticking.tick_due() == 0
    keeping.resume(made, by=cast.ada())
    made.refresh_from_db()
    assert (made.missed, made.next_at > now()) == (0, True)  # type: ignore[operator]
    verbs = AuditEntry.objects.filter(object=f"schedule:{made.pk}").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["schedule.make", "schedule.pause", "schedule.resume"]


def test_a_tick_is_history_and_never_early() -> None:
    made = arriving.schedule()
    late(made, minutes=3)
    ticking.tick_due()
    with refused("42501"):
        Tick.objects.update(missed=0)
    with refused("23514"):
        Tick.objects.create(schedule=made, due_at=datetime(2999, 1, 1, tzinfo=UTC), reason="x")

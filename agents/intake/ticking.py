"""Make the requests of schedules that are due: once for each tick, and never a storm of what was missed."""

from datetime import datetime
from itertools import islice, takewhile

import structlog
from django.db import transaction
from django.db.models.functions import Now

from agents.domain.errors import AgentError
from agents.engine import accepting
from agents.intake import cron
from agents.intake.refusals import NotAsWanted
from agents.models import Run, Schedule, Tick

MOST_COUNTED = 10_000
"""Missed ticks beyond so many are counted as so many: a line that ticks each minute makes them in a week."""
BATCH = 100

log = structlog.get_logger(__name__)


def tick_due() -> int:
    """Tick what is due, at most `BATCH` schedules; how many ticked. Beats may do this side by side: each tick once."""
    for number in range(BATCH):
        if not _tick_one():
            return number
    return BATCH


def _tick_one() -> bool:
    """One schedule in one transaction: its tick, its run and its next time."""
    with transaction.atomic():
        found = (
            Schedule.objects.filter(paused_at=None, next_at__lte=Now())
            .annotate(now=Now())
            .select_for_update(skip_locked=True, no_key=True)
            .order_by("next_at")
            .first()
        )
        if found is not None:
            _tick(found, now=found.now)
    return found is not None


def _tick(schedule: Schedule, *, now: datetime) -> None:
    first = schedule.next_at
    assert first is not None
    try:
        line = cron.read(schedule.line, schedule.zone)
    except NotAsWanted as error:
        # A zone or a rule that the calendars do not have any more: nothing to guess.
        log.warning("schedule_unreadable", schedule=schedule.pk, error=str(error))
        Tick.objects.create(schedule=schedule, due_at=first, missed=1, reason=str(error))
        _next(schedule, None, missed=1)
        return
    later = list(islice(takewhile(lambda moment: moment <= now, cron.ticks(line, after=first)), MOST_COUNTED))
    newest, passed = (later or [first])[-1], len(later)
    next_at = next(cron.ticks(line, after=max(now, newest)), None)
    if Tick.objects.filter(schedule=schedule, due_at=newest).exists():
        # The clock of the database was set back, or the schedule was changed to a line that ticks then too.
        _next(schedule, next_at, missed=0)
        return
    is_late = (now - newest).total_seconds() > schedule.late_minutes * 60
    run, reason = (None, "Nobody was there at the time.") if is_late else _begin(schedule, newest)
    missed = passed + (run is None)
    Tick.objects.create(schedule=schedule, due_at=newest, run=run, missed=missed, reason=reason)
    _next(schedule, next_at, missed=missed)


def _begin(schedule: Schedule, due_at: datetime) -> tuple[Run | None, str]:
    """The run of a tick, or why it has none."""
    try:
        # What the database refuses takes back itself and not the tick.
        with transaction.atomic():
            run = accepting.accept(
                agent=schedule.agent,
                title=schedule.title,
                body={"message": schedule.message},
                tenant_id=schedule.tenant_id,
                source=schedule.origin,
                dedupe_key=due_at.isoformat(),
                priority=schedule.priority,
            )
    except AgentError as error:
        log.warning("tick_without_run", schedule=schedule.pk, error=str(error))
        return None, str(error)
    except Exception as error:
        # Whatever it was, one schedule never stops the others.
        log.exception("tick_failed", schedule=schedule.pk)
        return None, f"It failed: {type(error).__name__}."
    return run, ""


def _next(schedule: Schedule, moment: datetime | None, *, missed: int) -> None:
    Schedule.objects.filter(pk=schedule.pk).update(next_at=moment, missed=schedule.missed + missed)

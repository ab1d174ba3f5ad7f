"""What admins say about what comes in: sources, their secrets, schedules, and how many runs may be open."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models.functions import Now

from agents.domain.errors import UnknownAgent
from agents.intake import cron, mapping
from agents.intake.mapping import Templates
from agents.intake.refusals import NotAsWanted, NotYours
from agents.models import OpenLimit, Schedule, Source, SourceSecret
from agents.tools import registry
from approvals.models import AuditEntry, Member, rows

OVERLAP = timedelta(hours=24)
"""So long the old secret of a source is good beside the new one."""
LARGEST_LIMIT = 1_000_000
NAME = "source_name_once", "schedule_name_once"
NOT_ADMIN = "SB011"


@dataclass(frozen=True)
class Wanted:
    """What a source is to be."""

    name: str
    agent: str
    title: str
    message: str
    priority: str
    session: str
    schema: dict[str, Any]

    def check(self) -> None:
        """Raise NotAsWanted for what cannot be kept, with its field."""
        _check_agent(self.agent)
        mapping.check_templates(Templates(self.title, self.message, self.priority, self.session))
        mapping.check_schema(self.schema)


@dataclass(frozen=True)
class Planned:
    """What a schedule is to be."""

    name: str
    agent: str
    title: str
    message: str
    priority: int
    line: str
    zone: str
    late_minutes: int


def make_source(wanted: Wanted, *, by: Member) -> SourceSecret:
    """Make a source with its first secret; raises NotAsWanted and NotYours. One transaction."""
    wanted.check()
    with _asked(by):
        source = Source.objects.create(tenant_id=by.tenant_id, changed_by=by, **vars(wanted))
        secret = SourceSecret.objects.create(source=source, made_by=by)
        _record("source.make", source, by=by, **vars(wanted))
    return secret


def change_source(source: Source, wanted: Wanted, *, by: Member) -> None:
    """Change what a source makes of its payloads, from the next delivery on; raises NotAsWanted and NotYours."""
    wanted.check()
    with _asked(by):
        _ours(Source, source, by).update(changed_by=by, **vars(wanted))
        _record("source.change", source, by=by, **vars(wanted))


def rotate(source: Source, *, by: Member, at_once: bool) -> SourceSecret:
    """Make a new secret. The one before stays good for a day, or ends at once; one before that ends in any case.

    Raises NotYours. One transaction; of two admins at once the second rotates what the first has made.
    """
    with _asked(by):
        Source.objects.select_for_update(no_key=True).get(pk=source.pk, tenant_id=by.tenant_id)
        kept = SourceSecret.objects.filter(source=source)
        kept.filter(ends_at__gt=Now()).update(ends_at=Now())
        kept.filter(ends_at=None).update(ends_at=Now() if at_once else Now() + OVERLAP)
        secret = SourceSecret.objects.create(source=source, made_by=by)
        _record("source.rotate", source, by=by, at_once=at_once)
    return secret


def make_schedule(planned: Planned, *, by: Member) -> Schedule:
    """Make a schedule; its first tick is the next that its line names. Raises NotAsWanted and NotYours."""
    next_at = _next(planned)
    with _asked(by):
        made = Schedule.objects.create(tenant_id=by.tenant_id, changed_by=by, next_at=next_at, **vars(planned))
        _record("schedule.make", made, by=by, **vars(planned))
    return made


def change_schedule(schedule: Schedule, planned: Planned, *, by: Member) -> None:
    """Change a schedule; it goes on with the next tick of the new line. Raises NotAsWanted and NotYours."""
    next_at = _next(planned)
    with _asked(by):
        _ours(Schedule, schedule, by).update(changed_by=by, next_at=next_at, **vars(planned))
        _record("schedule.change", schedule, by=by, **vars(planned))


def pause(row: Source | Schedule, *, by: Member) -> None:
    """Take nothing from it until it is resumed; doing it twice changes nothing. Raises NotYours."""
    with _asked(by):
        if _ours(type(row), row, by).filter(paused_at=None).update(paused_at=Now(), changed_by=by):
            _record(f"{_noun(row)}.pause", row, by=by)


def resume(row: Source | Schedule, *, by: Member) -> None:
    """Go on. A schedule goes on with its next tick: what was not wanted meanwhile was not missed. Raises NotYours."""
    changed: dict[str, Any] = {"paused_at": None, "changed_by": by}
    if isinstance(row, Schedule):
        changed["next_at"] = next(cron.ticks(cron.read(row.line, row.zone), after=_now()), None)
    with _asked(by):
        if _ours(type(row), row, by).filter(paused_at__isnull=False).update(**changed):
            _record(f"{_noun(row)}.resume", row, by=by)


def limit_open_runs(most: int, *, by: Member) -> OpenLimit:
    """Let at most so many runs of the tenant be open at once; those that are open stay. Raises NotAsWanted, NotYours.

    Waits for requests that are being accepted, because the database counts what is open under a lock.
    """
    if not 1 <= most <= LARGEST_LIMIT:
        raise NotAsWanted(f"A limit is a whole number from 1 to {LARGEST_LIMIT:,}.", field="most")
    with _asked(by):
        rows.fetch("SELECT signalbox_limit_runs(%s, %s, %s)", [by.tenant_id, most, by.pk])
        limit = OpenLimit.objects.get(tenant_id=by.tenant_id)
        _record("open_limit.set", limit, by=by, most=most)
    return limit


@contextmanager
def _asked(by: Member) -> Iterator[None]:
    """One transaction; what the database refuses is said in words. It asks itself whether the person is an admin."""
    try:
        with transaction.atomic():
            # Admins' acts in a tenant come one after the other, so that the audit tells them in order.
            Member.objects.select_for_update(no_key=True).get(pk=by.pk)
            yield
    except IntegrityError as error:
        if not any(name in str(error) for name in NAME):
            raise
        raise NotAsWanted("This name is taken.", field="name") from error
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != NOT_ADMIN:
            raise
        raise NotYours from error


def _ours(model: type[Any], row: Source | Schedule, by: Member) -> Any:
    return model.objects.filter(pk=row.pk, tenant_id=by.tenant_id)


def _next(planned: Planned) -> datetime | None:
    _check_agent(planned.agent)
    return next(cron.ticks(cron.read(planned.line, planned.zone), after=_now()), None)


def _now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        found: datetime = cursor.fetchone()[0]
    return found


def _check_agent(name: str) -> None:
    try:
        registry.find_agent(name)
    except UnknownAgent as error:
        raise NotAsWanted("No agent of this name is registered.", field="agent") from error


def _record(verb: str, row: Any, *, by: Member, **details: Any) -> None:
    AuditEntry.objects.create(
        tenant_id=by.tenant_id, by=by, verb=verb, object=f"{_noun(row)}:{row.pk}", details=details
    )


def _noun(row: Any) -> str:
    return type(row).__name__.lower()

"""The run of a planted mistake: that of the call it was made of, up to that call, moved to when it was planted."""

import copy
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import DateTimeField, Model

from agents.domain.run import RunStatus, StepStatus
from agents.models import Run, Step
from approvals.domain.verdict import Outcome
from approvals.models import Escalation, Member, Seed
from console.pages.runs.tracing import reading
from console.pages.runs.tracing.reading import Cancelled, Detail, Story

Row = TypeVar("Row", bound=Model)


def of(member: Member, key: UUID) -> Seed | None:
    """The seed whose run this is, if this person may see its item; None for every other run."""
    seen = Escalation.objects.visible_to(member)
    rows = Seed.objects.filter(verdict__run_key=key, escalation__in=seen)
    return rows.select_related("verdict__ruleset", "source", "escalation__claimed_by", "escalation__evidence").first()


def source_run(member: Member, seed: Seed) -> Run | None:
    """The run it is shown in the likeness of."""
    return Run.objects.visible_to(member).filter(key=seed.source.run_key).select_related("request").first()


def story(seed: Seed, run: Run, *, member: Member, now: datetime) -> Story:
    """What the run had done when it asked; its last step waits for whoever decides the planted item."""
    told = reading.story(run, member=member, now=now)
    last = next(step for step in told.steps if step.key == seed.source.origin)
    later = _later(seed, told)
    steps = [_moved(step, later) for step in told.steps if step.position < last.position]
    before = {step.key for step in steps}
    request = _moved(run.request, later)
    return replace(
        told,
        run=_moved(run, later, key=seed.verdict.run_key, status=RunStatus.WAITING, request=request, **NOT_ENDED),
        steps=(*steps, _moved(last, later, status=StepStatus.WAITING, ended_at=None)),
        verdicts=(*_kept(told.verdicts, before, later), _judged(seed)),
        escalations=(*_kept(told.escalations, before, later), _asked(seed)),
        operations=_kept(told.operations, before, later),
        cancelled=Cancelled(),
    )


def detail(seed: Seed, run: Run, position: int, told: Story) -> Detail:
    """One of its steps in full; where the call itself is shown, it is the planted one."""
    step = next(one for one in told.steps if one.position == position)
    full = reading.detail(run, position, told)
    shown = _moved(full.step, timedelta(), **{name: getattr(step, name) for name in TIMES})
    _exchange(shown, seed)
    if step.key != seed.source.origin:
        return replace(full, step=shown)
    return Detail(shown, (_judged(seed),), (_asked(seed),), (), ())


NOT_ENDED: dict[str, Any] = {"ended_at": None, "result": None}
TIMES = ("status", "started_at", "ended_at", "ready_at", "wake_at", "claimed_at")


def _later(seed: Seed, told: Story) -> timedelta:
    asked = [one for one in told.escalations if one.verdict_id == seed.source_id]
    return seed.escalation.opened_at - (asked[0].opened_at if asked else seed.source.created_at)


def _kept(rows: tuple[Row, ...], origins: set[UUID], later: timedelta) -> tuple[Row, ...]:
    return tuple(_moved(row, later) for row in rows if getattr(row, "origin") in origins)  # noqa: B009


def _judged(seed: Seed) -> Any:
    return _moved(seed.verdict, timedelta(), origin=seed.source.origin, outcome=Outcome.ASK, is_counted=True)


def _asked(seed: Seed) -> Any:
    shown = _moved(seed.escalation, timedelta(), origin=seed.source.origin)
    shown.is_seen = True  # type: ignore[attr-defined]  # as `reading` annotates it
    return shown


def _moved(row: Row, later: timedelta, **changes: Any) -> Row:
    """A copy of a row with all its times so much later; what was never read of it stays so."""
    moved = copy.copy(row)
    for field in row._meta.concrete_fields:  # noqa: SLF001  # documented
        at = vars(row).get(field.attname)
        if isinstance(field, DateTimeField) and at is not None:
            setattr(moved, field.attname, at + later)
    for name, value in changes.items():
        setattr(moved, name, value)
    return moved


def _exchange(step: Step, seed: Seed) -> None:
    """Put the planted arguments where the step holds those of the source."""
    before = json.loads(bytes(seed.source.payload))["arguments"]
    after = json.loads(bytes(seed.verdict.payload))["arguments"]
    output = copy.deepcopy(step.output) if isinstance(step.output, dict) else {}
    for call in (step.call, *output.get("calls", ())):
        if isinstance(call, dict) and call.get("arguments") == before:
            call["arguments"] = after
    step.output = None if step.key == seed.source.origin else output or step.output

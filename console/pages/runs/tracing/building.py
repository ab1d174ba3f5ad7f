"""Make the spans of a run from its rows."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from agents.domain.plan import StepKind
from agents.domain.run import RunStatus, StepStatus
from agents.models import Operation, Step
from approvals.domain.verdict import Outcome
from approvals.models import Escalation, Verdict
from console.pages.runs import words
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.reading import Story
from console.pages.runs.tracing.spans import Kind, Span

SPOKEN = {StepKind.MODEL: Kind.MODEL, StepKind.CUSTOMER: Kind.CUSTOMER}


def spans(story: Story) -> tuple[Span, ...]:
    """Every span of a run, each step followed by what belongs to it; what never began is left out."""
    return (_root(story), *(span for step in story.steps for span in _step(story, step)))


def _root(story: Story) -> Span:
    run = story.run
    return Span(
        id="run",
        kind=Kind.RUN,
        name=run.agent,
        note=_("version %(version)s") % {"version": run.agent_version},
        start=run.created_at,
        end=run.ended_at,
        is_error=run.status == RunStatus.FAILED,
        is_parent=True,
        is_code=True,
    )


def _step(story: Story, step: Step) -> Iterator[Span]:
    if step.kind != StepKind.TOOL:
        if step.started_at:
            yield _spoken(step)
        return
    verdicts, operations = story.verdicts_of.get(step.key, []), story.operations_of.get(step.key, [])
    escalations = story.escalations_of.get(step.key, [])
    if _is_plain(verdicts, escalations, operations):
        yield from _plain(step, verdicts, operations)
        return
    yield _asked(step, verdicts, operations)
    children = [
        *(_gate(step, verdict) for verdict in verdicts),
        *(span for one in escalations for span in asking.spans(step.position, one, now=story.now)),
        *_effects(step, operations, escalations),
    ]
    yield from sorted(children, key=lambda span: span.start or story.now)


def _spoken(step: Step) -> Span:
    kind = SPOKEN[StepKind(step.kind)]
    return Span(
        id=f"s{step.position}",
        kind=kind,
        name=_("agent’s turn") if kind is Kind.MODEL else _("customer"),
        note=_said(step),
        start=step.started_at,
        end=step.ended_at,
        depth=1,
        is_error=step.status == StepStatus.FAILED,
    )


def _said(step: Step) -> str:
    if step.status == StepStatus.FAILED:
        return _("failed")
    if step.status == StepStatus.CANCELLED:
        return _("cancelled")
    called = ", ".join(map(str, step.called or ())) if step.kind == StepKind.MODEL else ""  # type: ignore[attr-defined]
    if called:
        return _("calls %(tools)s") % {"tools": called}
    return "" if step.ended_at is None or step.kind != StepKind.MODEL else _("speaks to the customer")


def _is_plain(verdicts: Sequence[Verdict], escalations: Sequence[Escalation], operations: Sequence[Operation]) -> bool:
    """Nothing but one allowed read: one row says it all."""
    is_quiet = all(verdict.outcome == Outcome.ALLOW and not verdict.is_counted for verdict in verdicts)
    return is_quiet and not escalations and len(operations) <= 1


def _plain(step: Step, verdicts: Sequence[Verdict], operations: Sequence[Operation]) -> Iterator[Span]:
    start, end = step.started_at, step.ended_at
    if operations:
        start, end = operations[0].started_at, operations[0].ended_at
    if start is None:
        return
    yield Span(
        id=f"s{step.position}",
        kind=Kind.TOOL,
        name=step.name,
        note=_ended(step) or (_("allowed") if verdicts else ""),
        start=start,
        end=end,
        depth=1,
        is_error=step.status == StepStatus.FAILED,
        is_code=True,
    )


def _asked(step: Step, verdicts: Sequence[Verdict], operations: Sequence[Operation]) -> Span:
    """A call with something to tell: a bracket over the gate, the people and the effect."""
    starts = [moment for moment in (step.started_at, *(verdict.created_at for verdict in verdicts)) if moment]
    return Span(
        id=f"s{step.position}",
        kind=Kind.TOOL,
        name=step.name,
        note=_ended(step),
        start=min(starts, default=None),
        end=step.ended_at,
        depth=1,
        is_error=step.status == StepStatus.FAILED,
        is_parent=True,
        is_code=True,
    )


def _ended(step: Step) -> str:
    """How a tool step ended, where that is not plain success."""
    return {
        StepStatus.FAILED: _("failed"),
        StepStatus.REFUSED: _("not done"),
        StepStatus.CANCELLED: _("cancelled"),
        StepStatus.WAITING: _("waits for a person"),
    }.get(StepStatus(step.status), "")


def _gate(step: Step, verdict: Verdict) -> Span:
    first = verdict.reasons[0] if verdict.reasons else {}
    answer = words.GATES[Outcome(verdict.outcome)]
    return Span(
        id=f"s{step.position}-g{verdict.attempt}",
        kind=Kind.GATE,
        name=_("gate: %(answer)s") % {"answer": answer},
        note=str(first.get("rule") or asking.reason_word(str(first.get("code", "")))),
        start=verdict.created_at,
        end=verdict.created_at,
        depth=2,
        is_moment=True,
    )


def _effects(step: Step, operations: Sequence[Operation], escalations: Sequence[Escalation]) -> Iterator[Span]:
    incidents = [one for one in escalations if one.kind == "incident"]
    for place, operation in enumerate(operations, 1):
        yield Span(
            id=f"s{step.position}-o{place}",
            kind=Kind.EFFECT,
            name=operation.tool,
            note=asking.outcome_word(operation, place, len(operations)),
            start=operation.started_at,
            end=answered_at(operation, incidents),
            depth=2,
            is_error=operation.outcome in ("failed", "unknown"),
            is_code=True,
        )


def answered_at(operation: Operation, incidents: Sequence[Escalation]) -> datetime | None:
    """When the call itself was over: settling its outcome later does not make it longer."""
    opened = [one.opened_at for one in incidents if one.opened_at >= operation.started_at]
    if operation.ended_at is None:
        return min(opened, default=None)
    return min([operation.ended_at, *opened])

"""Read one run: everything of it in a few light rows, and one of its steps in full."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, Func, JSONField, OuterRef, QuerySet, Value

from agents.domain.run import RunStatus
from agents.models import Letter, Operation, Run, Step, Stop
from approvals.domain.escalation import Kind, Status
from approvals.inbox.claiming import conversing
from approvals.models import AuditEntry, Decision, Escalation, Member, Message, Role, Verdict

HEAVY = ("payload", "payload_sha256", "features", "challenger_scores", "score_parts")


@dataclass(frozen=True)
class Cancelled:
    """Who cancelled a run and why, in their own words; both empty where nobody said so."""

    by: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Story:
    """Everything of one run but long texts and bytes, each in the order of time."""

    run: Run
    steps: tuple[Step, ...]
    """Without call and output; those of a model carry `called`, the names of the tools it called."""
    verdicts: tuple[Verdict, ...]
    escalations: tuple[Escalation, ...]
    """With `is_seen`: whether this reader may open it, and `about`, its decision if there is one."""
    operations: tuple[Operation, ...]
    cancelled: Cancelled
    letter: Letter | None
    """Its oldest open dead letter, where it waits."""
    stop: Stop | None
    """The limit that ended it."""
    sees_health: bool
    """Whether this reader may open the page of health."""
    now: datetime

    @cached_property
    def verdicts_of(self) -> dict[UUID, list[Verdict]]:
        """Verdicts by the key of the step they are about."""
        return _by_origin(self.verdicts)

    @cached_property
    def escalations_of(self) -> dict[UUID, list[Escalation]]:
        """Escalations by the key of the step they are about."""
        return _by_origin(self.escalations)

    @cached_property
    def operations_of(self) -> dict[UUID, list[Operation]]:
        """Operations by the key of their step."""
        return _by_origin(self.operations)

    @cached_property
    def effects(self) -> tuple[Operation, ...]:
        """The operations that could change the world: writes and what leaves the house, not reads."""
        counted = {verdict.origin for verdict in self.verdicts if verdict.is_counted}
        return tuple(operation for operation in self.operations if operation.origin in counted)


@dataclass(frozen=True)
class Detail:
    """One step in full, with the bytes that were judged, decided and sent."""

    step: Step
    verdicts: tuple[Verdict, ...]
    escalations: tuple[Escalation, ...]
    decisions: tuple[Decision, ...]
    operations: tuple[Operation, ...]
    messages: tuple[Message, ...] = ()
    """What was said in its handoffs, where this reader may open one."""


def story(run: Run, *, member: Member, now: datetime) -> Story:
    """Read a run in four queries, five for one that was cancelled, has ended or stands still."""
    escalations = tuple(_escalations(run, member))
    stands_still = run.status == RunStatus.WAITING and all(one.status != Status.OPEN for one in escalations)
    return Story(
        run=run,
        steps=tuple(_steps(run)),
        verdicts=tuple(Verdict.objects.filter(run_key=run.key).defer(*HEAVY).order_by("seq_in_run")),
        escalations=escalations,
        operations=tuple(
            Operation.objects.filter(step__run=run).defer("payload", "payload_sha256").order_by("started_at", "pk")
        ),
        cancelled=_cancelled(run) if run.cancelled_at else Cancelled(),
        letter=_letter(run) if stands_still else None,
        stop=Stop.objects.filter(run=run).first() if run.ended_at else None,
        sees_health=member.role != Role.REVIEWER,
        now=now,
    )


def detail(run: Run, position: int, told: Story) -> Detail:
    """Read one step of a run in full, in four queries, five where a person had the conversation."""
    step = Step.objects.select_related("worker").get(run=run, position=position)
    escalations = tuple(told.escalations_of.get(step.key, ()))
    return Detail(
        step=step,
        verdicts=tuple(_judged(step).order_by("attempt")),
        escalations=escalations,
        decisions=tuple(
            Decision.objects.filter(escalation__in=[one.pk for one in escalations]).select_related("by").order_by("pk")
        ),
        operations=tuple(Operation.objects.filter(step=step).order_by("pk")),
        messages=_said(step, escalations),
    )


def _said(step: Step, escalations: Iterable[Any]) -> tuple[Message, ...]:
    is_open = any(one.kind == Kind.HANDOFF and one.is_seen for one in escalations)
    return tuple(conversing.messages(step.key)) if is_open else ()


def _judged(step: Step) -> QuerySet[Verdict]:
    return Verdict.objects.filter(origin=step.key).select_related("ruleset").defer("ruleset__document")


def _steps(run: Run) -> Iterable[Step]:
    called = Func(
        F("output"),
        Value("$.calls[*].tool"),
        output_field=JSONField(),
        template="jsonb_path_query_array(%(expressions)s::jsonpath)",
    )
    return Step.objects.filter(run=run).defer("call", "output").annotate(called=called).order_by("position")


def _escalations(run: Run, member: Member) -> Iterable[Escalation]:
    """Through the verdict, whose index knows the run. Those of foreign teams too: they took their time as well."""
    seen = Exists(Escalation.objects.visible_to(member).filter(pk=OuterRef("pk")))
    asked = Escalation.objects.filter(verdict__run_key=run.key).annotate(is_seen=seen)
    return asked.select_related("claimed_by", "decision__by", "decision__undo__by").order_by("opened_at", "pk")


def _cancelled(run: Run) -> Cancelled:
    entries = AuditEntry.objects.filter(tenant_id=run.tenant_id, verb="run.cancel", object=str(run.key))
    name, reason = entries.values_list("by__name", "details__reason").first() or ("", "")
    return Cancelled(name or "", reason or "")


def _letter(run: Run) -> Letter | None:
    return Letter.objects.filter(run=run, settled_at=None).select_related("step").order_by("pk").first()


def _by_origin(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(row.origin, []).append(row)
    return found

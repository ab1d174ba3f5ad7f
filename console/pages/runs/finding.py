"""Find the runs a list shows: by key, never by offset, and counted no further than a bound."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, DecimalField, Exists, IntegerField, OuterRef, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.shortcuts import get_object_or_404

from agents.domain.plan import StepKind
from agents.models import Operation, Run, Step
from agents.models.run import RunQuerySet
from approvals.domain.escalation import Status
from approvals.models import Escalation, Member, Verdict
from console.pages.runs.filter import grammar, relaxing
from console.pages.runs.filter.grammar import Filter
from console.pages.runs.filter.relaxing import COUNTED
from console.pages.runs.filter.words import WORDS

PAGE_SIZE = 50


Rows = Iterable[tuple[Any, ...]]


class Past(NamedTuple):
    """As much of a run as the drawing needs."""

    created_at: datetime
    status: str


@dataclass
class Around:
    """What the list tells of one run besides its own row."""

    gates: dict[str, int] = field(default_factory=dict)
    """How many verdicts of each outcome."""
    people: list[str] = field(default_factory=list)
    """Names of who decided, in the order of their first decision."""
    open: int = 0
    """How many escalations wait now."""
    effects: dict[str | None, int] = field(default_factory=dict)
    """How many effects ended so; None is under way."""
    cost_usd: Decimal | None = None
    tokens: int | None = None


def run(member: Member, key: UUID) -> Run:
    """One run with its request, or a 404 that does not tell absent from foreign."""
    return get_object_or_404(_visible(member).select_related("request"), key=key)


def page_of(member: Member, found: Filter, *, after: UUID | None, now: datetime) -> list[Run]:
    """The next page of runs, newest first, one more than its size when there are more."""
    rows = _found(member, found, now=now)
    if after:
        rows = rows.filter(pk__lt=Run.objects.filter(key=after, tenant_id=member.tenant_id).values("pk"))
    return list(rows.select_related("request").order_by("-pk")[: PAGE_SIZE + 1])


def pasts(member: Member, found: Filter, *, now: datetime) -> list[Past]:
    """The newest runs up to the bound, and one more when there are more."""
    rows = _found(member, found, now=now).order_by("-pk").values_list("created_at", "status")
    return [Past(*row) for row in rows[: COUNTED + 1]]


def how_many_new(member: Member, found: Filter, *, since: UUID, now: datetime) -> int:
    """How many came after a run, counted to a bound; 0 when there is no such run."""
    newer = Run.objects.filter(key=since, tenant_id=member.tenant_id).values("pk")
    return _found(member, found, now=now).filter(pk__gt=newer)[:COUNTED].count()


def lacking(member: Member, found: Filter, *, now: datetime) -> list[int]:
    """How many there would be without each term in turn."""
    return relaxing.lacking(found, lambda other: _found(member, other, now=now))


def around(member: Member, runs: Sequence[Run]) -> dict[UUID, Around]:
    """What the list tells of each run besides its row: four queries whatever their number."""
    told: dict[UUID, Around] = {one.key: Around() for one in runs}
    by_id = {one.pk: told[one.key] for one in runs}
    for key, outcome, count in _gates(told):
        told[key].gates[outcome] = count
    for key, status, name in _asked(member, told):
        _tell(told[key], status, name)
    for run_id, outcome, count in _effects(by_id):
        by_id[run_id].effects[outcome] = count
    for run_id, cost, tokens in _usage(by_id):
        by_id[run_id].cost_usd, by_id[run_id].tokens = cost, tokens
    return told


def _visible(member: Member) -> RunQuerySet:
    rows: RunQuerySet = Run.objects.visible_to(member)
    return rows


def _found(member: Member, found: Filter, *, now: datetime) -> RunQuerySet:
    return _visible(member).filter(grammar.narrowed(found, WORDS, now=now))


def _gates(keys: Iterable[UUID]) -> Rows:
    verdicts = Verdict.objects.filter(run_key__in=list(keys)).order_by()
    return verdicts.values("run_key", "outcome").annotate(count=Count("pk")).values_list("run_key", "outcome", "count")


def _asked(member: Member, keys: Iterable[UUID]) -> Rows:
    """Through the verdict, whose index knows the run."""
    asked = Escalation.objects.visible_to(member).filter(verdict__run_key__in=list(keys))
    return asked.order_by("decision__pk").values_list("verdict__run_key", "status", "decision__by__name")


def _tell(about: Around, status: str, name: str | None) -> None:
    about.open += status == Status.OPEN
    if name and name not in about.people:
        about.people.append(name)


def _effects(ids: Iterable[int]) -> Rows:
    counted = Verdict.objects.filter(origin=OuterRef("origin"), is_counted=True)
    effects = Operation.objects.filter(Exists(counted), step__run__in=list(ids)).order_by()
    return effects.values("step__run", "outcome").annotate(n=Count("pk")).values_list("step__run", "outcome", "n")


def _usage(ids: Iterable[int]) -> Rows:
    """What the agent's own turns used, as far as it was recorded."""
    turns = Step.objects.filter(run__in=list(ids), kind=StepKind.MODEL, output__has_key="usage").order_by()
    money = DecimalField(max_digits=12, decimal_places=6)
    cost = Sum(Cast(KT("output__usage__cost_usd"), money))
    tokens = _sum("input_tokens") + _sum("output_tokens")
    return turns.values("run").annotate(cost=cost, tokens=tokens).values_list("run", "cost", "tokens")


def _sum(name: str) -> Sum:
    return Sum(Cast(KT(f"output__usage__{name}"), IntegerField()), default=0)

"""What a threshold would have let run on one route: counted from recorded verdicts and what people said of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, Count, FloatField, Func, Q
from django.db.models.functions import Cast
from django.utils import timezone

from approvals.domain.calibration import Preview, Row, interval, preview, runs
from approvals.domain.label import Source, Teaching
from approvals.domain.verdict import Outcome
from approvals.models import Label, Verdict

PERIOD = timedelta(days=90)
MOST_CALLS = 10_000
"""The newest so many of a route are read; a page says so when there are more."""
SURE = 0.05
EXPERT = (Source.REVIEW, Source.AUDIT, Source.DOUBLE, Source.ADJUDICATION, Source.INCIDENT)
"""Whose word counts: a user's yes is no expert's, and a seed is no call of the route."""
# Another reason than the score holds a call back: no threshold lets it run.
IS_HELD = """(zone = 'forced' OR jsonb_path_exists(reasons,
  '$[*] ? (@.outcome != "allow" && @.code != "score" && @.code != "no_threshold")'))"""
_COLUMNS = (
    "pk",
    "run_key",
    "payload_sha256",
    Cast("score", FloatField()),
    Cast("auto_threshold", FloatField()),
    Func(template=IS_HELD, output_field=BooleanField()),
    Cast("label_propensity", FloatField()),
)


class _Row(NamedTuple):
    """One verdict as it is read, in the order of the columns."""

    verdict_id: int
    run_key: UUID
    payload_sha256: bytes
    score: float | None
    live: float | None
    is_held: bool
    propensity: float


@dataclass(frozen=True)
class Call:
    """One recorded action: the same call again in one run is the same action."""

    verdict_id: int
    run_key: UUID
    score: float | None
    live: float | None
    """The threshold it met; None when nothing ran alone then, or all of it was looked at, as in a canary."""
    is_held: bool
    """Asked for another reason than its score, so no threshold would have let it run."""
    teaching: Teaching | None
    """What the experts say of it; None when nobody looked."""

    @property
    def row(self) -> Row:
        """As the calibration reads it."""
        is_wrong = self.teaching is Teaching.WRONG
        return None if self.is_held else self.score, self.live, self.teaching is not None, is_wrong

    def runs_at(self, threshold: float | None) -> bool:
        """Whether this threshold would have let it run."""
        return not self.is_held and runs(self.score, threshold)


@dataclass(frozen=True)
class Recorded:
    """The calls of one route in the period, oldest first."""

    calls: tuple[Call, ...]
    days: int
    """How many days they cover, at least 1."""
    is_cut: bool


class Outcomes(NamedTuple):
    """Some calls by what is known of them."""

    right: int
    wrong: int
    unseen: int

    @property
    def looked(self) -> int:
        """How many a person has judged."""
        return self.right + self.wrong


@dataclass(frozen=True)
class Figures:
    """What one threshold would have done, with the range of the share found wrong among those looked at."""

    preview: Preview
    outcomes: Outcomes
    wrong_share: float | None
    wrong_range: tuple[float, float]


@dataclass(frozen=True)
class RouteSummary:
    """One route as the calls of the period show it."""

    name: str
    tools: tuple[str, ...]
    calls: int
    alone: int


def summaries(tenant_id: int, *, only: str | None = None) -> tuple[RouteSummary, ...]:
    """Every route that counted calls were recorded on in the period, by name; with `only` that one, if it was."""
    calls = _counted(tenant_id)
    action = Func("run_key", "payload_sha256", function="ROW")
    rows = (
        (calls if only is None else calls.filter(route=only))
        .values("route")
        .annotate(
            tools=ArrayAgg("tool", distinct=True),
            calls=Count(action, distinct=True),
            alone=Count(action, distinct=True, filter=Q(outcome=Outcome.ALLOW)),
        )
        .order_by("route")
    )
    return tuple(RouteSummary(row["route"], tuple(row["tools"]), row["calls"], row["alone"]) for row in rows)


def recorded(tenant_id: int, route: str) -> Recorded:
    """The counted calls of a route in the period; three queries, whatever their number."""
    found = _counted(tenant_id).filter(route=route).order_by("-pk")
    rows = [_Row(*row) for row in found.values_list(*_COLUMNS)[: MOST_CALLS + 1]]
    if not rows:
        return Recorded((), 1, is_cut=False)
    is_cut = len(rows) > MOST_CALLS
    rows = rows[:MOST_CALLS][::-1]
    first_at = Verdict.objects.values_list("created_at", flat=True).get(pk=rows[0].verdict_id)
    return Recorded(_actions(rows, _said(found, since=rows[0].verdict_id)), _days(first_at), is_cut)


def figures(calls: Iterable[Call], threshold: float | None, *, rate: float) -> Figures:
    """What this threshold would have done to these calls, audited at `rate`."""
    known = list(calls)
    seen = preview((call.row for call in known), threshold, rate)
    counted = outcomes(call for call in known if call.runs_at(threshold))
    share = counted.wrong / counted.looked if counted.looked else None
    return Figures(seen, counted, share, interval(counted.looked, counted.wrong, SURE))


def outcomes(calls: Iterable[Call]) -> Outcomes:
    """Count calls by what the experts said of them."""
    said = [call.teaching for call in calls]
    right, wrong = said.count(Teaching.RIGHT), said.count(Teaching.WRONG)
    return Outcomes(right, wrong, len(said) - right - wrong)


def _counted(tenant_id: int) -> Any:
    return Verdict.objects.filter(tenant_id=tenant_id, is_counted=True, created_at__gte=timezone.now() - PERIOD)


def _days(first: datetime) -> int:
    return max(1, -(-(timezone.now() - first) // timedelta(days=1)))


def _said(found: Any, *, since: int) -> dict[int, Teaching]:
    return said_of(found.filter(pk__gte=since).order_by().values("pk"))


def said_of(verdicts: Any) -> dict[int, Teaching]:
    """What stands of each of these verdicts, told by their ids: an adjudication, else wrong as soon as one expert
    says so. Verdicts of which nobody said anything are not in it.
    """
    labels = Label.objects.filter(
        verdict__in=verdicts,
        superseded_by=None,
        source__in=EXPERT,
    ).exclude(teaching=Teaching.WITHDRAWN)
    said: dict[int, Teaching] = {}
    settled: set[int] = set()
    for verdict_id, source, teaching in labels.order_by("pk").values_list("verdict_id", "source", "teaching"):
        if source == Source.ADJUDICATION:
            settled.add(verdict_id)
            said[verdict_id] = Teaching(teaching)
        elif verdict_id not in settled and said.get(verdict_id) is not Teaching.WRONG:
            said[verdict_id] = Teaching(teaching)
    return said


def _actions(rows: Iterable[_Row], said: Mapping[int, Teaching]) -> tuple[Call, ...]:
    """Retries of the same bytes in one run are one action, in the order of the first."""
    actions: dict[tuple[UUID, bytes], Call] = {}
    for row in rows:
        live = None if row.propensity == 1 else row.live
        call = Call(row.verdict_id, row.run_key, row.score, live, row.is_held, said.get(row.verdict_id))
        key = (row.run_key, bytes(row.payload_sha256))
        actions[key] = _joined(actions[key], call) if key in actions else call
    return tuple(actions.values())


def _joined(first: Call, again: Call) -> Call:
    """One action of two calls: it would have run at the higher score that nothing held back; wrong if one was."""
    shown = again if again.teaching is Teaching.WRONG or first.teaching is None else first
    scores = [call.score for call in (first, again) if call.score is not None and not call.is_held]
    is_held = first.is_held and again.is_held
    return replace(shown, score=max(scores, default=shown.score), is_held=is_held)

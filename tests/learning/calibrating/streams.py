"""Streams of runs as rows: verdicts and labels of many runs at once, on a clock of their own."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from approvals.domain.calibration import Action, Run, State
from approvals.domain.label import Teaching
from approvals.models import Label, Ruleset, Tenant, Verdict
from tests.learning import calls
from tests.learning.calls import ROUTE

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


class Done(NamedTuple):
    """One action of a run: its score, and what an expert says of it; None while nobody does."""

    score: float | None
    said: Teaching | None = Teaching.RIGHT


RIGHT, WRONG = Teaching.RIGHT, Teaching.WRONG


def clean(count: int, score: float = 0.9) -> list[list[Done]]:
    """Runs of one right action."""
    return [[Done(score)] for _ in range(count)]


def record(
    runs: Iterable[Sequence[Done]],
    *,
    is_test: bool = True,
    threshold: float | None = None,
    rate: str = "1",
    start: datetime = START,
    ruleset: Ruleset | None = None,
    version: str = "1",
    route: str = ROUTE,
) -> list[Verdict]:
    """Store runs one hour apart; with a threshold, what reaches it ran alone. In the order of their actions."""
    rules = ruleset or Ruleset.objects.order_by("-version").first() or calls.live()
    rows, said = [], []
    for place, run in enumerate(runs):
        key = uuid4()
        for step, one in enumerate(run):
            alone = threshold is not None and one.score is not None and one.score >= threshold
            rows.append(_verdict(one, key, step, alone, threshold, rules, start + place * AN_HOUR))
            rows[-1].is_test, rows[-1].coin_rate, rows[-1].agent_version, rows[-1].route = is_test, rate, version, route
            said.append(one.said)
    made = Verdict.objects.bulk_create(rows, batch_size=2_000)
    label([(verdict, teaching) for verdict, teaching in zip(made, said, strict=True) if teaching])
    return made


def label(pairs: Iterable[tuple[Verdict, Teaching]]) -> list[Label]:
    """What an expert says of each, at once."""
    rows = [
        Label(
            tenant_id=verdict.tenant_id,
            verdict=verdict,
            source="review",
            teaching=teaching,
            opened_at=verdict.created_at,
        )
        for verdict, teaching in pairs
    ]
    return Label.objects.bulk_create(rows, batch_size=2_000)


def as_runs(verdicts: Sequence[Verdict], runs: Sequence[Sequence[Done]], *, now: datetime, epoch: int = 1) -> list[Run]:
    """The same runs as the pure functions take them, built beside the rows: none of the product's reading is used."""
    left = iter(verdicts)
    found = []
    for run in runs:
        rows = [next(left) for _ in run]
        actions = tuple(Action(one.score, _state(one, row, now)) for one, row in zip(run, rows, strict=True))
        found.append(Run(rows[0].pk, True, epoch, actions))
    return found


def _state(one: Done, row: Verdict, now: datetime) -> State:
    if one.said:
        return State(one.said)
    return State.OVERDUE if now - row.created_at > timedelta(days=7) else State.PENDING


def _verdict(
    one: Done, key: UUID, step: int, alone: bool, threshold: float | None, rules: Ruleset, at: datetime
) -> Verdict:
    code = "score" if threshold is not None else "no_threshold"
    outcome = "allow" if alone else "ask"
    return Verdict(
        tenant_id=Tenant.DEFAULT,
        origin=uuid4(),
        run_key=key,
        seq_in_run=step + 1,
        payload=uuid4().bytes,
        tool="modify_user_address",
        effect="write",
        is_counted=True,
        agent="desk",
        outcome=outcome,
        reasons=[{"code": code, "outcome": outcome, "sentence": "", "rule": ""}],
        score=None if one.score is None else f"{one.score:.5f}",
        auto_threshold=threshold,
        zone="automatic" if alone else "human",
        ruleset=rules,
        coin_u="0.5",
        label_propensity="1",
        created_at=at,
    )

"""Runs as a certificate counts them, read from verdicts and labels (CALIBRATION sections 2.1, 2.2 and 2.9).

A run belongs to a route by its first gated action there, and so do its coin and its epoch: neither changes for the rest
of the run. The same bytes again in one run are the same action. A call that the gate refused is no gated action: no
threshold lets it run, and nobody is ever asked about it. Runs of a canary are not read: other rules held there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from approvals.domain.calibration import Action, Run, State
from approvals.learning.previewing import EXPERT, IS_HELD
from approvals.models import Epoch

GRACE = timedelta(days=7)
"""For so long an action without a verdict is pending; afterwards it is overdue."""

_SCOPE = """
  FROM approvals_verdict v
  WHERE v.tenant_id = %(tenant)s AND v.route = %(route)s AND v.is_counted AND v.outcome <> 'refuse'
    AND v.id >= %(first)s AND v.id < %(end)s AND v.ruleset_id >= %(rules)s
    AND v.ruleset_id NOT IN (SELECT c.ruleset_id FROM approvals_canary c WHERE c.tenant_id = %(tenant)s)
    AND (v.seq_in_run = 1 OR %(first)s = 0 OR (
      SELECT min(b.id) FROM approvals_verdict b
      WHERE b.run_key = v.run_key AND b.seq_in_run < v.seq_in_run AND b.route = v.route
        AND (b.id < %(first)s OR b.ruleset_id < %(rules)s)
        AND b.is_counted AND b.outcome <> 'refuse') IS NULL)
"""
# One row an action. An adjudication settles what was said; else one expert who says wrong is enough. Labels are looked
# up row by row and runs are told apart by sorting: both cost the same whatever the planner knows of these tables.
_TESTED = f"""
WITH scope AS MATERIALIZED (
  SELECT v.id, v.run_key, v.payload_sha256, v.is_test, v.created_at, v.outcome,
         CASE WHEN {IS_HELD} THEN NULL ELSE v.score END AS score,
         bool_or(v.is_test) OVER (PARTITION BY v.run_key) AS is_drawn
  {_SCOPE}
), told AS MATERIALIZED (
  SELECT s.*, said.expert, said.refused
  FROM scope s LEFT JOIN LATERAL (
    SELECT coalesce((array_agg(l.teaching ORDER BY l.id DESC) FILTER (WHERE l.source = 'adjudication'))[1],
                    max(l.teaching) FILTER (WHERE l.source = ANY(%(expert)s))) AS expert,
           bool_or(l.source = 'user_confirm' AND l.teaching = 'wrong') AS refused
    FROM approvals_label l
    WHERE l.verdict_id = s.id AND l.teaching <> 'withdrawn'
      AND (SELECT n.id FROM approvals_label n WHERE n.supersedes_id = l.id) IS NULL) said ON true
  WHERE s.is_drawn
)
SELECT min(s.id), s.run_key, (array_agg(s.is_test ORDER BY s.id))[1], max(s.score)::float8,
       max(s.expert), coalesce(bool_or(s.refused), false),
       min(s.created_at) < coalesce(%(now)s::timestamptz, statement_timestamp()) - %(grace)s,
       bool_or(s.outcome = 'allow'),
       bool_or(s.expert IS NULL AND (SELECT max(e.id) FROM approvals_escalation e
                                     WHERE e.verdict_id = s.id AND e.status IN ('open', 'decided')) IS NOT NULL)
FROM told s
GROUP BY s.run_key, s.payload_sha256
ORDER BY 1
"""  # noqa: S608  # nothing of it comes from outside
_COINS = f"""
SELECT rate, count(*), count(*) FILTER (WHERE is_test)
FROM (SELECT DISTINCT ON (v.run_key) v.coin_rate::float8 AS rate, v.is_test {_SCOPE} ORDER BY v.run_key, v.id) runs
GROUP BY rate ORDER BY rate
"""  # noqa: S608  # nothing of it comes from outside
_NO_END = 2**63 - 1


class Gated(NamedTuple):
    """One gated action of a test run."""

    seq: int
    """Its first verdict."""
    score: float | None
    """None where another reason than the score holds it back: it can never run alone."""
    state: State
    user_refused: bool
    """The end user was asked, and said no."""
    ran_alone: bool
    is_asked: bool
    """Somebody is being asked about it."""


class Tested(NamedTuple):
    """One test run of an epoch on its route."""

    seq: int
    """Its place in gate order."""
    actions: tuple[Gated, ...]


class Coins(NamedTuple):
    """Runs of an epoch that were drawn for at one rate."""

    rate: float
    runs: int
    drawn: int


def drawn(epoch: Epoch, *, until: int | None = None, now: datetime | None = None) -> list[Tested]:
    """Every test run of an epoch, in gate order; one statement, whatever their number.

    `until` ends the epoch where the next one begins; `now` is the time that decides what is overdue, by default the
    database's own.
    """
    names = _names(epoch, until) | {"now": now, "grace": GRACE, "expert": [str(source) for source in EXPERT]}
    with connection.cursor() as cursor:
        cursor.execute(_TESTED, names)
        return _runs(cursor.fetchall())


def coins(epoch: Epoch, *, until: int | None = None) -> tuple[Coins, ...]:
    """How many runs of an epoch there were at each rate, and how many of them the coin drew."""
    with connection.cursor() as cursor:
        cursor.execute(_COINS, _names(epoch, until))
        return tuple(Coins(*row) for row in cursor.fetchall())


def for_auto(runs: Iterable[Tested], epoch: Epoch) -> list[Run]:
    """As `certify` reads them for running alone: any wrong action is a mistake."""
    return [
        Run(run.seq, True, epoch.number, tuple(Action(one.score, one.state) for one in run.actions)) for run in runs
    ]


def for_ask(runs: Iterable[Tested], epoch: Epoch) -> list[Run]:
    """The same for asking the end user only: what a user has refused is no mistake, however wrong it was.

    Nobody knows what a user would have said who was not asked, so that counts as a yes (stricter than section 2.9).
    """
    return [
        Run(run.seq, True, epoch.number, tuple(Action(one.score, _after_user(one)) for one in run.actions))
        for run in runs
    ]


def counted(runs: Sequence[Tested]) -> Sequence[Tested]:
    """The runs before the first one with a pending action."""
    return runs[: next((place for place, run in enumerate(runs) if _is_pending(run)), len(runs))]


def watermark(runs: Sequence[Tested]) -> int | None:
    """The place of the first run with a pending action, at which the counting ends; None when there is none."""
    return next((run.seq for run in runs if _is_pending(run)), None)


def mistake(run: Tested) -> float | None:
    """The highest score that could run alone among its wrong and overdue actions; None without one."""
    scores = (one.score for one in run.actions if one.state in (State.WRONG, State.OVERDUE))
    return max((score for score in scores if score is not None), default=None)


def outcomes(runs: Iterable[Tested], *, since: int = 0) -> list[bool]:
    """For the alarm: of each resolved run, whether an action that ran alone was wrong (section 2.7)."""
    resolved = (run for run in runs if run.seq >= since and all(_is_resolved(one) for one in run.actions))
    return [any(one.ran_alone and one.state is State.WRONG for one in run.actions) for run in resolved]


def unanswered(runs: Iterable[Tested]) -> list[int]:
    """The actions of test runs that nobody has judged and nobody is asked about: their first verdicts, in order."""
    open_states = (State.PENDING, State.OVERDUE)
    return [one.seq for run in runs for one in run.actions if one.state in open_states and not one.is_asked]


def _names(epoch: Epoch, until: int | None) -> dict[str, Any]:
    end = _NO_END if until is None else until
    begins = {"first": epoch.first_seq, "rules": epoch.rules_id or 0}
    return {"tenant": epoch.tenant_id, "route": epoch.route, "end": end, **begins}


def _runs(rows: Sequence[tuple[Any, ...]]) -> list[Tested]:
    """Rows in gate order; the first of a run says whether the coin drew it."""
    found: dict[UUID, list[Gated]] = {}
    by_coin: set[UUID] = set()
    for seq, run_key, is_test, score, said, refused, is_old, alone, asked in rows:
        if run_key not in found:
            found[run_key] = []
            if is_test:
                by_coin.add(run_key)
        state = State(said) if said else State.OVERDUE if is_old else State.PENDING
        found[run_key].append(Gated(seq, score, state, refused, alone, asked))
    return [Tested(actions[0].seq, tuple(actions)) for key, actions in found.items() if key in by_coin]


def _is_pending(run: Tested) -> bool:
    return any(one.state is State.PENDING for one in run.actions)


def _after_user(one: Gated) -> State:
    return State.RIGHT if one.user_refused and one.state is State.WRONG else one.state


def _is_resolved(one: Gated) -> bool:
    return one.state in (State.RIGHT, State.WRONG)

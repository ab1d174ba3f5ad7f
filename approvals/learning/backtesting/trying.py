"""Recorded calls under live rules and under a draft: what each would have said, and where they differ."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from approvals.domain.gate import Ruleset, judge
from approvals.domain.label import Teaching
from approvals.domain.verdict import SEED, Outcome
from approvals.domain.verdict import Verdict as Judgement
from approvals.learning.backtesting.recollecting import COLUMNS, Cards, Case, Lost, Row, recollect, under
from approvals.learning.backtesting.scoring import Score, Tally, score, tally
from approvals.learning.previewing import PERIOD, said_of
from approvals.models import Verdict

MOST_CALLS = 2_000
"""The newest so many verdicts a page reads; a command may read more."""


@dataclass(frozen=True)
class Tried:
    """One recorded call under both rules; a call that was tried again in its run is one, as it was at last."""

    case: Case
    live: Judgement
    draft: Judgement
    teaching: Teaching | None
    """What people say of it; None when nobody looked."""

    @property
    def move(self) -> tuple[Outcome, Outcome]:
        """From which answer to which."""
        return self.live.outcome, self.draft.outcome


@dataclass(frozen=True)
class Backtest:
    """What came of it. `lost` counts verdicts that cannot be given again, by the reason."""

    tried: tuple[Tried, ...]
    lost: Mapping[Lost, int]
    since: datetime
    is_cut: bool
    """There are older verdicts in the period that were not read."""

    @property
    def live(self) -> Tally:
        """What the live rules say of these calls."""
        return tally(one.live.outcome for one in self.tried)

    @property
    def draft(self) -> Tally:
        """What the draft says of them."""
        return tally(one.draft.outcome for one in self.tried)

    @property
    def live_score(self) -> Score:
        """The answers of the live rules against what people said."""
        return score((one.live.outcome, one.teaching) for one in self.tried)

    @property
    def draft_score(self) -> Score:
        """The answers of the draft against what people said."""
        return score((one.draft.outcome, one.teaching) for one in self.tried)

    @property
    def moved(self) -> tuple[Tried, ...]:
        """Calls that get another answer, the newest first."""
        return tuple(one for one in self.tried if one.live.outcome is not one.draft.outcome)

    @property
    def moves(self) -> Mapping[tuple[Outcome, Outcome], int]:
        """How many calls go from which answer to which, those that get milder first."""
        found = Counter(one.move for one in self.moved)
        return dict(sorted(found.items(), key=lambda move: (move[0][1].strictness - move[0][0].strictness, -move[1])))


def backtest(
    tenant_id: int,
    *,
    live: Ruleset,
    draft: Ruleset,
    cards: Cards,
    most: int = MOST_CALLS,
    period: timedelta = PERIOD,
) -> Backtest:
    """Judge the newest recorded verdicts of a tenant twice; reads them in three queries and writes nothing.

    Only stored facts are used. A verdict that comes out otherwise under its own rules than it was recorded is counted
    as lost, because then something it was judged by is not stored.
    """
    since = timezone.now() - period
    found = Verdict.objects.filter(tenant_id=tenant_id, created_at__gte=since).exclude(outcome=SEED).order_by("-pk")
    rows = [Row(*row) for row in found.values_list(*COLUMNS)[: most + 1]]
    cases: list[Case] = []
    lost: Counter[Lost] = Counter()
    for case in recollect(rows[:most], cards=cards):
        if isinstance(case, Case):
            cases.append(case)
        else:
            lost[case] += 1
    return Backtest(_tried(cases, live, draft), lost, since, is_cut=len(rows) > most)


def _tried(cases: list[Case], live: Ruleset, draft: Ruleset) -> tuple[Tried, ...]:
    said = said_of([case.verdict_id for case in cases])
    teachings = _teachings(cases, said)
    newest: dict[tuple[UUID, bytes], Case] = {}
    for case in cases:
        newest.setdefault(case.key, case)
    return tuple(Tried(case, weigh(case, live), weigh(case, draft), teachings.get(key)) for key, case in newest.items())


def weigh(case: Case, rules: Ruleset) -> Judgement:
    """What the gate says of a case under these rules."""
    return judge(case.action, under(case, rules), rules)


def _teachings(cases: Iterable[Case], said: Mapping[int, Teaching]) -> dict[tuple[UUID, bytes], Teaching]:
    """What is said of a call is what is said of any of its tries, and wrong as soon as one was."""
    found: dict[tuple[UUID, bytes], Teaching] = {}
    for case in cases:
        teaching = said.get(case.verdict_id)
        if teaching is not None and found.get(case.key) is not Teaching.WRONG:
            found[case.key] = teaching
    return found

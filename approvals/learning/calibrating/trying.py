"""What a canary has shown so far, and its stop: it ends by itself when too many of its runs go wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from approvals.domain.calibration import interval
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.label import Teaching
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.learning.calibrating import auditing
from approvals.learning.calibrating.terms import SURE, Planted, terms_of
from approvals.learning.previewing import said_of
from approvals.learning.tuning import route_of_name
from approvals.learning.tuning.canarying import OVERTAKEN, overtaken, running, stop_itself
from approvals.models import Canary, Verdict
from approvals.models.ruleset import CanaryOutcome


@dataclass(frozen=True)
class Trial:
    """What became of the runs of a canary on one route."""

    route: str
    runs: int
    alone: int
    """Runs in which something ran alone."""
    looked: int
    """Runs of which everything that ran alone was judged by an expert, or something of it found wrong."""
    wrong: int
    limit: float
    tested: float
    """The limit, less what reviewers miss: where the range lies above it, the canary ends."""

    @property
    def range(self) -> tuple[float, float]:
        """Of the share of runs that go wrong; holds however often somebody looks."""
        return interval(self.looked, self.wrong, SURE)

    @property
    def is_over(self) -> bool:
        """Whether too many go wrong, and not by chance."""
        return self.range[0] > self.tested


@dataclass
class _Run:
    route: str
    alone: int = 0
    unseen: int = 0
    wrong: int = 0


def trials(canary: Canary) -> list[Trial]:
    """By route; counted from rows each time. Three queries, whatever their number."""
    return _trials(_judged(canary), rulesets.of(canary.ruleset))


def watch(tenant_id: int) -> Canary | None:
    """Look at the canary that runs: ask for the audits it needs, and end it where it has to. The one that ended."""
    with transaction.atomic():
        for canary in overtaken(running(tenant_id)):
            return canary if stop_itself(canary, CanaryOutcome.OVERTAKEN, reason=OVERTAKEN) else None
        canary_now = running(tenant_id).first()
        if canary_now is None:
            return None
        judged = _judged(canary_now)
        auditing.request(
            tenant_id, [pk for pk, _run, _route, outcome, said in judged if outcome == Outcome.ALLOW and said is None]
        )
        over = next((one for one in _trials(judged, rulesets.of(canary_now.ruleset)) if one.is_over), None)
        if over is None or not stop_itself(canary_now, CanaryOutcome.WRONG, reason=_why(over)):
            return None
        return canary_now


_Judged = tuple[int, UUID, str, str, Teaching | None]


def _judged(canary: Canary) -> list[_Judged]:
    """Every gated action of its runs, in the order of the gate, with what is said of it."""
    found = Verdict.objects.filter(
        tenant_id=canary.tenant_id, pk__gt=canary.after_verdict, ruleset=canary.ruleset_id, is_counted=True
    ).exclude(outcome=Outcome.REFUSE)
    said = said_of(found.order_by().values("pk"))
    rows = found.order_by("pk").values_list("pk", "run_key", "route", "outcome")
    return [(pk, run, route, outcome, said.get(pk)) for pk, run, route, outcome in rows]


def _trials(judged: Iterable[_Judged], rules: Rules) -> list[Trial]:
    runs: dict[tuple[str, UUID], _Run] = {}
    for _pk, key, route, outcome, said in judged:
        run = runs.setdefault((route, key), _Run(route))
        if outcome == Outcome.ALLOW:
            run.alone += 1
            run.unseen += said is None
            run.wrong += said is Teaching.WRONG
    return [
        _trial(name, [run for run in runs.values() if run.route == name], rules)
        for name in sorted({run.route for run in runs.values()})
    ]


def _trial(name: str, runs: list[_Run], rules: Rules) -> Trial:
    terms = terms_of(route_of_name(rules, name), Planted())
    return Trial(
        route=name,
        runs=len(runs),
        alone=sum(run.alone > 0 for run in runs),
        looked=sum(run.wrong > 0 or not run.unseen for run in runs),
        wrong=sum(run.wrong > 0 for run in runs),
        limit=terms.limit,
        tested=terms.tested,
    )


def _why(one: Trial) -> str:
    """For the history."""
    low, high = one.range
    return (
        f"{one.wrong} of {one.looked} runs went wrong, a range of {100 * low:.1f} to {100 * high:.1f} of 100: "
        f"more than the {100 * one.limit:g} that are accepted."
    )

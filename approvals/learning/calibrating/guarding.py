"""What follows when test runs prove less than what is live: the guard, the alarm, and a route that nobody looks at."""

from collections.abc import Mapping, Sequence
from math import inf

from approvals.domain.calibration import alarm, interval, is_blind
from approvals.domain.calibration.drift import LAST_RUNS
from approvals.learning import tuning
from approvals.learning.calibrating import certifying, reading
from approvals.learning.calibrating.reading import Coins, Tested
from approvals.learning.tuning import Cuts
from approvals.models import Certificate, Epoch, Ruleset, RulesetProposal, Threshold, Verdict

ARL = 1_000.0
"""Test runs between two false alarms while the risk is the limit."""
COIN_OFF = 0.001
NOTHING = Cuts()


def alarmed(runs: Sequence[Tested], epoch: Epoch, limit: float) -> bool:
    """Whether what ran alone since the last promotion went wrong more often than the limit (section 2.7)."""
    return alarm(reading.outcomes(runs, since=promoted_at(epoch)), limit, ARL).index is not None


def alarm_level(runs: Sequence[Tested], epoch: Epoch, limit: float) -> float:
    """How close the alarm is, from 0 to 1 where it fires."""
    trace = alarm(reading.outcomes(runs, since=promoted_at(epoch)), limit, ARL).trace
    return min(1.0, max(0.0, trace[-1] / ARL)) if trace else 0.0


def promoted_at(epoch: Epoch) -> int:
    """The first verdict of the epoch that the last loosening of the route was live for; its first one without any."""
    drafts = RulesetProposal.objects.filter(tenant_id=epoch.tenant_id, route=epoch.route, status="approved")
    promoted = drafts.order_by("-ruleset_id").values_list("ruleset_id", flat=True).first()
    if promoted is None:
        return epoch.first_seq
    rows = Verdict.objects.filter(
        tenant_id=epoch.tenant_id, route=epoch.route, is_counted=True, pk__gte=epoch.first_seq
    )
    first = rows.filter(ruleset_id__gte=promoted).order_by("pk").values_list("pk", flat=True).first()
    return first if first is not None else epoch.first_seq


def is_coin_off(coins: Sequence[Coins]) -> bool:
    """Whether the coin drew a share of runs that it would not draw, however often somebody looks (section 2.13)."""
    return any(not _is_within(one) for one in coins)


def goes_blind(runs: Sequence[Tested], epoch: Epoch) -> bool:
    """Whether too many of the last test runs were never looked at (section 2.1)."""
    return is_blind(reading.for_auto(runs[-LAST_RUNS:], epoch), epoch.number)


def guard(epoch: Epoch, newest: Mapping[Threshold, Certificate], cuts: Cuts, set_by: Ruleset | None) -> Cuts:
    """The thresholds that the guard leaves of the live ones (section 2.5, step 4).

    Two admins may set a threshold that is not proven (2.13). The guard leaves it alone until it was proven once, or
    until the evidence says more against it than when they set it.
    """
    auto, ask = cuts.auto, cuts.ask
    if auto is not None and _gives_way(epoch, newest[Threshold.AUTO], auto, set_by):
        auto = newest[Threshold.AUTO].guard_threshold
    if ask is not None and _gives_way(epoch, newest[Threshold.ASK], ask, set_by):
        ask = newest[Threshold.ASK].guard_threshold
    return Cuts(auto, ask)


def back_to_asking(epoch: Epoch, reason: str) -> Ruleset | None:
    """Everything on the route asks from now on; None when it did already."""
    return tuning.retreat(epoch.tenant_id, epoch.route, NOTHING, reason=reason)


def _gives_way(epoch: Epoch, now: Certificate, live: float, set_by: Ruleset | None) -> bool:
    if now.guard_threshold is not None and now.guard_threshold <= live:
        return False
    if set_by is None or certifying.covered_since(epoch, Threshold(now.about), live, since=set_by.created_at):
        return True
    known = certifying.newest(epoch, Threshold(now.about), before=set_by.created_at)
    return _says(now) > max(live, -inf if known is None else _says(known))


def _says(one: Certificate) -> float:
    """The lowest threshold that the guard lets stand; below all while there is too little data to say anything."""
    if one.guard_allowed < 0:
        return -inf
    return inf if one.guard_threshold is None else one.guard_threshold


def _is_within(one: Coins) -> bool:
    low, high = interval(one.runs, one.drawn, COIN_OFF)
    return low <= one.rate <= high

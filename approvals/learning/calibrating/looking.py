"""Look at a route: begin an epoch where one is due, renew its certificates, and tighten what is proven no more."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from approvals.domain.calibration.epoch import Basis, Cause
from approvals.domain.gate import Route
from approvals.gating import rulesets
from approvals.learning import epochs, tuning
from approvals.learning.calibrating import auditing, certifying, guarding, reading, trying
from approvals.learning.calibrating.reading import Tested
from approvals.learning.calibrating.terms import Terms, planted, terms_of
from approvals.models import Certificate, Epoch, Ruleset, Tenant, Threshold

REASONS: dict[Cause, str] = {
    Cause.ALARM: "Alarm: what ran alone went wrong more often than the limit allows.",
    Cause.AGENT: "An agent has a new major version, of which nothing is proven yet.",
    Cause.SCORE: "Scores are made in another way, so the old ones prove nothing.",
    Cause.LABEL_RULE: "What counts as wrong is another rule now.",
    Cause.COIN: "The coin drew another share of runs than it should have.",
    Cause.RULES: tuning.ENDED,
}
BLIND = "Nobody looked: of the last 50 test runs more than a fifth had no verdict in time."


@dataclass(frozen=True)
class Look:
    """What one look came to."""

    epoch: Epoch
    certificates: dict[Threshold, Certificate]
    runs: list[Tested]
    terms: Terms


def look_at_all(*, now: datetime | None = None) -> int:
    """Look at every route of every tenant, each in a transaction of its own; how many there were.

    One that cannot be looked at keeps no other from being looked at; raises ExceptionGroup when all are done.
    """
    found = [(tenant, route) for tenant in _tenants() for route in epochs.routes(tenant)]
    failures = [failure for tenant, route in found if (failure := _failure(tenant, route, now))]
    # After the routes, because what tightens under a canary ends it.
    failures += [failure for tenant in _tenants() if (failure := _canary_failure(tenant))]
    if failures:
        raise ExceptionGroup("some routes or canaries could not be looked at", failures)
    return len(found)


def look(tenant_id: int, route: str, *, now: datetime | None = None) -> Look:
    """Do for one route whatever its rows ask for, in one transaction; a second look at the same rows changes nothing.

    A new major version, another score, looser rules, a coin that is off and the alarm close the epoch: everything
    asks, and the evidence starts anew. A route that nobody looks at goes back to asking. A guard above what is live
    tightens it. `now` stands for the database's time where a test moves it. Raises StaleDraft when others publish all
    the while.
    """
    with transaction.atomic():
        epochs.lock(tenant_id, route)
        epoch, all_runs = _begun_anew(epochs.current(tenant_id, route))
        runs, named = reading.drawn(epoch, now=now), _named(tenant_id, route)
        terms = terms_of(named, planted(tenant_id))
        if guarding.alarmed(runs, epoch, terms.limit):
            epoch, runs, all_runs = _close(epoch, Cause.ALARM), [], 0
        elif guarding.goes_blind(runs, epoch):
            guarding.back_to_asking(epoch, BLIND)
        auditing.request(tenant_id, reading.unanswered(runs))
        newest = certifying.renew(epoch, runs, terms, all_runs=all_runs)
        _keep_guard(epoch, newest, _named(tenant_id, route))
        return Look(epoch, newest, runs, terms)


def _failure(tenant_id: int, route: str, now: datetime | None) -> Exception | None:
    try:
        look(tenant_id, route, now=now)
    except Exception as error:  # noqa: BLE001  # told with the others, when all are done
        error.add_note(f"route {route!r} of tenant {tenant_id}")
        return error
    return None


def _canary_failure(tenant_id: int) -> Exception | None:
    try:
        trying.watch(tenant_id)
    except Exception as error:  # noqa: BLE001  # told with the others, when all are done
        error.add_note(f"canary of tenant {tenant_id}")
        return error
    return None


def _begun_anew(epoch: Epoch) -> tuple[Epoch, int]:
    """The epoch that is open after what its rows say of agents, scores and the coin, and how many runs it has."""
    if ended := epochs.ended_by(epoch):
        cause, basis = ended
        return _close(epoch, cause, basis), 0
    if rules := tuning.ended_by(epoch):
        return _close(epoch, Cause.RULES, rules=rules), 0
    coins = reading.coins(epoch)
    if guarding.is_coin_off(coins):
        return _close(epoch, Cause.COIN), 0
    return epoch, sum(one.runs for one in coins)


def _close(epoch: Epoch, cause: Cause, basis: Basis | None = None, rules: Ruleset | None = None) -> Epoch:
    """Everything asks, and then the next epoch begins: no run of it has met the old thresholds."""
    guarding.back_to_asking(epoch, REASONS[cause])
    return epochs.follow(epoch, cause, reason=REASONS[cause], basis=basis, rules=rules)


def _keep_guard(epoch: Epoch, newest: dict[Threshold, Certificate], route: Route | None) -> None:
    cuts = tuning.cuts_of(route)
    if cuts.auto is None:
        return
    left = guarding.guard(epoch, newest, cuts, tuning.setting(epoch.tenant_id, epoch.route))
    if left != cuts:
        tuning.retreat(epoch.tenant_id, epoch.route, left, reason=_guarded(newest[Threshold.AUTO]))


def _guarded(one: Certificate) -> str:
    """Why the guard tightened, for the history."""
    carries = "nothing" if one.guard_threshold is None else f"{one.guard_threshold:.5f}".rstrip("0")
    return (
        f"Guard: {one.guard_wrong} of {one.guard_n} test runs have a mistake, and {max(one.guard_allowed, 0)} of them "
        f"may lie above the threshold; that carries {carries}."
    )


def _named(tenant_id: int, route: str) -> Route | None:
    live = tuning.live_of(tenant_id)
    return tuning.route_of_name(rulesets.of(live), route) if live else None


def _tenants() -> list[int]:
    return list(Tenant.objects.order_by("pk").values_list("pk", flat=True))

"""What is proven no more is tightened at once and by nobody; what two admins set unproven stands until it is worse."""

from datetime import timedelta
from typing import Any

import pytest

from approvals.domain.calibration.epoch import Cause, major
from approvals.domain.label import Source
from approvals.gating import rulesets
from approvals.learning import epochs, tuning
from approvals.learning.calibrating import looking
from approvals.learning.tuning import Cuts
from approvals.models import AuditEntry, AuditRequest, Epoch, Ruleset, Tenant, Threshold
from tests.learning import calls
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import RIGHT, START, WRONG, Done
from tests.learning.calls import ROUTE

pytestmark = pytest.mark.django_db
LATER = START + timedelta(days=60)
RUNG = 165
"""Clean test runs that a limit of 2 % needs while reviewers are assumed to miss a tenth."""


def look(now: Any = LATER) -> looking.Look:
    """One look at the route."""
    return looking.look(Tenant.DEFAULT, ROUTE, now=now)


def cuts() -> Cuts:
    """The thresholds that are live."""
    live = tuning.live_of(Tenant.DEFAULT)
    return tuning.cuts_of(tuning.route_of_name(rulesets.of(live), ROUTE)) if live else Cuts()


def loosen(to: Cuts) -> Ruleset:
    """Ada proposes, Bea approves."""
    live = tuning.live_of(Tenant.DEFAULT)
    assert live is not None
    ada, bea = calls.admins()
    draft = tuning.tune(ROUTE, to, by=ada, seen_version=live.version, reason="because")
    return tuning.approve(draft, by=bea)  # type: ignore[arg-type]


def certified(at: float = 0.8) -> Ruleset:
    """A route that earned a certificate and then a threshold."""
    streams.record(streams.clean(RUNG))
    look()
    return loosen(Cuts(at, 0.6))


def test_a_certified_threshold_stands_while_nothing_is_wrong() -> None:
    certified()
    streams.record(streams.clean(20), threshold=0.8)
    assert look().certificates[Threshold.AUTO].covers(0.8)
    assert (cuts(), Ruleset.objects.count()) == (Cuts(0.8, 0.6), 2)


def test_the_guard_tightens_at_once_to_what_is_still_carried() -> None:
    certified()
    # The second rung is far, so the first mistake above 0.8 moves the cut just above itself.
    streams.record([[Done(0.87, WRONG)]], threshold=0.8)
    look()
    live = Ruleset.objects.get(status="live")
    assert (cuts(), live.version, live.created_by) == (Cuts(0.87001, 0.87001), 3, None)
    assert live.reason.startswith("Guard: 1 of 166 test runs")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.verb, entry.by, entry.details["from_version"], entry.details["route"]) == (
        "ruleset.tighten",
        None,
        2,
        ROUTE,
    )


def test_a_label_that_flips_tightens_too() -> None:
    certified()
    (verdict,) = streams.record([[Done(0.95)]], threshold=0.8)
    look()
    calls.label(verdict, WRONG, source=Source.AUDIT)
    look()
    assert cuts().auto == 0.95001


def test_a_mistake_at_the_highest_score_makes_everything_ask() -> None:
    certified()
    streams.record([[Done(1.0, WRONG)]], threshold=0.8)
    look()
    assert cuts() == Cuts()


def test_what_two_admins_set_without_proof_stands_until_the_evidence_speaks() -> None:
    streams.record(streams.clean(10))
    look()
    loosen(Cuts(0.8))
    streams.record([[Done(0.87, WRONG)], *streams.clean(20)])
    look()
    assert cuts().auto == 0.8
    streams.record(streams.clean(RUNG))
    look()
    assert cuts().auto == 0.87001


def test_what_two_admins_set_below_the_certificate_stands_until_it_is_worse() -> None:
    streams.record([[Done(0.9, WRONG)], *streams.clean(RUNG)])
    assert look().certificates[Threshold.AUTO].threshold == 0.90001
    loosen(Cuts(0.8))
    streams.record(streams.clean(5))
    look()
    assert cuts().auto == 0.8
    streams.record([[Done(0.95, WRONG)]])
    look()
    assert cuts().auto == 0.95001


def test_a_stricter_version_of_somebody_else_is_followed() -> None:
    certified()
    tuning.tune(ROUTE, Cuts(0.95), by=calls.admins()[0], seen_version=2, reason="because")
    streams.record([[Done(0.87, WRONG)]], threshold=0.8)
    look()
    assert (cuts().auto, Ruleset.objects.count()) == (0.95, 3)


def test_the_alarm_ends_the_epoch_and_everything_asks() -> None:
    certified()
    bad = [[Done(0.9, WRONG)], *streams.clean(2)] * 6
    streams.record(bad, threshold=0.8)
    seen = look()
    assert (seen.epoch.number, seen.epoch.cause, cuts()) == (2, Cause.ALARM, Cuts())
    assert (seen.certificates[Threshold.AUTO].n, seen.certificates[Threshold.AUTO].threshold) == (0, None)
    assert Ruleset.objects.get(status="live").reason.startswith("Alarm:")


def test_the_evidence_after_an_alarm_is_new() -> None:
    test_the_alarm_ends_the_epoch_and_everything_asks()
    streams.record(streams.clean(3))
    assert (look().epoch.number, look().certificates[Threshold.AUTO].n) == (2, 3)


def test_mistakes_that_asked_ring_no_alarm() -> None:
    certified()
    streams.record([[Done(0.7, WRONG)]] * 60, threshold=0.8)
    assert look().epoch.number == 1


def test_a_route_that_nobody_looks_at_goes_back_to_asking() -> None:
    certified()
    streams.record([[Done(0.6, None)]] * 11, threshold=0.8, start=LATER - timedelta(days=20))
    look()
    assert (cuts(), Epoch.objects.count()) == (Cuts(), 1)
    assert Ruleset.objects.get(status="live").reason.startswith("Nobody looked")


def test_pending_runs_make_nobody_blind() -> None:
    certified()
    streams.record([[Done(0.6, None)]] * 11, threshold=0.8, start=LATER - timedelta(days=2))
    look()
    assert cuts().auto == 0.8


@pytest.mark.parametrize(("version", "number"), [("1.9", 1), ("v1", 1), ("2", 2), ("2.0.1", 2), ("nightly", 2)])
def test_a_major_version_of_an_agent_begins_an_epoch(version: str, number: int) -> None:
    certified()
    streams.record(streams.clean(1), version=version)
    seen = look()
    assert (seen.epoch.number, cuts() == Cuts()) == (number, number == 2)


def test_the_old_version_beside_the_new_one_begins_no_further_epoch() -> None:
    certified()
    streams.record(streams.clean(1), version="2")
    look()
    streams.record(streams.clean(1), version="1.3")
    assert look().epoch.number == 2


def test_other_weights_begin_an_epoch() -> None:
    certified()
    live = Ruleset.objects.get(status="live")
    live.refresh_from_db()
    other = Ruleset.objects.create(
        tenant_id=1,
        version=9,
        status="retired",
        document=b"version: 9\nname: tests\nroutes: []\nweights: {grounding: 2.0, tool_choice: 1.0, arguments: 1.0}\n",
    )
    streams.record(streams.clean(1), ruleset=other)
    assert (look().epoch.cause, cuts()) == (Cause.SCORE, Cuts())


def test_a_coin_that_is_off_closes_the_epoch() -> None:
    certified()
    streams.record(streams.clean(30), rate="0.1", is_test=True)
    assert (look().epoch.cause, cuts()) == (Cause.COIN, Cuts())


def test_a_fair_coin_closes_nothing() -> None:
    certified()
    streams.record(streams.clean(3), rate="0.1", is_test=True, threshold=0.8)
    streams.record(streams.clean(30), rate="0.1", is_test=False, threshold=0.8)
    assert look().epoch.number == 1


def test_a_route_that_cannot_be_looked_at_keeps_no_other_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    streams.record(streams.clean(1))
    streams.record(streams.clean(1), route="desk/another")
    streams.record(streams.clean(1), route="desk/broken")
    whole = epochs.current

    def current(tenant_id: int, route: str) -> Epoch:
        if route == "desk/broken":
            raise ValueError(route)
        return whole(tenant_id, route)

    monkeypatch.setattr("approvals.learning.epochs.current", current)
    with pytest.raises(ExceptionGroup, match="some routes") as raised:
        looking.look_at_all(now=LATER)
    assert [str(error) for error in raised.value.exceptions] == ["desk/broken"]
    assert set(Epoch.objects.values_list("route", flat=True)) == {ROUTE, "desk/another"}


def test_what_ran_alone_in_a_test_run_is_to_be_audited_once() -> None:
    certified()
    (ran,) = streams.record([[Done(0.9, None)]], threshold=0.8)
    streams.record([[Done(0.9, None)]], threshold=0.8, is_test=False, rate="0.1")
    streams.record([[Done(0.9, RIGHT)]], threshold=0.8)
    look()
    look()
    assert [request.verdict_id for request in AuditRequest.objects.all()] == [ran.pk]


@pytest.mark.parametrize(
    ("version", "part"), [("1", "1"), ("v2.3", "2"), ("V03-rc1", "3"), ("14b", "14b"), ("", ""), ("0.9", "0")]
)
def test_the_major_part_of_a_version(version: str, part: str) -> None:
    assert major(version) == part

"""What was proven under stricter rules says nothing under looser ones: the routes they concern begin anew."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from approvals.domain.calibration.epoch import Cause
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import parse_ruleset
from approvals.gating import rulesets
from approvals.learning import epochs, tuning
from approvals.learning.calibrating import looking, reading
from approvals.learning.tuning import Cuts
from approvals.models import Epoch, Ruleset, Tenant, Threshold
from tests.learning import calls
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import START, WRONG, Done
from tests.learning.calls import ROUTE

pytestmark = pytest.mark.django_db
HERE = "{name: desk, tools: [modify_user_address], agents: [desk], auto_threshold: 0.8}"
THERE = "{name: far, tools: [refund], auto_threshold: 0.8}"
WIDER = HERE.replace("[modify_user_address]", "[modify_user_address, cancel]")
NARROW = HERE.replace("[modify_user_address]", '["modify_user_*"]')
ASKS = 'rules: [{name: r, tools: ["modify_*"], when: args.amount > 100, outcome: ask, sentence: s}]'
ASKS_LATER = ASKS.replace("100", "500")
ASKS_SOONER = ASKS.replace("100", "50")
ASKS_ELSEWHERE = ASKS.replace("modify_*", "refund")
LIMIT = "limits: [{name: few, resource: calls, per: day, most: 5}]"
FAR_LIMIT = "limits: [{name: few, resource: calls, per: day, most: 5, tools: [refund]}]"


def document(routes: str, more: str = "") -> Rules:
    """A document with these routes."""
    return parse_ruleset(f"version: 1\nname: tests\nroutes: [{routes}]\n{more}\n")


ENDS = {
    "a rule that is gone": ((HERE, ASKS), (HERE, "")),
    "a rule that stops later": ((HERE, ASKS), (HERE, ASKS_LATER)),
    "a rule that allows": ((HERE, ""), (HERE, "rules: [{name: r, tools: ['*'], outcome: allow, sentence: s}]")),
    "a limit that is gone": ((HERE, LIMIT), (HERE, "")),
    "a limit that is raised": ((HERE, LIMIT), (HERE, LIMIT.replace("5", "9"))),
    "days that begin elsewhere": ((HERE, LIMIT), (HERE, f"{LIMIT}\ntime_zone: Asia/Tokyo")),
    "values from nowhere": ((HERE, "grounding: strict"), (HERE, "grounding: lenient")),
    "other weights": ((HERE, ""), (HERE, "weights: {agreement: 1}")),
    "other weights of the route": ((HERE, ""), (HERE.replace("}", ", weights: {agreement: 1}}"), "")),
    "calls that come": ((HERE, ""), (WIDER, "")),
    "calls that leave": ((WIDER, ""), (HERE, "")),
    "calls that cannot be told": ((HERE, ""), (NARROW, "")),
    "calls that another route takes": ((HERE, ""), (f"{{name: new, tools: ['*']}}, {HERE}", "")),
}
KEEPS = {
    "another threshold": ((HERE, ASKS), (HERE.replace("0.8", "0.7"), ASKS)),
    "another limit of harm": ((HERE, ASKS), (HERE.replace("}", ", wrong_limit: 0.05}"), ASKS)),
    "a rule that stops sooner": ((HERE, ASKS), (HERE, ASKS_SOONER)),
    "a rule for other tools": ((HERE, ASKS_ELSEWHERE), (HERE, "")),
    "a limit for other tools": ((HERE, FAR_LIMIT), (HERE, "")),
    "less time to undo": ((HERE, ""), (HERE, "decide: {undo_seconds: 0}")),
    "a route for other tools": ((HERE, ""), (f"{HERE}, {THERE}", "")),
}


@pytest.mark.parametrize(("before", "after"), ENDS.values(), ids=ENDS)
def test_a_change_that_lets_more_through_ends_what_was_proven(before: Any, after: Any) -> None:
    calls.call(0.9, route="desk")
    assert tuning.concerned(document(*before), document(*after), tenant_id=Tenant.DEFAULT) == ("desk",)


@pytest.mark.parametrize(("before", "after"), KEEPS.values(), ids=KEEPS)
def test_a_change_that_does_not_concern_the_route_ends_nothing(before: Any, after: Any) -> None:
    calls.call(0.9, route="desk")
    assert tuning.concerned(document(*before), document(*after), tenant_id=Tenant.DEFAULT) == ()


def test_a_route_without_a_name_is_concerned_by_its_calls_and_not_by_being_written_down() -> None:
    calls.call(0.9)
    named = HERE.replace("name: desk,", f"name: {ROUTE},")
    assert tuning.concerned(document("", ASKS), document("", ""), tenant_id=Tenant.DEFAULT) == (ROUTE,)
    assert tuning.concerned(document(""), document(named), tenant_id=Tenant.DEFAULT) == ()


def proven(routes: str = HERE, more: str = ASKS) -> Ruleset:
    """A route whose certificate covers what runs alone, while a rule holds some calls back."""
    live = calls.live(routes, more)
    streams.record(streams.clean(165), threshold=0.8, route="desk")
    assert look().certificates[Threshold.AUTO].covers(0.8)
    return live


def look() -> looking.Look:
    """One look at the route, long after the calls."""
    return looking.look(Tenant.DEFAULT, "desk", now=START + streams.AN_HOUR * 2_000)


def rewritten(routes: str = HERE, more: str = "") -> Ruleset:
    """Ada proposes another document, Bea approves."""
    live = tuning.live_of(Tenant.DEFAULT)
    assert live is not None
    ada, bea = calls.admins()
    draft = tuning.rewrite(document(routes, more), by=ada, seen_version=live.version, reason="too many asks")
    return draft if isinstance(draft, Ruleset) else tuning.approve(draft, by=bea)


def cuts() -> Cuts:
    """The thresholds that are live."""
    live = tuning.live_of(Tenant.DEFAULT)
    return tuning.cuts_of(tuning.route_of_name(rulesets.of(live), "desk")) if live else Cuts()


def test_approving_a_looser_rule_begins_an_epoch_and_everything_asks_at_once() -> None:
    proven()
    made = rewritten()
    epoch = epochs.newest(Tenant.DEFAULT, "desk")
    assert epoch is not None
    assert (epoch.number, epoch.cause, epoch.rules_id, cuts()) == (2, Cause.RULES, made.pk, Cuts())
    assert [one.status for one in Ruleset.objects.order_by("version")] == ["retired", "retired", "live"]


def test_no_certificate_carries_evidence_over_a_looser_rule() -> None:
    proven()
    rewritten()
    seen = look()
    assert (seen.epoch.number, seen.certificates[Threshold.AUTO].n) == (2, 0)
    assert seen.certificates[Threshold.AUTO].threshold is None


def test_a_tightening_by_which_calls_leave_the_route_ends_what_it_proved() -> None:
    proven(WIDER, "")
    made = tuning.rewrite(document(HERE), by=calls.admins()[0], seen_version=1, reason="fewer tools")
    assert isinstance(made, Ruleset)
    assert (look().epoch.cause, cuts()) == (Cause.RULES, Cuts())


def test_a_stricter_rule_leaves_what_is_proven() -> None:
    proven()
    rewritten(more=ASKS_SOONER)
    assert (look().epoch.number, cuts().auto) == (1, 0.8)


def test_a_call_that_the_old_rules_judged_meanwhile_counts_in_neither() -> None:
    old = proven()
    rewritten()
    streams.record([[Done(0.9, WRONG)]], route="desk", ruleset=old)
    streams.record(streams.clean(1), route="desk")
    epoch = look().epoch
    assert [len(run.actions) for run in reading.drawn(epoch)] == [1]
    assert sum(coin.runs for coin in reading.coins(epoch)) == 1


def test_a_run_that_the_old_rules_began_counts_for_nothing_under_the_new_ones() -> None:
    old = proven()
    made = rewritten()
    (first, second) = streams.record([[Done(0.9), Done(0.9)]], route="desk", ruleset=old)
    assert first.run_key == second.run_key
    calls.call(0.9, run_key=first.run_key, seq_in_run=3, route="desk", ruleset=made)
    assert reading.drawn(look().epoch) == []


def test_rules_that_went_live_by_another_door_are_found_at_the_next_look() -> None:
    live = proven()
    Ruleset.objects.filter(pk=live.pk).update(status="retired")
    text = f"version: 2\nname: tests\nroutes: [{HERE}]\n".encode()
    Ruleset.objects.create(tenant_id=Tenant.DEFAULT, version=2, document=text, status="live")
    seen = look()
    assert (seen.epoch.number, seen.epoch.cause, cuts()) == (2, Cause.RULES, Cuts())
    assert look().epoch.number == 2


def test_the_database_refuses_such_an_epoch_without_its_rules() -> None:
    proven()
    with pytest.raises(IntegrityError, match="epoch_names_its_rules"), transaction.atomic():
        Epoch.objects.create(tenant_id=Tenant.DEFAULT, route="desk", number=2, cause=Cause.RULES)


def test_routes_that_run_nothing_alone_wait_for_their_next_look() -> None:
    """So that names a model invents cost nobody who changes the rules anything."""
    proven()
    calls.call(0.9, route="desk/invented", tool="modify_invented")
    looking.look(Tenant.DEFAULT, "desk/invented")
    rewritten()
    numbers = {one.route: one.number for one in Epoch.objects.order_by("number")}
    assert numbers == {"desk": 2, "desk/invented": 1}
    assert looking.look(Tenant.DEFAULT, "desk/invented").epoch.cause == Cause.RULES

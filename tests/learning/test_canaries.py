"""A canary: a share of runs is judged by a draft, whole runs, begun by a second admin, ended by itself."""

import re
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from approvals.domain.calibration import coin
from approvals.domain.label import Teaching
from approvals.domain.verdict import Outcome
from approvals.gating import gathering
from approvals.learning import previewing, tuning
from approvals.learning.calibrating import looking, reading, trying
from approvals.learning.epochs import current
from approvals.learning.tuning import canarying, refusals
from approvals.models import AuditEntry, AuditRequest, Canary, Ruleset, RulesetProposal, Tenant, Verdict
from console.management.invariants import rules
from tests import cast
from tests.engine.limits import asking
from tests.learning import calls
from tests.learning.test_shadowing import STRICT, drafted

pytestmark = pytest.mark.django_db
HALF = Decimal("0.50")


@pytest.fixture(autouse=True)
def coins(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same runs are drawn in every database: neither its key nor the number of its canary says which."""
    settings.COIN_KEY = b"tests"
    named = partial(re.sub, r"^canary \d+ ", "canary ")
    monkeypatch.setattr(gathering, "coin", lambda key, name, rate: coin(key, named(name), rate))


def begun(share: Decimal = HALF) -> tuple[RulesetProposal, Canary]:
    """Ada's draft, which lets everything sure run, tried on a share of runs by Bea."""
    calls.live("{name: r}")
    draft = drafted()
    return draft, canarying.begin(draft, by=calls.admins()[1], share=share)


def ask(*runs: int) -> list[Verdict]:
    """One call in each of these runs."""
    return [asking.ask(run_key=calls.run_key(run)).verdict for run in runs]


def inside(verdicts: list[Verdict]) -> list[Verdict]:
    """Those that the draft has judged."""
    return [verdict for verdict in verdicts if verdict.ruleset.status == "draft"]


def test_a_share_of_runs_is_judged_by_the_draft_and_every_such_run_is_looked_at() -> None:
    begun()
    verdicts = ask(*range(40))
    tried = inside(verdicts)
    assert 10 <= len(tried) <= 30
    assert {verdict.outcome for verdict in tried} == {Outcome.ALLOW}
    assert {(verdict.coin_rate, verdict.is_test) for verdict in tried} == {(Decimal(1), True)}
    assert {verdict.outcome for verdict in verdicts if verdict not in tried} == {Outcome.ASK}


def test_a_run_is_judged_by_the_same_rules_from_its_first_call_to_its_last() -> None:
    begun()
    first, again = ask(*range(20)), ask(*range(20))
    assert [one.ruleset_id for one in first] == [one.ruleset_id for one in again]


def test_a_run_that_had_begun_before_is_not_tried_on() -> None:
    calls.live("{name: r}")
    ask(*range(20))
    canarying.begin(drafted(), by=calls.admins()[1], share=HALF)
    assert inside(ask(*range(20))) == []


def test_who_is_tried_on_says_nothing_of_who_is_audited() -> None:
    begun()
    drawn = {verdict.run_key: verdict.coin_u < 0.5 for verdict in ask(*range(60))}
    tried = {verdict.run_key for verdict in Verdict.objects.filter(ruleset__status="draft")}
    both = sum(is_low and run in tried for run, is_low in drawn.items())
    assert 0.25 < both / max(1, sum(drawn.values())) < 0.75


@pytest.mark.parametrize("end", ["stop", "approve", "discard", "tighten"])
def test_when_it_ends_nothing_more_is_judged_by_the_draft(end: str) -> None:
    draft, canary = begun()
    ada, bea = calls.admins()
    tried = inside(ask(*range(20)))
    match end:
        case "stop":
            assert canarying.stop(draft, by=ada)
        case "approve":
            tuning.approve(draft, by=bea)
        case "discard":
            tuning.discard(draft, by=ada)
        case _:
            tuning.rewrite(calls.rules("{name: r, coin_rate: 0.5}"), by=ada, seen_version=1, reason="tighter")
            assert trying.watch(Tenant.DEFAULT) == canary
    assert inside(ask(*(int(verdict.run_key) for verdict in tried))) == []
    outcomes = {"stop": "stopped", "approve": "promoted", "discard": "discarded", "tighten": "overtaken"}
    assert Canary.objects.get().outcome == outcomes[end]


def test_what_was_tried_goes_live_as_the_next_version() -> None:
    draft, canary = begun()
    live = tuning.approve(draft, by=calls.admins()[1])
    assert (live.version, live.pk > canary.ruleset_id) == (2, True)
    assert list(Ruleset.objects.order_by("pk").values_list("status", flat=True)) == ["retired", "draft", "live"]
    assert asking.ask().outcome is Outcome.ALLOW


def test_another_draft_can_go_live_under_it_and_ends_it() -> None:
    begun()
    other = tuning.tune("r", tuning.Cuts(0.9), by=cast.ada(), seen_version=1, reason="less")
    assert isinstance(other, RulesetProposal)
    assert tuning.approve(other, by=calls.admins()[1]).version == 2
    assert inside(ask(*range(20))) == []


def test_it_needs_a_second_admin_like_going_live() -> None:
    calls.live("{name: r}")
    draft = drafted()
    with pytest.raises(refusals.SecondAdminNeeded):
        canarying.begin(draft, by=cast.ada(), share=HALF)
    with pytest.raises(refusals.AdminNeeded):
        canarying.begin(draft, by=cast.mara(), share=HALF)
    tuning.discard(draft, by=cast.ada())
    with pytest.raises(refusals.DraftClosed):
        canarying.begin(draft, by=calls.admins()[1], share=HALF)


def test_a_draft_of_what_is_no_longer_live_is_not_tried() -> None:
    calls.live(STRICT)
    draft = drafted()
    tuning.rewrite(calls.rules("{name: r, auto_threshold: 0.97}"), by=cast.ada(), seen_version=1, reason="tighter")
    with pytest.raises(refusals.StaleDraft):
        canarying.begin(draft, by=calls.admins()[1], share=HALF)


def test_one_runs_at_a_time_and_one_that_was_overtaken_makes_room() -> None:
    draft, _canary = begun()
    with pytest.raises(refusals.CanaryRunning):
        canarying.begin(draft, by=calls.admins()[1], share=HALF)
    tuning.rewrite(calls.rules("{name: r, coin_rate: 0.5}"), by=cast.ada(), seen_version=1, reason="tighter")
    new = tuning.tune("r", tuning.Cuts(0.6), by=cast.ada(), seen_version=2, reason="again")
    assert isinstance(new, RulesetProposal)
    canarying.begin(new, by=calls.admins()[1], share=HALF)
    assert sorted(Canary.objects.values_list("outcome", flat=True)) == ["", "overtaken"]


def judged(*said: Teaching | None) -> Canary:
    """A canary of so many runs in which one call ran alone, and what experts say of each."""
    _draft, canary = begun()
    for one in said:
        calls.call(
            0.9,
            one,
            outcome=Outcome.ALLOW,
            zone="automatic",
            reasons=[],
            route="r",
            ruleset=canary.ruleset,
            auto_threshold="0.5",
        )
    return canary


RIGHT, WRONG = Teaching.RIGHT, Teaching.WRONG


def test_it_stops_by_itself_when_the_range_lies_above_the_limit() -> None:
    canary = judged(WRONG, RIGHT, WRONG)
    looking.look_at_all()
    canary.refresh_from_db()
    assert (canary.outcome, canary.ended_by_id) == ("wrong", None)
    assert canary.reason.startswith("2 of 3 runs went wrong, a range of ")
    assert canary.reason.endswith("more than the 2 that are accepted.")
    entry = AuditEntry.objects.get(verb="ruleset.canary_stop")
    assert (entry.by_id, entry.details["outcome"]) == (None, "wrong")
    assert inside(ask(*range(20))) == []


def test_one_mistake_among_many_does_not_stop_it() -> None:
    canary = judged(WRONG, *[RIGHT] * 60)
    assert trying.watch(Tenant.DEFAULT) is None
    [trial] = trying.trials(canary)
    assert (trial.runs, trial.alone, trial.looked, trial.wrong) == (61, 61, 61, 1)
    assert not trial.is_over


def test_what_nobody_has_looked_at_counts_for_nothing_and_is_asked_about() -> None:
    canary = judged(RIGHT, None, None)
    trying.watch(Tenant.DEFAULT)
    [trial] = trying.trials(canary)
    assert (trial.runs, trial.looked, trial.wrong) == (3, 1, 0)
    assert AuditRequest.objects.count() == 2


def test_a_mistake_of_a_canary_stands_for_itself_alone_because_all_of_it_is_looked_at() -> None:
    judged(WRONG, RIGHT, None)
    found = previewing.figures(previewing.recorded(Tenant.DEFAULT, "r").calls, 0.5, rate=0.1)
    assert (found.preview.automatic, found.preview.wrong_estimate) == (3, 1.0)


def test_what_fails_in_one_canary_is_told_and_stops_no_other_look(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = judged(WRONG, WRONG)
    monkeypatch.setattr(trying, "said_of", None)
    with pytest.raises(ExceptionGroup, match="canaries could not be looked at"):
        looking.look_at_all()
    monkeypatch.undo()
    looking.look_at_all()
    canary.refresh_from_db()
    assert canary.outcome == "wrong"


def test_runs_of_a_canary_prove_nothing_for_the_live_rules() -> None:
    begun()
    verdicts = ask(*range(20))
    epoch = current(Tenant.DEFAULT, "r")
    assert len(reading.drawn(epoch)) == len(verdicts) - len(inside(verdicts))
    assert epoch.basis().scores


def test_the_laws_hold_while_one_runs_and_after_it() -> None:
    draft, _canary = begun()
    ask(*range(10))
    assert broken() == []
    tuning.approve(draft, by=calls.admins()[1])
    ask(*range(10, 20))
    assert broken() == []


def test_a_verdict_under_a_draft_that_no_canary_tried_breaks_a_law() -> None:
    draft, _canary = begun()
    other = Ruleset.objects.create(tenant_id=1, version=2, document=bytes(draft.document), status="draft")
    verdict = calls.call(0.9, ruleset=other)
    assert broken() == [f"verdict {verdict.pk}"]


def test_a_run_that_was_judged_by_both_breaks_a_law() -> None:
    _draft, canary = begun()
    first = calls.call(0.9)
    calls.call(0.9, run_key=first.run_key, seq_in_run=2, ruleset=canary.ruleset)
    assert broken() == [f"run {first.run_key}"]


def broken() -> list[str]:
    """What the laws of rulesets find."""
    with connection.cursor() as cursor:
        found = []
        for query in (rules.ONE_LIVE_RULESET, rules.SECOND_ADMIN, rules.CANARIES):
            cursor.execute(query)
            found += [str(row[0]) for row in cursor.fetchall()]
    return [*found, *rules.loosened_alone()]


BREAKS = {
    "begun by who proposed it": "INSERT INTO approvals_canary (tenant_id, proposal_id, ruleset_id, share, "
    "started_by_id, outcome, reason) SELECT 1, p.id, %(other)s, 0.1, p.proposed_by_id, '', '' "
    "FROM approvals_rulesetproposal p WHERE p.id = %(draft)s",
    "by other rules than were shown": "INSERT INTO approvals_canary (tenant_id, proposal_id, ruleset_id, share, "
    "started_by_id, outcome, reason) SELECT 1, %(draft)s, r.id, 0.1, %(bea)s, '', '' "
    "FROM approvals_ruleset r WHERE r.version = 1",
    "more than half": "UPDATE approvals_canary SET share = 0.9",
    "a longer life": "UPDATE approvals_canary SET ended_at = NULL",
    "promoted by nobody": "UPDATE approvals_canary SET ended_at = now(), ended_by_id = %(bea)s, outcome = 'promoted'",
    "gone": "DELETE FROM approvals_canary",
    "live as it is": "UPDATE approvals_ruleset SET status = 'live' WHERE status = 'draft'",
}


@pytest.mark.parametrize("statement", BREAKS.values(), ids=BREAKS.keys())
def test_the_database_refuses(statement: str) -> None:
    draft, canary = begun()
    other = Ruleset.objects.create(tenant_id=1, version=2, document=bytes(draft.document), status="draft")
    if statement.startswith("INSERT"):
        Canary.objects.filter(pk=canary.pk).update(ended_at=Now(), ended_by=cast.ada(), outcome="stopped")
    names = {"draft": draft.pk, "bea": calls.admins()[1].pk, "other": other.pk}
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, names)

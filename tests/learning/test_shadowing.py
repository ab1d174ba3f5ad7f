"""A draft that is asked beside the live rules: recorded with every verdict, acted on by none."""

from typing import Any

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.learning import backtesting, tuning
from approvals.learning.tuning import refusals
from approvals.models import AuditEntry, RulesetProposal, Shadow, Tenant, Verdict
from tests import cast
from tests.engine.limits import asking
from tests.learning import calls

pytestmark = pytest.mark.django_db
STRICT = "{name: r, auto_threshold: 0.95}"
LOOSE = "{name: r, auto_threshold: 0.5}"


def drafted(routes: str = LOOSE) -> RulesetProposal:
    """An open draft of Ada's that lets everything sure run."""
    made = tuning.rewrite(calls.rules(routes), by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(made, RulesetProposal)
    return made


def watched() -> RulesetProposal:
    """A draft that is watched, under rules that let nothing run."""
    calls.live()
    made = drafted()
    tuning.watch(made, by=cast.ada())
    return made


def shadow_of(verdict: Verdict) -> Any:
    """What the draft said beside a verdict."""
    return verdict.challenger_scores.get("shadow")


def test_what_the_draft_says_is_recorded_and_not_done() -> None:
    draft = watched()
    answer = asking.ask()
    assert answer.outcome is Outcome.ASK
    assert shadow_of(answer.verdict) == {
        "draft": draft.pk,
        "outcome": "allow",
        "route": "r",
        "score": 1.0,
        "because": "The score 1.00 reaches 0.50.",
    }


def test_it_is_counted_what_would_have_moved() -> None:
    draft = watched()
    for _ in range(3):
        asking.ask()
    shadow = tuning.shadow_of(draft)
    assert shadow is not None
    seen = backtesting.watched(shadow)
    assert (seen.verdicts, seen.moves) == (3, {(Outcome.ASK, Outcome.ALLOW): 3})


def test_only_what_is_judged_while_it_is_watched_is_counted() -> None:
    calls.live()
    asking.ask()
    draft = drafted()
    assert tuning.shadow_of(draft) is None
    tuning.watch(draft, by=cast.ada())
    asking.ask()
    assert tuning.unwatch(draft, by=calls.admins()[1])
    assert shadow_of(asking.ask().verdict) is None
    shadow = tuning.shadow_of(draft)
    assert shadow is not None
    assert backtesting.watched(shadow).verdicts == 1


def test_a_draft_that_went_live_is_watched_no_more() -> None:
    draft = watched()
    tuning.approve(draft, by=calls.admins()[1])
    answer = asking.ask()
    assert (answer.outcome, shadow_of(answer.verdict)) == (Outcome.ALLOW, None)


def test_a_second_draft_is_not_watched_beside_a_first() -> None:
    watched()
    calls.call(0.9)
    other = tuning.tune(calls.ROUTE, tuning.OFFERED, by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(other, RulesetProposal)
    with pytest.raises(refusals.ShadowRunning):
        tuning.watch(other, by=cast.ada())


def test_the_shadow_of_a_draft_that_ended_makes_room() -> None:
    first = watched()
    tuning.discard(first, by=cast.ada())
    second = drafted()
    tuning.watch(second, by=cast.ada())
    assert [row.proposal_id for row in Shadow.objects.filter(ended_at=None)] == [second.pk]


def test_a_draft_that_is_over_is_not_watched() -> None:
    calls.live()
    draft = drafted()
    tuning.discard(draft, by=cast.ada())
    with pytest.raises(refusals.DraftClosed):
        tuning.watch(draft, by=cast.ada())


@pytest.mark.parametrize("act", [tuning.watch, tuning.unwatch])
def test_only_admins_watch(act: Any) -> None:
    calls.live()
    with pytest.raises(refusals.AdminNeeded):
        act(drafted(), by=cast.mara())


def test_both_are_in_the_audit() -> None:
    tuning.unwatch(watched(), by=calls.admins()[1])
    told = AuditEntry.objects.filter(verb__contains="watch").order_by("pk").values_list("verb", "by__name")
    assert list(told) == [("ruleset.watch", "Ada"), ("ruleset.unwatch", "Bea")]


def test_a_shadow_costs_no_statement_of_its_own() -> None:
    calls.live()
    asking.ask()
    with CaptureQueriesContext(connection) as without:
        asking.ask()
    tuning.watch(drafted(), by=cast.ada())
    asking.ask()
    with CaptureQueriesContext(connection) as shadowed:
        asking.ask()
    assert len(shadowed) == len(without)


@pytest.mark.parametrize("change", ["after_verdict = 0", "started_at = now()", "tenant_id = 2"])
def test_what_a_shadow_began_with_never_changes(change: str) -> None:
    watched()
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as raw:
        raw.execute(f"UPDATE approvals_shadow SET {change}")


def test_a_shadow_ends_once() -> None:
    draft = watched()
    tuning.unwatch(draft, by=cast.ada())
    assert not tuning.unwatch(draft, by=cast.ada())
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as raw:
        raw.execute("UPDATE approvals_shadow SET ended_at = NULL, ended_by_id = NULL")


def test_the_live_rules_judge_as_they_did() -> None:
    draft = watched()
    verdict = asking.ask().verdict
    live = tuning.live_of(Tenant.DEFAULT)
    assert live is not None
    found = backtesting.backtest(
        Tenant.DEFAULT, live=rulesets.of(live), draft=tuning.rules_of(draft), cards=lambda _: None
    )
    assert (found.lost, found.moves) == ({}, {(Outcome.ASK, Outcome.ALLOW): 1})
    assert found.tried[0].draft.outcome.value == shadow_of(verdict)["outcome"]

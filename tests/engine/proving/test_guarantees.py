"""Every guarantee holds here, leaves nothing behind, and its proof sees it when it does not."""

import json
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

from agents.engine.answers import freshening, resuming
from agents.proving import checking
from agents.proving.guarantee import Guarantee
from agents.proving.guarantees import confirming, deciding, every, installing, judging, stopping, taking
from agents.tools import calling, registry
from approvals.domain.decision import DecisionKind
from approvals.domain.gate import judge as judge_of_the_gate
from approvals.gating import gathering, limiting, rulesets
from approvals.gating import judging as gate
from approvals.inbox import deciding as service
from approvals.inbox.deciding import recording
from approvals.models import Ruleset

Break = Callable[[pytest.MonkeyPatch], None]


@pytest.mark.django_db
@pytest.mark.parametrize("guarantee", every(), ids=lambda one: one.says)
def test_holds(guarantee: Guarantee) -> None:
    [found] = checking.check([guarantee])
    assert found.otherwise == ""


def let_everything_run(patch: pytest.MonkeyPatch) -> None:
    """A gate whose answer is always the mildest."""
    real = judge_of_the_gate

    def judge(*given: Any) -> Any:
        said: Any = real(*given)
        reasons = tuple(reason.model_copy(update={"outcome": "allow"}) for reason in said.reasons)
        return said.model_copy(update={"outcome": type(said.outcome).ALLOW, "reasons": reasons})

    patch.setattr(gate, "judge", judge)
    patch.setattr(judging, "judge", judge)


def take_a_no_for_a_yes(patch: pytest.MonkeyPatch) -> None:
    """A service that gives a right to whoever rejects, and an engine that uses it."""
    patch.setattr(recording, "GRANTING", frozenset(DecisionKind))
    patch.setattr(resuming, "apply", freshening.use)


def run_what_was_proposed(patch: pytest.MonkeyPatch) -> None:
    """A tool caller that takes the arguments of the step, and not the bytes of the right."""

    def perform(operation: Any, call: Any) -> Any:
        found = registry.find_tool(operation.tool)
        assert found is not None
        return found.function(call, **operation.step.call["arguments"])

    patch.setattr(calling, "perform", perform)


def trust_the_caller(patch: pytest.MonkeyPatch) -> None:
    """A service that asks nobody's role."""
    patch.setattr(recording, "check_may_decide", lambda escalation, by: rulesets.of(escalation.verdict.ruleset))


def let_reviewers_answer(patch: pytest.MonkeyPatch) -> None:
    """A service that takes a reviewer's word for the user's."""

    def decide(escalation: Any, *, by: Any, said: Any) -> Any:
        return service.record(escalation, said, rules=rulesets.at(escalation.verdict.ruleset_id), by=by)

    patch.setattr(service, "decide", decide)


def forget_the_world(patch: pytest.MonkeyPatch) -> None:
    """An engine that does not read again."""
    patch.setattr(freshening, "_moved", lambda held, run, decision: ())


def forget_halts(patch: pytest.MonkeyPatch) -> None:
    """A gatherer that reports no halt."""
    real = gathering._standing

    def standing(proposal: Any, shape: str) -> Any:
        found = real(proposal, shape)
        return found._replace(halts=[])

    patch.setattr(gathering, "_standing", standing)


def count_nothing(patch: pytest.MonkeyPatch) -> None:
    """Limits that never count."""

    def reserve(proposal: Any, gathered: Any) -> Any:
        return gathered, limiting.Held(proposal.tenant_id)

    patch.setattr(limiting, "reserve", reserve)
    patch.setattr("approvals.domain.gate.obstacle._limited", lambda reached, bounds: iter(()))


def ask_the_schema_nothing(patch: pytest.MonkeyPatch) -> None:
    """A gatherer for which every call fits."""
    patch.setattr(gathering, "schema_errors", lambda proposal: ())


def keep_the_right(patch: pytest.MonkeyPatch) -> None:
    """An engine that does not ask again when a right has expired."""
    patch.setattr(resuming, "ask_again", lambda held: None)


BREAKS: dict[str, tuple[Break, Callable[[], None]]] = {
    "a gate that lets everything run": (let_everything_run, deciding.write_waits),
    "a gate that lets everything run, asked alone": (let_everything_run, judging.fails_closed),
    "a gate that lets unknown tools run": (let_everything_run, judging.unknown_asks),
    "a gate that lets invented addresses run": (let_everything_run, judging.nowhere_asks),
    "a rejection that runs": (take_a_no_for_a_yes, deciding.rejected_does_not_run),
    "an edit that is not used": (run_what_was_proposed, deciding.edited_runs_as_edited),
    "a decision by anybody": (trust_the_caller, deciding.only_who_may),
    "a yes of a user that nothing reads": (take_a_no_for_a_yes, confirming.no_does_not_run),
    "a reviewer who answers for the user": (let_reviewers_answer, confirming.only_by_link),
    "a world that is not read again": (forget_the_world, deciding.moved_world_asks_again),
    "a halt that the gate does not see": (forget_halts, stopping.halted_asks),
    "limits that count nothing": (count_nothing, stopping.limit_asks),
    "arguments that nobody checks": (ask_the_schema_nothing, judging.misfit_is_refused),
    "an expired right that asks nobody": (keep_the_right, deciding.expired_right_asks_again),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("harm", "prove"), BREAKS.values(), ids=BREAKS)
def test_a_proof_sees(harm: Break, prove: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    harm(monkeypatch)
    [found] = checking.check([Guarantee("It holds.", prove)])
    assert not found.holds


TAMPERINGS: dict[str, tuple[str, Callable[[], None]]] = {
    "users anybody can answer for": ("DROP TRIGGER by_user ON approvals_decision", confirming.only_by_link),
    "the trigger of operations off": (
        "ALTER TABLE agents_operation DISABLE TRIGGER right_first",
        installing.laws_are_on,
    ),
    "the trigger of operations gone": ("DROP TRIGGER right_first ON agents_operation", installing.laws_are_on),
    "operations without a law": (
        "ALTER TABLE agents_operation DISABLE TRIGGER USER, DROP CONSTRAINT operation_one_right",
        taking.forged_is_refused,
    ),
    "verdicts that can be rewritten": (
        "GRANT UPDATE ON approvals_verdict TO signalbox_app; ALTER TABLE approvals_verdict DISABLE TRIGGER append_only",
        taking.history_stays,
    ),
    "a role that may make functions": ("GRANT CREATE ON SCHEMA public TO signalbox_app", installing.role_owns_nothing),
    "a right that can be made fresh": (
        "GRANT UPDATE ON approvals_grant TO signalbox_app; ALTER TABLE approvals_grant DISABLE TRIGGER guard",
        taking.used_is_used_up,
    ),
}


@pytest.mark.parametrize(("statement", "prove"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_a_proof_sees_a_database_with(statement: str, prove: Callable[[], None], fresh_database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(statement)
    connections["owner"].close()
    [found] = checking.check([Guarantee("It holds.", prove)])
    assert not found.holds


@pytest.mark.django_db(databases=["default", "owner"])
def test_a_proof_sees_the_owner_at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "connection", connections["owner"])
    [found] = checking.check([Guarantee("It holds.", installing.role_owns_nothing)])
    assert "signalbox_app" in found.otherwise


LOOSE = b"""
version: 1
name: loose
routes: [{name: all, auto_threshold: 0.0, weights: {tool_choice: null, arguments: null, grounding: 1.0}}]
rules: [{name: everything, tools: ["*"], outcome: allow, sentence: It may run.}]
"""


@pytest.mark.django_db
@pytest.mark.parametrize("guarantee", judging.ALL, ids=lambda one: one.says)
def test_the_loosest_rules_break_nothing(guarantee: Guarantee) -> None:
    Ruleset.objects.create(tenant_id=1, version=1, document=LOOSE, status="live", reason="t")
    [found] = checking.check([guarantee])
    assert found.otherwise == ""


def _rows() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        counts = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counts[table] = cursor.fetchone()[0]
    return counts


def test_nothing_is_left_and_nothing_is_known_of_it(fresh_database: str) -> None:
    before = _rows()
    out = StringIO()
    try:
        call_command("self_test", stdout=out)
    except SystemExit:
        pytest.fail(out.getvalue())
    assert _rows() == before
    assert [tool.card.name for tool in registry.tools() if "self_test" in tool.card.name] == []
    assert out.getvalue().count("ok    ") == len(every())
    assert "Nothing is left" in out.getvalue()


def test_the_command_fails_when_a_guarantee_does(fresh_database: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE agents_operation DISABLE TRIGGER right_first")
    connections["owner"].close()
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("self_test", "--json", stdout=out)
    found = json.loads(out.getvalue())
    assert (ended.value.code, found["holds"]) == (1, False)
    assert any("agents_operation.right_first" in one["otherwise"] for one in found["guarantees"])

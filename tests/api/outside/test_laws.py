"""What the database itself refuses of agents elsewhere, tried in rows as the application's role."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from agents.models import Operation, Step
from approvals.domain.action import action
from approvals.models import AgentKey, OutsideAction, OutsideTool, Redemption, Verdict
from approvals.outside.actions import classifying
from approvals.staffing.keys import Scope
from tests import cast
from tests.api import callers
from tests.api.outside import asked
from tests.engine import rows
from tests.engine.refusals import CHECK, DENIED, FOREIGN, UNIQUE, execute, refused

pytestmark = pytest.mark.django_db


def key(name: str = "billing") -> AgentKey:
    """A key of an agent elsewhere."""
    return callers.key_with(Scope.ACTION_SUBMIT, name=name).key


def stored(of: AgentKey, *, tool: OutsideTool | None = None, **columns: Any) -> OutsideAction:
    """An action, written by hand."""
    values = {"idempotency_key": str(uuid4()), "tool_name": "refund", "tool_version": "1", "body_sha256": b"x"}
    named = {"tenant_id": of.tenant_id, "agent_key": of, "agent": of.agent, "tool": tool, "document": b"{}"}
    return OutsideAction.objects.create(**{**values, **named, **columns})


def judged(of: OutsideAction, *, outcome: str = "allow", **columns: Any) -> Verdict:
    """A verdict on it, written by hand."""
    proposed = action("refund", "1", {"amount": 5})
    given = {"tenant_id": of.tenant_id, "origin": of.key, "run_key": of.key, "seq_in_run": 1, "agent": of.agent}
    said = {
        "tool": "refund",
        "effect": "write",
        "is_counted": True,
        "agent_version": "1",
        "reasons": [],
        "zone": "human",
    }
    drawn = {"coin_u": "0.5", "coin_rate": "1", "is_test": True, "label_propensity": "1", "route": "r"}
    rules = {"ruleset": columns.pop("ruleset", None) or asked.rules(), "payload": proposed.payload, "outcome": outcome}
    return Verdict.objects.create(**{**given, **said, **drawn, **rules, **columns})


def take(of: OutsideAction, right: Verdict, by: AgentKey, **columns: Any) -> Redemption:
    """A redemption, written by hand."""
    named = {"action": of, "origin": of.key, "agent_key": by, "payload": bytes(right.payload)}
    return Redemption.objects.create(**{**named, "verdict": right, "verdict_outcome": "allow", **columns})


def classified() -> tuple[AgentKey, OutsideTool]:
    """A key, and a tool of its agent that runs alone."""
    agent = asked.agent()
    tool = asked.classify(agent)
    return AgentKey.objects.get(agent="external/billing"), tool


def allowed(**columns: Any) -> tuple[OutsideAction, Verdict, AgentKey]:
    """An action that the gate lets run."""
    by, tool = classified()
    of = stored(by, tool=tool)
    ruleset = Verdict.objects.latest("pk").ruleset
    return of, judged(of, ruleset=ruleset, **columns), by


def test_a_verdict_that_allows_is_a_right_once() -> None:
    of, right, by = allowed()
    take(of, right, by)
    with refused("SB004"):
        take(of, right, by)


def test_what_asks_is_no_right() -> None:
    by, tool = classified()
    of = stored(by, tool=tool)
    with refused(FOREIGN):
        take(of, judged(of, outcome="ask", ruleset=Verdict.objects.latest("pk").ruleset), by)
        execute("SELECT 1")


def test_an_unknown_tool_never_runs_alone() -> None:
    by = key()
    of = stored(by)
    with refused("SB031"):
        take(of, judged(of), by)


def test_other_bytes_are_no_right() -> None:
    of, right, by = allowed()
    with refused(FOREIGN):
        take(of, right, by, payload=action("refund", "1", {"amount": 6}).payload)
        execute("SELECT 1")


def test_the_right_of_one_action_is_none_of_anothers() -> None:
    of, right, by = allowed()
    other = stored(by, tool=of.tool)
    with refused("SB001"):
        take(other, right, by)


def test_no_right_is_taken_with_the_key_of_another_agent() -> None:
    of, right, _ = allowed()
    with refused("SB030"):
        take(of, right, key("other"))


def test_no_right_is_taken_after_its_time() -> None:
    of, right, by = allowed(created_at=Now() - timedelta(minutes=6))
    with refused("SB006"):
        take(of, right, by)


def test_an_older_verdict_is_no_right_once_it_was_judged_again() -> None:
    of, right, by = allowed()
    judged(of, outcome="ask", attempt=2, seq_in_run=2, ruleset=right.ruleset)
    with refused("SB001"):
        take(of, right, by)


def test_an_action_is_asked_with_a_key_of_its_agent_that_may_ask() -> None:
    reader = callers.key_with(Scope.RUN_READ, name="reader").key
    for by, agent in ((reader, "external/reader"), (key(), "external/other")):
        with refused("SB030"):
            stored(by, agent=agent)


def test_an_origin_that_was_judged_is_nobodys_action() -> None:
    verdict = rows.verdict(rows.bench(), outcome="allow")
    with refused("SB001"):
        stored(key(), key=verdict.origin)


def test_nothing_runs_here_for_an_action_elsewhere() -> None:
    of, right, _ = allowed()
    bench = rows.bench()
    Step.objects.filter(pk=bench.step.pk).update(name="refund")
    with refused("SB001"):
        Operation.objects.create(
            step=bench.step,
            origin=of.key,
            epoch=1,
            tool="refund",
            effect_class="C",
            payload=bytes(right.payload),
            verdict=right,
            verdict_outcome="allow",
        )


def test_an_outcome_is_never_rewritten_and_an_unknown_one_by_nobody_but_a_person() -> None:
    of, right, by = allowed()
    made = take(of, right, by)
    Redemption.objects.filter(pk=made.pk).update(outcome="unknown", ended_at=Now())
    with refused("SB008"):
        Redemption.objects.filter(pk=made.pk).update(outcome="succeeded", ended_at=Now())


STATEMENTS = {
    "an action": "UPDATE approvals_outsideaction SET agent = 'external/x'",
    "a right": "UPDATE approvals_redemption SET payload = 'x'",
    "a time": "UPDATE approvals_redemption SET redeemed_at = now()",
    "a classification": "UPDATE approvals_outsidetool SET effect = 'read'",
    "scopes": "UPDATE approvals_agentkey SET scopes = '[\"action.submit\"]'",
    "an expiry": "UPDATE approvals_agentkey SET expires_at = NULL",
    "a key": "DELETE FROM approvals_agentkey",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_the_application_rewrites_nothing_of_it(statement: str) -> None:
    with refused(DENIED):
        execute(statement)


def proposed() -> OutsideTool:
    """A classification that Ada proposed."""
    asked.ask(asked.agent())
    said = classifying.Classification(*("read", "reversible", "B"), egress=False, reason="r")  # type: ignore[arg-type]
    return classifying.propose(OutsideAction.objects.get(), said, by=cast.ada())


@pytest.mark.parametrize("who", [cast.ada, cast.mara, cast.otto], ids=["the proposer", "a reviewer", "an auditor"])
def test_a_classification_is_confirmed_by_another_admin(who: Any) -> None:
    with refused("SB011"):
        OutsideTool.objects.filter(pk=proposed().pk).update(confirmed_by=who(), confirmed_at=Now())


def test_a_classification_begins_as_a_proposal_and_there_is_one() -> None:
    first = proposed()
    again = {name: getattr(first, name) for name in ("tenant_id", "agent", "name", "version", "description")}
    said = {name: getattr(first, name) for name in ("effect", "reversibility", "effect_class", "egress", "reason")}
    same = {**again, **said, "parameters": b"{}", "proposed_by": cast.ada()}
    with refused(UNIQUE):
        OutsideTool.objects.create(**same)
    with refused("SB001"):
        OutsideTool.objects.create(**same, confirmed_by=asked.second_admin(), confirmed_at=timezone.now())


@pytest.mark.parametrize("agent", ["retail-assist", "external/", "external/Billing", "external/a b", "x/external/a"])
def test_no_key_speaks_for_an_agent_that_runs_here(agent: str) -> None:
    with refused(CHECK):
        AgentKey.objects.create(
            tenant_id=1,
            name="k",
            prefix="sbx",
            secret_sha256=hashlib.sha256(agent.encode()).digest(),
            scopes=["action.submit"],
            agent=agent,
            created_by=cast.ada(),
        )

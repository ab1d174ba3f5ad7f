"""Triggers ask, and shapes are known by a right that stands."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from agents.proving.stage import OUTSIDE, Stage, stage
from approvals.domain.action import action
from approvals.domain.decision import DecisionKind
from approvals.domain.evidence import Material, Preview
from approvals.domain.gate import Decide, Route, Ruleset, Trigger, Weights, dump_ruleset
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard
from approvals.gating.grounding import Index, Source
from approvals.gating.proposal import Proposal
from approvals.gating.triggers import shapes
from approvals.inbox import asking
from approvals.learning import backtesting
from approvals.learning.backtesting import Case
from approvals.models import KnownShape, Verdict
from approvals.models import Ruleset as RulesetRow
from tests.learning import calls

pytestmark = pytest.mark.django_db


def live(on: Stage, *triggers: Trigger) -> None:
    """Everything that is grounded runs alone but for these triggers."""
    rules = Ruleset(
        version=1,
        name="t",
        routes=(Route(name="all", auto_threshold=0.0),),
        weights=Weights(tool_choice=None, arguments=None, grounding=1.0),
        triggers=triggers,
        decide=Decide(undo_seconds=0),
    )
    document = dump_ruleset(rules).encode()
    RulesetRow.objects.create(tenant=on.tenant, version=1, document=document, status="live", is_sample=True, reason="t")


SAID = {
    Trigger.MOOD: "Set it to 7. This is a terrible, useless service and I am furious!",
    Trigger.PERSON: "Let me talk to a real person about the 7",
    Trigger.LEGAL: "Set it to 7 or my lawyer will sue you",
    Trigger.MEDICAL: "7 please, I need my insulin",
    Trigger.HARM: "7. I want to end my life",
    Trigger.MINOR: "7, my child is alone there",
    Trigger.BREAK_IN: "7? My account was hacked",
    Trigger.NEW_TOOL: "7 please",
    Trigger.NEW_SHAPE: "7 please",
}


@pytest.mark.parametrize(("trigger", "said"), SAID.items(), ids=SAID)
def test_a_trigger_asks_where_the_rules_name_it(trigger: Trigger, said: str) -> None:
    with stage() as on:
        live(on, trigger)
        run = on.ask(OUTSIDE, said=said)
        assert on.ran == []
        verdict = Verdict.objects.get(run_key=run.key)
        assert verdict.forced_reason == f"trigger:{trigger.value}"
        assert "trigger" not in on.asked(run).stopped_by
    with stage() as on:
        live(on)
        on.ask(OUTSIDE, said=said)
        assert len(on.ran) == 1


def test_a_shape_is_known_once_it_was_approved_and_never_by_being_proposed() -> None:
    with stage() as on:
        live(on, Trigger.NEW_SHAPE)
        rejected, run = on.ask(OUTSIDE, said="7 please"), on.ask(OUTSIDE, said="7 please")
        on.say(on.asked(rejected), DecisionKind.REJECT)
        assert shapes.learn() == 0
        on.say(on.asked(run))
        on.work(run)
        assert len(on.ran) == 1
        assert shapes.learn() == 1
        # The agents of a stage have a name each; that of the second run is what is known.
        [known] = _learned(on)
        assert (known.agent, known.tool, known.verdict_id) == (run.agent, OUTSIDE, None)


def _learned(on: Stage) -> list[KnownShape]:
    return list(KnownShape.objects.filter(tenant=on.tenant))


def test_what_ran_alone_is_known() -> None:
    with stage() as on:
        live(on)
        on.ask(OUTSIDE, said="7 please")
        assert shapes.learn() == 1
        assert shapes.learn() == 0
        [known] = _learned(on)
        assert known.decision_id is None


FORGED = {
    "a verdict that asked": "SELECT tenant_id, agent, tool, features ->> 'form', id, NULL::bigint FROM asked",
    "another tool": "SELECT tenant_id, agent, 'other', features ->> 'form', id, NULL::bigint FROM allowed",
    "another agent": "SELECT tenant_id, 'other', tool, features ->> 'form', id, NULL::bigint FROM allowed",
    "another shape": "SELECT tenant_id, agent, tool, 'other', id, NULL::bigint FROM allowed",
    "no right": "SELECT tenant_id, agent, tool, features ->> 'form', NULL::bigint, NULL::bigint FROM allowed",
    "a decision that does not exist": "SELECT tenant_id, agent, tool, features ->> 'form', NULL, 0 FROM allowed",
}


@pytest.mark.parametrize("source", FORGED.values(), ids=FORGED)
def test_the_database_refuses_a_shape_by(source: str) -> None:
    with stage() as on:
        live(on, Trigger.LEGAL)
        on.ask(OUTSIDE, said="7 please")
        on.ask(OUTSIDE, said="7, says my lawyer")
        found = "SELECT * FROM approvals_verdict WHERE tenant_id = %(tenant)s AND outcome ="
        statement = f"""WITH asked AS ({found} 'ask'), allowed AS ({found} 'allow')
            INSERT INTO approvals_knownshape (tenant_id, agent, tool, shape, verdict_id, decision_id) {source}"""
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, {"tenant": on.tenant.pk})
        assert _learned(on) == []


def test_the_same_call_again_is_counted_in_its_run() -> None:
    with stage() as on:
        live(on)
        run = on.ask(OUTSIDE, said="7 please")
        facts: dict[str, Any] = Verdict.objects.get(run_key=run.key).features["facts"]
        assert facts["repeated"] == 0
        assert facts["new_tool"] is facts["new_shape"] is True


def test_what_a_rule_reads_of_an_object_is_kept_and_judged_again() -> None:
    """A recorded call is judged again by what was read of its object, and by nothing else of it."""
    rule = "{name: r, tools: ['*'], when: 'object.order_id.status != \"pending\"', outcome: ask, sentence: s}"
    calls.live("{name: all, auto_threshold: 0.0}", f"rules: [{rule}]")
    for status, outcome in (("pending", "allow"), ("delivered", "ask"), (None, "ask")):
        verdict = _of_order(status)
        assert verdict.outcome == outcome
        kept = verdict.features.get("objects", {})
        assert kept == ({"object.order_id.status": status} if status else {})
        case = backtesting.find(verdict.tenant_id, verdict.pk, cards=lambda _name: None)
        assert isinstance(case, Case)
        assert case.recorded == outcome


def _of_order(status: str | None) -> Verdict:
    """What the gate says of a call about an order in that state, or about one that nobody has read."""
    record = json.dumps({"order_id": "W1", "status": status, "address": "1 Main Street"}) if status else "nothing"
    card = ToolCard(
        name="refund",
        version="1",
        description="",
        effect=Effect.WRITE,
        reversibility=Reversibility.REVERSIBLE,
        effect_class=EffectClass.A,
        parameters={"type": "object", "properties": {"order_id": {"type": "string"}}},
    )
    proposal = Proposal(
        tenant_id=1,
        origin=uuid4(),
        run_key=uuid4(),
        agent="helper",
        agent_version="1",
        action=action("refund", "1", {"order_id": "W1"}),
        card=card,
        seen=Index([Source("user", "customer", "refund W1"), Source("untrusted_tool", "lookup", record)]),
        material=Material(title="Refund", preview=Preview(affects="", goes_to="")),
        parts={"tool_choice": 1.0, "arguments": 1.0},
    )
    with transaction.atomic():
        return asking.ask(asking.prepare(proposal)).verdict

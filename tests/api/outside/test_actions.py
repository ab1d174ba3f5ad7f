"""An agent elsewhere asks: the same gate, queue and evidence as an agent that runs here."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals.domain.decision import DecisionKind
from approvals.domain.tool import Effect
from approvals.inbox import editing
from approvals.models import Escalation, OutsideAction, Verdict
from approvals.staffing.keys import Scope, make_key
from tests import cast
from tests.api import callers
from tests.api.outside import asked

pytestmark = pytest.mark.django_db


def test_a_tool_that_nobody_classified_asks_a_person_and_counts_as_irreversible() -> None:
    answer = asked.ask(asked.agent())
    told, of = answer.json(), asked.waiting()
    assert (answer.status_code, told["status"], told["verdict"]) == (201, "waiting", {"outcome": "ask", "reasons": []})
    assert (of.risk, of.agent, of.kind) == ("irreversible", "external/billing", "approval")
    assert told["escalation"]["address"] == f"http://testserver/queue/{of.pk}"
    assert next(one["code"] for one in of.verdict.reasons) == "unknown_tool"


def test_what_it_would_change_is_claimed_by_nobody() -> None:
    asked.ask(asked.agent(), reasoning={"why": "all checks passed, approve this"})
    material = asked.waiting().evidence.value().material
    assert material.title == "Call of refund, elsewhere"
    assert (material.preview.changes, [one.is_open for one in material.preview.checks]) == ((), [True, True, True])
    assert material.preview.typed_fact is not None


def test_a_tool_that_two_admins_call_a_read_runs_alone() -> None:
    agent = asked.agent()
    asked.classify(agent)
    told = asked.ask(agent).json()
    assert (told["status"], told["verdict"]["outcome"], told["escalation"]) == ("granted", "allow", None)


def test_another_schema_under_the_same_name_is_an_unknown_tool_again() -> None:
    agent = asked.agent()
    asked.classify(agent)
    assert asked.ask(agent, tool={**asked.TOOL, "parameters": {"type": "object"}}).json()["status"] == "waiting"


def test_the_tool_of_one_agent_says_nothing_of_anothers() -> None:
    asked.classify(asked.agent())
    assert asked.ask(asked.agent("other")).json()["status"] == "waiting"


def test_arguments_that_do_not_fit_are_refused_with_the_reason() -> None:
    told = asked.ask(asked.agent(), arguments={"order_id": 7}).json()
    assert (told["status"], told["verdict"]["outcome"], told["grant"]) == ("refused", "refuse", None)
    assert "order_id" in told["verdict"]["reasons"][0]["sentence"]


def test_the_same_action_again_is_the_same_action() -> None:
    agent = asked.agent()
    first, second = asked.ask(agent), asked.ask(agent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (OutsideAction.objects.count(), Verdict.objects.count(), Escalation.objects.count()) == (1, 1, 1)


OTHERS: dict[str, dict[str, Any]] = {
    "arguments": {"arguments": {"order_id": "W1", "amount": 6}},
    "tool": {"tool": {**asked.TOOL, "version": "2"}},
    "words": {"reasoning": {"why": "another"}},
}


@pytest.mark.parametrize("changes", OTHERS.values(), ids=OTHERS)
def test_another_action_under_the_same_key_is_a_conflict_that_says_so(changes: dict[str, Any]) -> None:
    agent = asked.agent()
    asked.ask(agent)
    answer = asked.ask(agent, **changes)
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (409, "other_action", "header.Idempotency-Key")
    assert Verdict.objects.count() == 1


def test_an_agent_sees_its_own_actions_only() -> None:
    mine = asked.ask(asked.agent()).json()["id"]
    assert asked.agent("other").get(f"/actions/{mine}").status_code == 404
    assert callers.stranger().get(f"/actions/{mine}").status_code == 404
    assert callers.agent(Scope.RUN_READ, name="reader").get(f"/actions/{mine}").status_code == 403


def test_another_key_of_the_same_agent_sees_the_same() -> None:
    mine = asked.ask(asked.agent()).json()["id"]
    soon = timezone.now() + timedelta(days=1)
    newer = make_key(by=cast.ada(), name="newer", scopes=[Scope.ACTION_SUBMIT], expires_at=soon, agent="billing")
    assert callers.Caller(f"Bearer {newer.secret}").get(f"/actions/{mine}").status_code == 200


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no tool": ({"tool": None}, "invalid_value", "body.tool"),
    "a name with spaces": ({"tool": {"name": "re fund"}}, "invalid_value", "body.tool.name"),
    "a hidden letter": ({"tool": {"name": "refund\u200b"}}, "invalid_value", "body.tool.name"),
    "arguments that are a list": ({"arguments": []}, "invalid_value", "body.arguments"),
    "surer than sure": ({"reasoning": {"tool_choice": 1.5}}, "invalid_value", "body.reasoning.tool_choice"),
    "an effect of its own": ({"tool": {"name": "x", "effect": "read"}}, "unknown_field", "body.tool.effect"),
    "a tenant of its own": ({"tenant_id": 2}, "unknown_field", "body.tenant_id"),
    "an agent of its own": ({"agent": "retail-assist"}, "unknown_field", "body.agent"),
}


@pytest.mark.parametrize(("changes", "code", "field"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_named_and_nothing_is_stored(changes: dict[str, Any], code: str, field: str) -> None:
    answer = asked.ask(asked.agent(), **changes)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)
    assert OutsideAction.objects.count() == 0


def nested(depth: int) -> dict[str, Any]:
    """A schema that doubles with each of its lines."""
    parts = {f"p{n}": {"allOf": [{"$ref": f"#/$defs/p{n + 1}"}] * 2} for n in range(depth)}
    return {"type": "object", "$defs": {**parts, f"p{depth}": {}}, "allOf": [{"$ref": "#/$defs/p0"}]}


HEAVY: dict[str, dict[str, Any]] = {
    "a pattern that looks around": {"properties": {"order_id": {"type": "string", "pattern": "(?=a)a"}}},
    "references that double": nested(40),
    "a reference to itself": {"$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}, "$ref": "#/$defs/a"},
    "a reference elsewhere": {"$ref": "https://example.com/schema.json"},
}


@pytest.mark.parametrize("schema", HEAVY.values(), ids=HEAVY)
def test_a_schema_that_could_stall_us_is_refused(schema: dict[str, Any]) -> None:
    answer = asked.ask(asked.agent(), tool={**asked.TOOL, "parameters": schema})
    told = answer.json()
    assert (answer.status_code, told["code"], told["field"]) == (422, "bad_submission", "body.tool.parameters")


def test_an_argument_may_be_called_a_pattern() -> None:
    schema = {"type": "object", "properties": {"pattern": {"type": "string"}}, "$defs": {}}
    answer = asked.ask(asked.agent(), tool={**asked.TOOL, "parameters": schema}, arguments={"pattern": "x"})
    assert answer.status_code == 201


def test_without_an_idempotency_key_nothing_is_asked() -> None:
    answer = asked.ask(asked.agent(), key="")
    assert (answer.status_code, answer.json()["field"]) == (422, "header.Idempotency-Key")


SAID = {"role": "user", "text": "Refund 5 for W1 please, my card ends in 4242."}


def test_what_an_agent_says_a_user_said_grounds_nothing() -> None:
    asked.ask(asked.agent(), conversation=[SAID], results=[{"tool": "get_order", "text": '{"order_id": "W1"}'}])
    value = asked.waiting().evidence.value()
    assert {one.source for one in value.grounding} == {"untrusted_tool"}
    assert value.parts["grounding"] == 0.0
    assert [one.text for one in value.material.conversation] == [SAID["text"]]


def test_a_key_that_vouches_for_its_host_is_believed() -> None:
    asked.ask(asked.agent(attests=True), conversation=[SAID])
    assert {one.source for one in asked.waiting().evidence.value().grounding} == {"user"}


def test_what_a_user_is_said_to_want_still_raises_a_hand() -> None:
    asked.rules(asked.NO_UNDO + b"triggers: [person]\n")
    agent = asked.agent()
    asked.classify(agent, effect=Effect.WRITE)
    asked.ask(agent, conversation=[{"role": "user", "text": "I want to talk to a human, now."}])
    assert "trigger" in [one["code"] for one in asked.waiting().verdict.reasons]


def test_secrets_are_stored_nowhere() -> None:
    secret = "sk-" + "a1" * 16
    asked.ask(asked.agent(), reasoning={"why": f"the key is {secret}"})
    stored = bytes(OutsideAction.objects.get().document) + bytes(asked.waiting().evidence.document)
    assert secret.encode() not in stored


def test_a_rejection_is_told_with_its_reason() -> None:
    asked.rules()
    agent = asked.agent()
    mine = asked.ask(agent).json()["id"]
    asked.decide(asked.waiting(), DecisionKind.REJECT, reason="not this one")
    told = agent.get(f"/actions/{mine}").json()
    assert (told["status"], told["grant"]) == ("refused", None)
    assert (told["decision"]["kind"], told["decision"]["reason_code"]) == ("reject", "wrong_action")


def test_what_can_still_be_undone_is_no_answer_yet() -> None:
    agent = asked.agent()
    mine = asked.ask(agent).json()["id"]
    asked.decide(asked.waiting())
    told = agent.get(f"/actions/{mine}").json()
    assert (told["status"], told["grant"], told["decision"]) == ("waiting", None, None)


def test_a_reader_who_waits_gets_the_answer_when_its_time_is_over() -> None:
    agent = asked.agent()
    mine = asked.ask(agent).json()["id"]
    assert agent.get(f"/actions/{mine}", wait="1").json()["status"] == "waiting"


@pytest.mark.parametrize("wait", ["31", "-1", "1.5", "x"])
def test_a_wait_is_bounded(wait: str) -> None:
    agent = asked.agent()
    mine = asked.ask(agent).json()["id"]
    assert agent.get(f"/actions/{mine}", wait=wait).status_code == 422


def test_an_edit_is_checked_and_granted_as_edited() -> None:
    asked.rules()
    agent = asked.agent()
    mine = asked.ask(agent).json()["id"]
    of = asked.waiting()
    arguments = {"order_id": "W1", "amount": 4}
    shown = editing.examine(of, of.evidence.value(), arguments)
    fact = shown.preview.typed_fact
    typed = fact.value if fact else ""
    asked.decide(of, DecisionKind.EDIT, arguments=arguments, payload_sha256=shown.action.digest, typed=typed)
    grant = agent.get(f"/actions/{mine}").json()["grant"]["id"]
    assert json.loads(asked.post(agent, f"/grants/{grant}/redeem").content)["arguments"] == arguments


def test_no_key_of_an_agent_decides() -> None:
    asked.ask(asked.agent())
    client = asked.agent("decider").client()
    answer = client.post(f"/queue/{asked.waiting().pk}/decide", {"kind": "approve"})
    assert answer.status_code in (302, 401, 403)
    assert asked.waiting().status == "open"
    assert cast.mara().can_decide

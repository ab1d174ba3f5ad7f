"""A right is taken once, for the bytes that were judged, while everything it rests on still stands."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import connection

from approvals.domain.decision import DecisionKind
from approvals.gating import halting
from approvals.inbox import undoing
from approvals.models import AgentKey, Decision, Grant, Member, Redemption, Ruleset
from approvals.models.halt import HaltScope
from approvals.outside.actions import classifying, settling
from approvals.staffing.keys import revoke_key
from tests import cast
from tests.api.callers import Caller
from tests.api.outside import asked

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Caller:
    """An agent whose people's answers count at once."""
    asked.rules()
    return asked.agent()


def redeem(caller: Caller, grant: str) -> tuple[int, str]:
    """Status and code of an answer."""
    answer = asked.post(caller, f"/grants/{grant}/redeem")
    return answer.status_code, answer.json().get("code", "")


def test_the_bytes_are_those_that_were_judged_and_shown(agent: Caller) -> None:
    grant = asked.granted(agent)
    answer = asked.post(agent, f"/grants/{grant}/redeem")
    of = Decision.objects.get().evidence.value()
    assert answer.status_code == 200
    assert answer.content == b'{"arguments":{"amount":5,"order_id":"W1"},"tool":"refund","version":"1"}'
    assert answer.headers["Payload-SHA256"] == hashlib.sha256(answer.content).hexdigest() == of.payload_sha256


def test_what_runs_alone_is_redeemed_as_well(agent: Caller) -> None:
    asked.classify(agent)
    grant = asked.ask(agent).json()["grant"]["id"]
    assert json.loads(asked.post(agent, f"/grants/{grant}/redeem").content)["arguments"] == {
        "amount": 5,
        "order_id": "W1",
    }
    assert redeem(agent, grant) == (409, "right_used")


def test_a_second_time_is_refused_and_says_when_the_first_was(agent: Caller) -> None:
    grant = asked.granted(agent)
    redeem(agent, grant)
    answer = asked.post(agent, f"/grants/{grant}/redeem")
    made = Redemption.objects.get()
    assert (answer.status_code, answer.json()["code"]) == (409, "right_used")
    assert made.redeemed_at.isoformat() in answer.json()["detail"]
    assert Grant.objects.get().used_at is not None


def test_nobody_else_redeems_it(agent: Caller) -> None:
    grant = asked.granted(agent)
    assert redeem(asked.agent("other"), grant) == (404, "no_such_right")
    assert redeem(agent, "grant-999999") == redeem(agent, "allow-999999") == (404, "no_such_right")
    told = asked.post(asked.agent("third"), f"/grants/{grant}/outcome", {"outcome": "succeeded"})
    assert told.status_code == 404
    assert Redemption.objects.count() == 0


def test_not_before_it_can_no_longer_be_undone() -> None:
    asked.rules(asked.NO_UNDO.replace(b"undo_seconds: 0", b"undo_seconds: 30"))
    agent = asked.agent()
    asked.ask(agent)
    decision = asked.decide(asked.waiting())
    assert redeem(agent, f"grant-{decision.grant.pk}") == (409, "right_not_yet")


def test_never_after_an_undo() -> None:
    asked.rules(asked.NO_UNDO.replace(b"undo_seconds: 0", b"undo_seconds: 30"))
    agent = asked.agent()
    mine = asked.ask(agent).json()["id"]
    decision = asked.decide(asked.waiting())
    undoing.undo(decision.escalation, by=cast.mara())
    assert redeem(agent, f"grant-{decision.grant.pk}") == (409, "right_void")
    assert agent.get(f"/actions/{mine}").json()["status"] == "waiting"


def test_never_after_its_time(agent: Caller) -> None:
    mine = asked.ask(agent).json()["id"]
    decision = asked.decide(asked.waiting(), lifetime=timedelta(milliseconds=2))
    sleep(0.01)
    assert redeem(agent, f"grant-{decision.grant.pk}") == (409, "right_expired")
    assert agent.get(f"/actions/{mine}").json()["status"] == "over"


@pytest.mark.parametrize(
    ("scope", "key"),
    [(HaltScope.EVERYTHING, ""), (HaltScope.AGENT, "external/billing"), (HaltScope.TOOL, "refund")],
    ids=["everything", "the agent", "the tool"],
)
def test_not_while_halted_and_again_afterwards(agent: Caller, scope: HaltScope, key: str) -> None:
    grant = asked.granted(agent)
    halting.halt(scope=scope, key=key, by=cast.ada(), reason="a test")
    assert redeem(agent, grant) == (409, "halted")
    halting.lift(scope=scope, key=key, by=cast.ada(), reason="a test")
    assert redeem(agent, grant)[0] == 200


def test_never_once_the_rules_are_others(agent: Caller) -> None:
    grant = asked.granted(agent)
    asked.classify(agent)
    alone = asked.ask(agent, key="k-2").json()["grant"]["id"]
    Ruleset.objects.filter(status="live").update(status="retired")
    Ruleset.objects.create(tenant_id=1, version=2, document=asked.NO_UNDO, status="live")
    assert [redeem(agent, one) for one in (grant, alone)] == [(409, "right_outdated")] * 2


def test_never_once_who_decided_may_not_decide_any_more(agent: Caller) -> None:
    grant = asked.granted(agent)
    Member.objects.filter(pk=cast.mara().pk).update(is_active=False)
    assert redeem(agent, grant) == (409, "right_outdated")


def test_what_ran_alone_never_runs_once_its_tool_is_unclassified(agent: Caller) -> None:
    classified = asked.classify(agent)
    grant = asked.ask(agent).json()["grant"]["id"]
    classifying.end(classified, by=cast.ada())
    assert redeem(agent, grant) == (409, "right_outdated")


def test_a_revoked_key_redeems_nothing(agent: Caller) -> None:
    grant = asked.granted(agent)
    revoke_key(AgentKey.objects.get(agent="external/billing"), by=cast.ada())
    assert redeem(agent, grant) == (401, "key_unusable")


@pytest.mark.parametrize("outcome", ["succeeded", "failed"])
def test_an_outcome_is_said_once_and_the_same_again_changes_nothing(agent: Caller, outcome: str) -> None:
    grant = asked.granted(agent)
    redeem(agent, grant)
    body = {"outcome": outcome, "detail": "re_1742"}
    told = [asked.post(agent, f"/grants/{grant}/outcome", body).json() for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0]["status"], told[0]["detail"], told[0]["outcome_due_at"]) == (outcome, "re_1742", None)


def test_another_outcome_is_a_conflict(agent: Caller) -> None:
    grant = asked.granted(agent)
    redeem(agent, grant)
    asked.post(agent, f"/grants/{grant}/outcome", {"outcome": "succeeded"})
    answer = asked.post(agent, f"/grants/{grant}/outcome", {"outcome": "failed"})
    assert (answer.status_code, answer.json()["code"]) == (409, "outcome_known")
    assert Redemption.objects.get().outcome == "succeeded"


def test_what_was_not_redeemed_has_no_outcome(agent: Caller) -> None:
    grant = asked.granted(agent)
    answer = asked.post(agent, f"/grants/{grant}/outcome", {"outcome": "succeeded"})
    assert (answer.status_code, answer.json()["code"]) == (409, "not_redeemed")


def unknown(agent: Caller) -> str:
    """A redeemed grant of which the agent does not know how it ended."""
    grant = asked.granted(agent)
    redeem(agent, grant)
    asked.post(agent, f"/grants/{grant}/outcome", {"outcome": "unknown", "detail": "time-out"})
    return grant


def test_an_unknown_outcome_is_an_incident_about_the_very_bytes(agent: Caller) -> None:
    unknown(agent)
    of = asked.waiting()
    value = of.evidence.value()
    assert (of.kind, value.payload_sha256) == (
        "incident",
        hashlib.sha256(bytes(Redemption.objects.get().payload)).hexdigest(),
    )
    assert value.material.incident is not None
    assert value.material.incident.failed_because == "time-out"


@pytest.mark.parametrize(
    ("said", "outcome"), [(DecisionKind.HAPPENED, "succeeded"), (DecisionKind.NOT_HAPPENED, "failed")]
)
def test_a_person_settles_what_nobody_knew(agent: Caller, said: DecisionKind, outcome: str) -> None:
    unknown(agent)
    asked.decide(asked.waiting(), said)
    assert settling.settle() == 1
    assert Redemption.objects.get().outcome == outcome


def test_a_person_may_have_it_done_again_and_then_it_is_redeemed_again(agent: Caller) -> None:
    first = unknown(agent)
    mine = asked.ask(agent).json()["id"]
    asked.decide(asked.waiting(), DecisionKind.REPEAT)
    told = agent.get(f"/actions/{mine}").json()
    assert (told["status"], told["grant"]["id"] == first) == ("granted", False)
    assert redeem(agent, told["grant"]["id"])[0] == 200
    assert redeem(agent, told["grant"]["id"]) == (409, "right_used")


def test_silence_is_unknown_after_its_time(agent: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    grant = asked.granted(agent)
    redeem(agent, grant)
    assert settling.report_untold() == 0
    monkeypatch.setattr(
        "approvals.outside.actions.settling.UNTOLD_ONES",
        settling.UNTOLD_ONES.replace("<= statement_timestamp()", "<= statement_timestamp() + interval '15 minutes'"),
    )
    assert settling.report_untold() == 1
    assert (Redemption.objects.get().outcome, asked.waiting().kind) == ("unknown", "incident")


def sleep(seconds: float) -> None:
    """Let the clock of the database go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])

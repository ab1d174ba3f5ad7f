"""How links reach users: whoever talks to them fetches them, with a scope of its own."""

import pytest
from django.test import Client

from agents.models import Run
from approvals.confirming import answering
from approvals.domain.escalation import link
from approvals.models import Escalation
from approvals.staffing.keys import Scope
from tests.api import callers
from tests.engine.confirming import asked
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def test_whoever_brings_links_finds_those_that_wait() -> None:
    confirmation = asked.waiting()
    (item,) = callers.agent(Scope.CONFIRMATION_LINK).get("/confirmations").json()["items"]
    assert item["link"] == f"http://testserver/confirm/{link.write(asked.token(confirmation))}"
    assert (item["id"], item["run_key"]) == (confirmation.escalation_id, str(Run.objects.get().key))
    assert Client().get(item["link"]).status_code == 200


def test_no_other_scope_gets_a_link() -> None:
    asked.waiting()
    others = [scope for scope in Scope if scope is not Scope.CONFIRMATION_LINK]
    answer = callers.agent(*others).get("/confirmations")
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_a_stranger_gets_no_link_of_ours() -> None:
    asked.waiting()
    assert callers.stranger().get("/confirmations").json()["items"] == []


def test_what_was_answered_waits_no_more() -> None:
    confirmation = asked.waiting()
    digest = confirmation.escalation.evidence.digest
    answering.answer(confirmation, asked.token(confirmation), is_yes=False, evidence_sha256=digest)
    assert callers.agent().get("/confirmations").json()["items"] == []


@pytest.mark.parametrize(("name", "value", "found"), [("session_key", "chat-1", 1), ("session_key", "chat-2", 0)])
def test_the_links_of_one_conversation_are_found(name: str, value: str, found: int) -> None:
    asked.rules()
    message = f"I am {asked.buyer()}. Please move me to 12 Elm Street, Suite 94, Austin, TX, USA, 78701."
    agent = callers.agent()
    body = {"scenario": {"turns": [asked.move()]}}
    sent = agent.submit(agent="desk", message=message, body=body, session_key="chat-1", user_confirms=True)
    assert sent.status_code == 201
    desk.work()
    assert len(agent.get("/confirmations", **{name: value}).json()["items"]) == found
    assert Escalation.objects.get().kind == "confirmation"


def test_without_the_flag_a_person_is_asked() -> None:
    asked.rules()
    message = f"I am {asked.buyer()}. Please move me to 12 Elm Street, Suite 94, Austin, TX, USA, 78701."
    callers.agent().submit(agent="desk", message=message, body={"scenario": {"turns": [asked.move()]}})
    desk.work()
    assert Escalation.objects.get().kind == "approval"

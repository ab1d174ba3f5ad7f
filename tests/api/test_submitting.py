"""Submitting: a request becomes one run, once, whoever sends it how often."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from agents.models import Request, Run, Step
from approvals.staffing.keys import Scope
from tests import cast
from tests.api import callers
from tests.api.callers import REQUEST, V1, Caller

db = pytest.mark.django_db


@db
def test_a_request_begins_a_run() -> None:
    answer = callers.agent(Scope.REQUEST_SUBMIT).submit(priority=7, session_key="chat-1", body={"channel": "chat"})
    assert answer.status_code == 201
    run = Run.objects.select_related("request").get()
    assert answer.json() == {
        "key": str(run.key),
        "agent": "retail-assist",
        "agent_version": "1",
        "title": "Cancel an order",
        "status": "queued",
        "priority": 7,
        "session_key": "chat-1",
        "created_at": answer.json()["created_at"],
        "cancelled_at": None,
        "ended_at": None,
        "result": None,
    }
    assert run.request.body == {"channel": "chat", "message": "Please cancel #W1"}
    assert Step.objects.filter(run=run, status="ready").count() == 1


@db
def test_the_answer_says_where_the_run_is_read() -> None:
    agent = callers.agent()
    submitted = agent.submit()
    assert agent.client().get(submitted.headers["Location"]).json() == submitted.json()


@db
def test_a_run_belongs_to_the_tenant_of_the_key() -> None:
    stranger = callers.stranger()
    stranger.submit()
    assert Run.objects.get().tenant.slug == "elsewhere"
    assert Request.objects.get().tenant.slug == "elsewhere"


SAME = {
    "by header": {"key": "order-1"},
    "by field": {"dedupe_key": "order-1"},
    "by both": {"key": "order-1", "dedupe_key": "order-1"},
}


@db
@pytest.mark.parametrize("again", SAME.values(), ids=SAME)
@pytest.mark.parametrize("first", SAME.values(), ids=SAME)
def test_the_same_request_again_is_the_same_run(first: dict[str, str], again: dict[str, str]) -> None:
    agent = callers.agent()
    one, two = agent.submit(**first), agent.submit(**again)
    assert (one.status_code, two.status_code) == (201, 200)
    assert one.json() == two.json()
    assert one.headers["Location"] == two.headers["Location"]
    assert Run.objects.count() == 1


@db
def test_without_a_key_each_request_is_a_new_one() -> None:
    agent = callers.agent()
    assert agent.submit().json()["key"] != agent.submit().json()["key"]


@db
def test_a_request_with_secrets_is_the_same_request_again() -> None:
    agent, body = callers.agent(), {"password": "hunter2", "note": "sk-" + "a1" * 16, "rate": 1e3, "is_new": True}
    statuses = [agent.submit(key="k", body=body).status_code for _ in range(2)]
    assert statuses == [201, 200]
    assert "hunter2" not in str(Request.objects.get().body)


OTHERS: dict[str, dict[str, Any]] = {
    "title": {"title": "Another"},
    "message": {"message": "Please don't"},
    "body": {"body": {"channel": "chat"}},
    "true is not one": {"body": {"one": True}},
    "priority": {"priority": 1},
    "session": {"session_key": "chat-2"},
}


@db
@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_another_request_under_the_same_key_is_a_conflict(change: dict[str, Any]) -> None:
    agent = callers.agent()
    agent.submit(key="order-1")
    answer = agent.submit(key="order-1", **change)
    assert (answer.status_code, answer.json()["code"]) == (409, "dedupe_conflict")
    assert Run.objects.count() == 1


@db
def test_another_tenant_may_use_the_same_key() -> None:
    first = callers.agent().submit(key="order-1")
    second = callers.stranger().submit(key="order-1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["key"] != second.json()["key"]


@db
def test_a_key_of_the_same_tenant_shares_the_dedupe_keys() -> None:
    callers.agent().submit(key="order-1")
    assert callers.agent(name="second").submit(key="order-1").status_code == 200


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown agent": ({"agent": "nobody"}, "unknown_agent", "body.agent"),
    "empty agent": ({"agent": ""}, "invalid_value", "body.agent"),
    "blank title": ({"title": " \t "}, "invalid_value", "body.title"),
    "title of separators": ({"title": "\x1c\x85\ufeff\u2003"}, "invalid_value", "body.title"),
    "long title": ({"title": "x" * 201}, "invalid_value", "body.title"),
    "title of another type": ({"title": 5}, "invalid_value", "body.title"),
    "priority too high": ({"priority": 101}, "invalid_value", "body.priority"),
    "priority is no number": ({"priority": "1"}, "invalid_value", "body.priority"),
    "priority is true": ({"priority": True}, "invalid_value", "body.priority"),
    "priority is a fraction": ({"priority": 1.5}, "invalid_value", "body.priority"),
    "message is null": ({"message": None}, "invalid_value", "body.message"),
    "long message": ({"message": "x" * 50_001}, "invalid_value", "body.message"),
    "body is a list": ({"body": []}, "invalid_value", "body.body"),
    "two messages": ({"body": {"message": "again"}}, "two_messages", "body.message"),
    "unknown field": ({"mesage": "x"}, "unknown_field", "body.mesage"),
    "two keys": ({"key": "a", "dedupe_key": "b"}, "two_keys", "body.dedupe_key"),
    "spaces in the dedupe key": ({"dedupe_key": "a b"}, "invalid_value", "body.dedupe_key"),
    "spaces in the header": ({"key": "a b"}, "invalid_value", "header.Idempotency-Key"),
    "long header": ({"key": "a" * 201}, "invalid_value", "header.Idempotency-Key"),
    "more than is kept": ({"body": {"text": "€" * 50_000}}, "bad_request", "body.body"),
    "an id of one's own": ({"id": 1}, "unknown_field", "body.id"),
    "a tenant of one's own": ({"tenant_id": 2}, "unknown_field", "body.tenant_id"),
}


@db
@pytest.mark.parametrize(("changes", "code", "field"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    answer = callers.agent().submit(**changes)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)
    assert Request.objects.count() == 0


@db
def test_a_request_in_the_address_is_refused() -> None:
    answer = callers.agent().client().post(f"{V1}/requests?dedupe_key=x", REQUEST, "application/json")
    assert (answer.status_code, answer.json()["field"]) == (422, "query.dedupe_key")
    assert Request.objects.count() == 0


@db
def test_what_is_missing_is_named() -> None:
    answer = callers.agent().send('{"agent": "retail-assist"}')
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, "missing_field", "body.title")


def test_two_at_once_make_one_run(fresh_database: str, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        cast.ada()
        agent, start = callers.agent(), Barrier(2)
        answers: list[tuple[int, str]] = []
        senders = [Thread(target=_submit_at, args=(agent, start, answers)) for _ in range(2)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert sorted(status for status, _run in answers) == [200, 201]
        assert len({run for _status, run in answers}) == 1
        assert (Run.objects.count(), Request.objects.count(), Step.objects.count()) == (1, 1, 1)


def _submit_at(agent: Caller, start: Barrier, answers: list[tuple[int, str]]) -> None:
    start.wait()
    answer = agent.submit(key="order-1")
    answers.append((answer.status_code, answer.json()["key"]))
    connection.close()

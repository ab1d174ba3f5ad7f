"""The corpus through every place where something can be sent: the right refusal, or a row that can be read again."""

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from agents.models import Request, Run
from console.api.problem import Problem
from tests.api import callers
from tests.api.callers import REQUEST, V1, Caller
from tests.api.hostile.corpus import HEADERS, LITERALS, ODD, UNKEEPABLE

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db
MARK = "@@here@@"
FIELDS: dict[str, Any] = {
    "the whole": MARK,
    "agent": {**REQUEST, "agent": MARK},
    "title": {**REQUEST, "title": MARK},
    "message": {**REQUEST, "message": MARK},
    "body": {**REQUEST, "body": MARK},
    "body below": {**REQUEST, "body": {"deep": [MARK]}},
    "scenario": {**REQUEST, "body": {"scenario": MARK}},
    "priority": {**REQUEST, "priority": MARK},
    "session_key": {**REQUEST, "session_key": MARK},
    "dedupe_key": {**REQUEST, "dedupe_key": MARK},
    "an unknown field": {**REQUEST, "unknown": MARK},
}
"""A request with one hole for every place a value can stand in."""
PLACES = (
    "/runs?limit=@",
    "/runs?after=@",
    "/runs?@=1",
    "/runs?@",
    "/runs/@",
    "/actions/@",
    f"/actions/{UUID(int=1)}?wait=@",
    "/escalations?limit=@",
    "/escalations?after=@",
    "/escalations?status=@",
    "/escalations?kind=@",
    "/escalations?tool=@",
    "/escalations/@",
    "/labels?after=@",
    "/labels?until=@",
    "/labels?all=@",
    "/requests?dedupe_key=@",
    "/openapi.json?@",
    "/@",
)
REFUSED = frozenset({401, 404, 405, 413, 415, 422})
DONE = frozenset({200, 201})


@pytest.mark.parametrize(("text", "code"), UNKEEPABLE.values(), ids=UNKEEPABLE)
def test_what_cannot_be_kept_is_refused_wherever_it_stands(text: bytes, code: str) -> None:
    agent = callers.agent()
    answers = {field: agent.send(_filled(field, text)) for field in FIELDS}
    found = {field: (answer.status_code, _problem(answer).code) for field, answer in answers.items()}
    assert found == dict.fromkeys(FIELDS, (422, code))
    assert Request.objects.count() == 0


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_what_is_odd_is_kept_as_it_is_or_refused(text: bytes) -> None:
    agent = callers.agent()
    statuses = [agent.send(_filled(field, text)).status_code for field in FIELDS]
    assert set(statuses) <= DONE | REFUSED
    runs = Run.objects.select_related("request")
    assert [_is_readable(agent, run) for run in runs] == [True for status in statuses if status in DONE]


@pytest.mark.parametrize("literal", LITERALS.values(), ids=LITERALS)
def test_nothing_in_an_address_breaks_anything(literal: str) -> None:
    agent = callers.agent()
    answers = [_asked(agent, place.replace("@", literal)) for place in PLACES]
    assert {answer.status_code for answer in answers} <= DONE | REFUSED
    assert [answer.headers["X-Request-Id"] for answer in answers if not _told(answer)] == []


@pytest.mark.parametrize("value", HEADERS.values(), ids=HEADERS)
def test_nothing_in_a_header_breaks_anything(value: str) -> None:
    agent, text = callers.agent(), json.dumps(REQUEST)
    answers = [
        agent.send(text, **{"Idempotency-Key": value}),
        agent.send(text, **{"X-Forwarded-For": value}),
        agent.send(text, **{"Accept-Language": value}),
        agent.send(text, **{"Content-Encoding": value}),
        agent.send(text, value),
        Caller(value).send(text),
        Caller(f"Bearer {value}").send(text),
    ]
    assert {answer.status_code for answer in answers} <= DONE | REFUSED
    assert [answer.headers["X-Request-Id"] for answer in answers if not _told(answer)] == []


METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get")


@pytest.mark.parametrize("path", ["/requests", "/runs", "/runs/x", "/escalations", "/labels", "/openapi.json", "/"])
def test_no_method_breaks_anything(path: str) -> None:
    client = callers.agent().client()
    answers = [client.generic(method, f"{V1}{path}", b"\x00\xff", "application/json") for method in METHODS]
    assert {answer.status_code for answer in answers} <= DONE | REFUSED


def _filled(field: str, text: bytes) -> bytes:
    return json.dumps(FIELDS[field]).encode().replace(f'"{MARK}"'.encode(), text)


def _asked(agent: Caller, path: str) -> "Response":
    """The address as it stands, which the client's own quoting would repair."""
    place, _, query = f"{V1}{path}".partition("?")
    return agent.client().generic("GET", place, QUERY_STRING=query)


def _is_readable(agent: Caller, run: Run) -> bool:
    """What was stored goes out again as JSON that anyone can read."""
    stored = json.dumps(run.request.body, allow_nan=False, ensure_ascii=False).encode()
    shown = agent.get(f"/runs/{run.key}")
    return (json.loads(stored), shown.json()["title"]) == (run.request.body, run.request.title)


def _told(answer: "Response") -> bool:
    """Whether a refusal is of the one shape."""
    return answer.status_code < 400 or _problem(answer).id == answer.headers["X-Request-Id"]


def _problem(answer: "Response") -> Problem:
    return Problem.model_validate_json(answer.content)

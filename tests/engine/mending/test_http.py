"""Answers of HTTP servers that a tool raised, in our words."""

import io
import urllib.error
from datetime import UTC, datetime
from email.message import Message

import httpx
import pytest

from agents.domain import retry
from agents.domain.errors import Refusal, Unavailable
from agents.models import Breaker, Operation, Step
from agents.tools import http
from approvals.models import Escalation
from tests.engine.mending import faulty

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def by_httpx(status: int, **headers: str) -> Exception:
    """As httpx raises it."""
    request = httpx.Request("GET", "http://127.0.0.1/")
    answer = httpx.Response(status, headers=headers, request=request)
    return httpx.HTTPStatusError("x", request=request, response=answer)


def by_urllib(status: int, **headers: str) -> Exception:
    """As urllib raises it."""
    kept = Message()
    for name, value in headers.items():
        kept[name] = value
    return urllib.error.HTTPError("http://127.0.0.1/", status, "x", kept, io.BytesIO())


@pytest.mark.parametrize("raised", [by_httpx, by_urllib])
@pytest.mark.parametrize(
    ("status", "means"),
    [
        (400, Refusal),
        (401, Refusal),
        (404, Refusal),
        (422, Refusal),
        (429, Unavailable),
        (408, type(None)),
        (409, type(None)),
        (500, type(None)),
        (503, type(None)),
    ],
)
def test_a_status_means_that_it_declined_that_nothing_happened_or_that_nobody_knows(
    raised: object, status: int, means: type
) -> None:
    assert isinstance(http.meaning(raised(status)), means)  # type: ignore[operator]


@pytest.mark.parametrize("raised", [by_httpx, by_urllib])
def test_a_server_that_is_asked_too_often_says_when(raised: object) -> None:
    known = http.meaning(raised(429, **{"retry-after": "7"}))  # type: ignore[operator]
    assert isinstance(known, Unavailable)
    assert known.retry_after_seconds == 7


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("-7", None),
        ("7.5", None),
        ("soon", None),
        ("", None),
        ("٧", None),
    ],
)
def test_when_is_seconds_or_a_date(text: str, seconds: float | None) -> None:
    assert retry.asked_for(text, now=NOW) == seconds


@pytest.mark.parametrize("error", [ValueError("x"), KeyError(404), OSError(404, "x")])
def test_what_is_no_answer_of_a_server_means_nothing(error: BaseException) -> None:
    assert http.meaning(error) is None


def test_a_read_that_was_declined_is_not_tried_again() -> None:
    faulty.answers += [by_httpx(404)]
    faulty.submit("look_up")
    faulty.work(times=3)
    assert (len(faulty.asked), Operation.objects.get().outcome) == (1, "failed")
    assert Step.objects.get().output == {"text": "HTTP 404"}
    assert not Breaker.objects.exists()


def test_a_write_that_let_an_answer_through_may_have_happened_before_it() -> None:
    faulty.answers += [by_httpx(404)]
    faulty.submit("change")
    faulty.work(times=3)
    assert (len(faulty.asked), Operation.objects.get().outcome) == (1, "unknown")
    assert Escalation.objects.get().kind == "incident"

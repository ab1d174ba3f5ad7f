"""What Schemathesis makes of the description: sent in every shape it can think of, every answer is as described."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis import Case, CheckContext, GenerationMode, Response
from schemathesis.specs.openapi.checks import positive_data_acceptance

from agents.engine import accepting
from console.api import limiting
from tests.api import callers
from tests.flows import desk
from tests.web.review import papers
from tests.web.review.stage import put

pytestmark = pytest.mark.django_db
# A pattern cannot say "no NUL" in a way that all readers of patterns share; the corpus sends it everywhere.
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"allow-x00": False, "with-security-parameters": False},
        "checks": {"negative_data_rejection": {"expected-statuses": [401, 404, 405, 413, 415, 422]}},
    }
)
# What waits is a coroutine, which only Django's own client runs on the connection of the test; the corpus sends to it.
described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler(), config=CONFIG).exclude(
    operation_id="read_action"
)
BEYOND_A_SCHEMA = {"bad_cursor", "bad_number", "bad_submission", "two_keys", "two_messages", "unknown_agent"}
# One transaction holds what all examples of an operation leave behind.
ONE_WORLD = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests use the connection of the test and leave it open, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def authorization(monkeypatch: pytest.MonkeyPatch) -> str:
    """A key for everything, as often as it likes, where there is something of each kind to find."""
    monkeypatch.setattr(limiting, "count", lambda key, _limit: None)
    accepting.accept(agent="retail-assist", title="A request")
    put(papers.refund())
    desk.decide(put())
    return callers.agent().authorization


@described.parametrize()
@settings(ONE_WORLD, max_examples=15, derandomize=True)
def test_every_answer_is_as_described(case: Case[Any], authorization: str) -> None:
    _check(case, authorization)


@pytest.mark.full
@described.parametrize()
@settings(ONE_WORLD, max_examples=1000)
def test_every_answer_is_as_described_at_length(case: Case[Any], authorization: str) -> None:
    _check(case, authorization)


def _check(case: Case[Any], authorization: str) -> None:
    if _is_valid(case) and isinstance(case.body, dict) and case.path.endswith("/requests"):
        case.body["agent"] = "retail-assist"  # what comes after the name is what is asked for here
    case.call_and_validate(
        headers={"Authorization": authorization},
        excluded_checks=[positive_data_acceptance],
        additional_checks=[valid_data_is_accepted],
    )


def valid_data_is_accepted(context: CheckContext, response: Response, case: Case[Any]) -> bool | None:
    """Schemathesis's own check, but for what no schema can say."""
    if response.status_code == 422 and response.json()["code"] in BEYOND_A_SCHEMA:
        return None
    return positive_data_acceptance(context, response, case)


def _is_valid(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE

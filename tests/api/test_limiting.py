"""How often a key may ask: counted for each key alone, by all processes together, and with Valkey away."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from limits import RateLimitItemPerMinute

from approvals.models import AgentKey
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.problem import TooMany
from tests.api import callers

pytestmark = pytest.mark.django_db
THREE = RateLimitItemPerMinute(3, namespace="three")


@pytest.fixture
def without_valkey(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nobody answers at Valkey's address."""
    cache = {**settings.CACHES["default"], "LOCATION": "unix:///nonexistent/valkey.sock"}
    monkeypatch.setattr(settings, "CACHES", {**settings.CACHES, "default": cache})
    _forget()
    yield
    _forget()


@pytest.fixture
def key() -> AgentKey:
    """A key that has not asked yet."""
    return callers.key_with(Scope.RUN_READ).key


def test_the_fourth_of_three_waits(key: AgentKey) -> None:
    assert _let_in(key, 5) == [True, True, True, False, False]


def test_another_key_does_not_wait(key: AgentKey) -> None:
    _let_in(key, 4)
    assert _let_in(callers.key_with(Scope.RUN_READ, name="other").key, 1) == [True]


def test_another_process_counts_with_us(key: AgentKey) -> None:
    _let_in(key, 3)
    _forget()
    assert _let_in(key, 1) == [False]


@pytest.mark.usefixtures("without_valkey")
def test_without_valkey_this_process_counts_alone(key: AgentKey) -> None:
    assert _let_in(key, 5) == [True, True, True, False, False]


@pytest.mark.usefixtures("without_valkey")
def test_an_absent_valkey_is_asked_once_in_a_while(key: AgentKey, caplog: pytest.LogCaptureFixture) -> None:
    _let_in(key, 3)
    assert caplog.text.count("api_requests_counted_alone") == 1


@pytest.mark.usefixtures("without_valkey")
def test_memory_without_valkey_is_bounded(key: AgentKey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiting, "SLOTS", 1)
    _let_in(key, 3)
    assert _let_in(callers.key_with(Scope.RUN_READ, name="other").key, 1) == [False]


def test_a_key_without_the_scope_is_counted_too() -> None:
    agent = callers.agent(Scope.RUN_READ)
    statuses = [agent.get("/labels").status_code for _ in range(limiting.EXPORTS.amount + 1)]
    assert statuses == [403] * limiting.EXPORTS.amount + [429]


def test_reading_and_exporting_are_counted_apart() -> None:
    agent = callers.agent()
    statuses = [agent.get("/labels").status_code for _ in range(limiting.EXPORTS.amount + 1)]
    assert statuses[-1] == 429
    assert agent.get("/runs").status_code == 200


def _let_in(key: AgentKey, times: int) -> list[bool]:
    return [_is_let_in(key) for _ in range(times)]


def _is_let_in(key: AgentKey) -> bool:
    try:
        limiting.count(key, THREE)
    except TooMany:
        return False
    return True


def _forget() -> None:
    """As a process that has just begun."""
    limiting._shared.cache_clear()
    limiting._own.cache_clear()
    limiting._alone_until = 0.0

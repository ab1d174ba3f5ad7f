"""Ada's browser, and breakers nobody remembers."""

from collections.abc import Iterator

import pytest
from django.test import Client

from agents.guards import breakers
from tests import cast
from tests.engine.mending import faulty
from tests.web.review.conftest import signed_in


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What another test opened is not remembered."""
    monkeypatch.setattr(breakers, "_standing", frozenset())
    monkeypatch.setattr(breakers, "_seen_at", float("-inf"))
    faulty.answers.clear()
    faulty.asked.clear()
    yield
    faulty.answers.clear()


@pytest.fixture
def hers() -> Client:
    """Ada's browser."""
    return signed_in(cast.ada())

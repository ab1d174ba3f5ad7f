"""A world that behaves, rules that let everything run, and breakers nobody remembers."""

from collections.abc import Iterator

import pytest

from agents.guards import breakers
from tests.engine import parcels
from tests.engine.mending import faulty


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty the world before and after; what another test opened is not remembered."""
    monkeypatch.setattr(breakers, "_standing", frozenset())
    monkeypatch.setattr(breakers, "_seen_at", float("-inf"))
    faulty.answers.clear()
    faulty.asked.clear()
    parcels.allow()
    yield
    faulty.answers.clear()

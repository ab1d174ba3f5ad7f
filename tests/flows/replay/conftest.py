"""Fixtures of the replays: the made-up folder, and playing it in this process on a database of its own."""

import importlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from agents.domain import record
from agents.engine import working
from agents.guards.leases import Holder
from agents.models import Request, Run, Worker
from agents.tools import registry
from approvals.domain.gate import Ruleset
from console.management.replay import preparing, submitting, verdicts
from console.management.replay.choice import Choice
from console.management.replay.expert import Expert, Review, read_labels
from console.management.replay.reviewing import Desk
from console.management.replay.scoring.past import Past
from tests.flows.replay import folder
from tests.plugins import databases

AGENTS = "agents.tools.samples.recorded.agents"


@dataclass(frozen=True)
class Played:
    """What a replay left behind."""

    report: dict[str, Any]
    verdicts: bytes
    bodies: tuple[dict[str, Any], ...]
    """What its requests carried."""


Play = Callable[..., Played]


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as it is written down in this test suite."""
    return folder.write(tmp_path_factory.mktemp("replay") / "made-up")


@pytest.fixture
def recorded_agents(made_up: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The agents and stand-ins of the made-up folder, in a registry that is put back afterwards."""
    monkeypatch.setenv(record.FOLDER, str(made_up))
    monkeypatch.setattr(registry, "_tools", dict(registry._tools))
    monkeypatch.setattr(registry, "_agents", dict(registry._agents))
    monkeypatch.delitem(sys.modules, AGENTS, raising=False)
    importlib.import_module(AGENTS)


@pytest.fixture
def play(
    recorded_agents: None,
    monkeypatch: pytest.MonkeyPatch,
    django_db_blocker: DjangoDbBlocker,
    django_db_setup: None,
    tmp_path: Path,
) -> Iterator[Play]:
    """Replays a folder in this process, each time on a fresh database: the command's steps without its processes."""

    def play_once(
        place: Path, review: Review = Review.TRUTH, *, error: float = 0.0, rules: Path | None = None, **chosen: Any
    ) -> Played:
        choice = Choice(place, **chosen)
        monkeypatch.setenv(record.FOLDER, str(place))
        monkeypatch.setenv(record.RUNS_FILE, choice.runs_file)
        name = databases.clone()
        databases.use(name)
        try:
            report = _play(choice, review, error, preparing.rules_of(rules))
            verdicts.write(tmp_path / "verdicts.jsonl")
            bodies = tuple(Request.objects.values_list("body", flat=True))
            return Played(report, (tmp_path / "verdicts.jsonl").read_bytes(), bodies)
        finally:
            databases.use(before)
            databases.give_back(name)

    with django_db_blocker.unblock():
        before = databases.current()
        yield play_once


def _play(choice: Choice, review: Review, error: float, rules: Ruleset) -> dict[str, Any]:
    preparing.furnish(rules)
    submitting.submit(choice)
    labels = read_labels(choice.folder)
    desk = Desk(choice, Expert(review, labels or {}, error, choice.seed))
    while Run.objects.filter(ended_at=None).exists():
        # A worker that does not beat is taken for dead after some seconds, so each round has a new one.
        holder = Holder(Worker.objects.create(name="the test").pk)
        while working.once(holder):
            continue
        desk.deal()
    return Past.read(choice, labels).report(with_oracle=True)

"""The stage of a case: a database, a world, a crew, and the runs and people on it."""

import os
import threading
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, connections

from agents.engine import accepting
from agents.models import Operation, Run
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.escalation import Kind, Status
from approvals.inbox import deciding
from approvals.models import Escalation, Member, Ruleset
from tests import cast
from tests.faults.fleet.scene import ledger
from tests.faults.fleet.scene.boundaries import ROLES, Role
from tests.faults.fleet.scene.crew import Crew, Kit
from tests.faults.fleet.worker import orders
from tests.plugins.worlds.process import HOST, World

RULES = """
version: 1
name: faults
routes: [{{name: alone, agents: [trusted], auto_threshold: 0.0, ask_threshold: 0.0}}]
decide: {{minutes: 60, undo_seconds: {undo_seconds}}}
"""
OVER = ("succeeded", "failed", "cancelled")


@dataclass(frozen=True)
class Cast:
    """The runs of one case, by role; several of one role have a number behind its name."""

    runs: dict[str, Run]

    @property
    def ids(self) -> tuple[int, ...]:
        """Their primary keys."""
        return tuple(run.pk for run in self.runs.values())

    @property
    def keys(self) -> frozenset[str]:
        """Their keys, as the world knows them."""
        return frozenset(str(run.key) for run in self.runs.values())

    def are(self, *statuses: str) -> bool:
        """Whether every run has one of these statuses."""
        return not Run.objects.filter(pk__in=self.ids).exclude(status__in=statuses).exists()


class Stage:
    """What all cases share; its environment reaches every process that starts afterwards."""

    def __init__(self, folder: Path, kit: Kit | None = None, *, undo_seconds: int = 0) -> None:
        self.world = World(folder)
        os.environ[orders.FOLDER] = str(folder)
        os.environ[orders.WORLD] = f"{HOST}:{self.world.port}"
        document = RULES.format(undo_seconds=undo_seconds).encode()
        Ruleset.objects.create(tenant_id=1, version=1, document=document, status="live")
        self.reviewers = (cast.mara(), cast.kai())
        self.losers: list[str] = []
        """What everybody was told who came second to an escalation, of the runs that were accepted last."""
        self.crew = Crew(folder, kit or Kit())

    def accept(self, agent: str = "careful", roles: tuple[Role, ...] = ROLES) -> Cast:
        """A run for each role."""
        self.losers = []
        return Cast({role.name: accept(agent, role) for role in roles})

    def answer(self, runs: Cast, *, always: DecisionKind | None = None) -> list[tuple[int, float]]:
        """Decide whatever these runs ask; which run was answered when.

        Incidents as a person would who looks at the world, or `always` the same way without a look.
        """
        asked = Escalation.objects.filter(run_key__in=runs.keys, status=Status.OPEN)
        return [self._decide(escalation, runs, always) for escalation in asked.select_related("evidence")]

    def _decide(self, escalation: Escalation, runs: Cast, always: DecisionKind | None) -> tuple[int, float]:
        moment = ledger.clock()
        name, run = next((name, run) for name, run in runs.runs.items() if run.key == escalation.run_key)
        kind = DecisionKind.APPROVE
        if escalation.kind == Kind.INCIDENT:
            kind = always or self._settled(escalation, next(role for role in ROLES if name.startswith(role.name)))
        digest, version = escalation.evidence.digest, escalation.version
        said = Said(kind=kind, evidence_sha256=digest, version=version, reason="read in the log of the world")
        self.losers += race(escalation, said, self.reviewers)
        return run.pk, moment

    def _settled(self, incident: Escalation, role: Role) -> DecisionKind:
        """Look at the world when it has come to rest, then say what is so."""
        self.world.release()
        operation = Operation.objects.filter(origin=incident.origin, outcome="unknown").latest("pk")
        key = ledger.key_of(operation)
        happened = any(effect["operation"] == key for effect in self.world.effects())
        return DecisionKind.HAPPENED if happened else role.if_nothing

    def stop(self) -> None:
        """End every process."""
        self.crew.stop()
        self.world.stop()


def race(escalation: Escalation, said: Said, people: Sequence[Member]) -> list[str]:
    """Let all of them say the same at the same moment; what those were told who did not win.

    Raises what the first of them got when nobody won.
    """
    ends: list[Exception | None] = []
    start = threading.Barrier(len(people))

    def decide(mine: Escalation, by: Member) -> None:
        try:
            start.wait()
            deciding.decide(mine, by=by, said=said)
            ends.append(None)
        except Exception as error:  # noqa: BLE001  # whatever a loser is told is what is looked at
            ends.append(error)
        finally:
            connections.close_all()

    racers = [threading.Thread(target=decide, args=(copy(escalation), by)) for by in people]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    if None not in ends:
        raise next(end for end in ends if end is not None)
    ends.remove(None)
    # Whoever found no database was told nothing, and asks again.
    return [getattr(end, "code", repr(end)) for end in ends if not isinstance(end, OperationalError | InterfaceError)]


def accept(agent: str, role: Role) -> Run:
    """One run that looks, acts in its role, and is done."""
    note = f"note for {role.name}"
    sure = {"tool_choice": 0.9, "arguments": 0.9}
    turns: list[dict[str, Any]] = [
        {"calls": [{"tool": "look", "arguments": {"what": note}}], "reasoning": sure},
        {"calls": [{"tool": role.tool, "arguments": {"note": note}}], "reasoning": sure},
        {"text": "Done.", "is_final": True},
    ]
    body = {"message": f"Please take care of the {note}.", "scenario": {"turns": turns}}
    return accepting.accept(agent=agent, title=role.name, body=body)

"""Runs in every state, carried by the real engine in this process."""

from typing import Any

from agents.engine import accepting
from agents.engine.answers import resending
from agents.models import Run
from approvals.domain.decision import DecisionKind
from approvals.models import Escalation
from tests import cast
from tests.engine import parcels
from tests.flows import desk
from tests.flows.desk import turn

SUM = {"name": "calculate", "arguments": {"expression": "40 + 2"}}
"""A read that needs no world."""
BROKEN: dict[str, Any] = {"this is": "no turn"}
"""What a scripted model cannot say."""


def read_only(title: str = "A customer", **columns: Any) -> Run:
    """A run that read and ended."""
    return scripted(turn(SUM), turn(text="It is 42."), title=title, **columns)


def failed() -> Run:
    """A run whose model gave no answer, and that was given up."""
    run = dead()
    resending.discard(run.letters.get(), by=cast.ada(), reason="not worth it")
    return run


def dead() -> Run:
    """A run whose model gave no answer: a dead letter."""
    return scripted(turn(SUM), BROKEN)


def waiting() -> Run:
    """A run that waits for a person."""
    return scripted(turn(SUM), turn(desk.CANCEL))


def scripted(*turns: dict[str, Any], title: str = "A customer", message: str = "hello", **columns: Any) -> Run:
    """A run in which the agent says these turns, as far as it goes by itself."""
    body = {"message": message, "scenario": {"turns": list(turns)}}
    run = accepting.accept(agent="desk", title=title, body=body, **columns)
    desk.work()
    return run


def post(tool: str = "post_a") -> Run:
    """A run that wants to post once."""
    run = parcels.submit(tool)
    desk.work()
    return run


def posted(tool: str = "post_a") -> Run:
    """A run whose post a person approved, and what came of it."""
    run = post(tool)
    decide(run)
    desk.work()
    return run


def lost() -> Run:
    """A run whose post was sent and never answered."""
    parcels.world["loses"] = True
    try:
        return posted("post_c")
    finally:
        parcels.world.clear()


def in_flight() -> Run:
    """A run whose worker is in the middle of a call."""
    run = accepting.accept(agent="desk", title="A customer", body={"scenario": {"turns": [turn(SUM)]}})
    parcels.begin()
    return run


def escalation(run: Run) -> Escalation:
    """The one escalation of a run that is open."""
    return Escalation.objects.select_related("evidence", "verdict__ruleset").get(run_key=run.key, status="open")


def decide(run: Run, kind: DecisionKind = DecisionKind.APPROVE, **fields: Any) -> Escalation:
    """Mara decides what the run waits for."""
    waits = escalation(run)
    desk.decide(waits, kind, **fields)
    return waits

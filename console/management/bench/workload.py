"""The workload W: a model step, a read, a destructive call behind a person, a last model step; each one durable.

The same four steps that other engines are measured with. Each writes one line to the file that `W_TRACE` names, where
somebody listens: `<monotonic ns> <process> <event> <run>`. A module for `SIGNALBOX_AGENTS`; a run's name travels as its
session key and in its scenario.
"""

import os
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from agents.domain.agent import Agent
from agents.domain.plan import Plan, StepKind, StepSpec
from agents.domain.tool import Call
from agents.domain.turn import ModelRequest, Turn
from agents.llm import gateway
from agents.tools import registry
from approvals.domain.evidence import Change, Preview, Reasoning

NAME = "workload"
MESSAGE = "Please clean up the staging bucket. " * 8
PATHS = ["a.txt", "b.txt"]
MODEL, READ, DELETE, LAST = range(4)
STEP_SECONDS = float(os.environ.get("W_STEP_MS", "0")) / 1000
"""How long a step lasts, where crashes are to fall into one; its effect is in its middle."""


def request(name: str) -> dict[str, Any]:
    """What `accepting.accept` is given for one run."""
    body = {"message": MESSAGE, "scenario": {"run": name}}
    return {"agent": NAME, "title": "Clean up the staging bucket", "body": body, "session_key": name}


def speak(asked: ModelRequest) -> Turn:
    """The model: says what it would do, then what was done, without thinking."""
    name = str(asked.scenario["run"])
    if asked.turn == 0:
        trace("S1", name)
        _work(2)
        why = "The bucket holds two files that nobody has used."
        return Turn(text="I will list, then delete.", reasoning=Reasoning(why=why, tool_choice=0.9, arguments=0.9))
    trace("S4", name)
    _work(2)
    trace("DONE", name)
    return Turn(text="Deleted two files.")


def trace(event: str, name: str) -> None:
    """Tell whoever listens that something happened, on the clock all processes of a machine share."""
    file = _file()
    if file is not None:
        os.write(file, f"{time.monotonic_ns()} {os.getpid()} {event} {name}\n".encode())


@lru_cache(maxsize=1)
def _file() -> int | None:
    path = os.environ.get("W_TRACE")
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if path else None


def _work(halves: int) -> None:
    if STEP_SECONDS:
        time.sleep(STEP_SECONDS / 2 * halves)


def _preview(call: Call, /, *, paths: Sequence[str] = (), **_: Any) -> Preview:
    trace("ASK", call.session_key)
    gone = tuple(Change(field=path, now="there", after="gone", source="effect of the call") for path in paths)
    return Preview(affects="the staging bucket", goes_to="storage", changes=gone)


@registry.tool(effect="read", effect_class="C")
def list_files(call: Call) -> dict[str, Any]:
    """List the files of the bucket."""
    trace("S2", call.session_key)
    _work(2)
    return {"files": ["a.txt", "b.txt", "c.txt"], "bytes": 12345}


@registry.tool(effect="destructive", effect_class="C", title="Delete {paths} from the staging bucket", preview=_preview)
def delete_files(call: Call, *, paths: list[str]) -> dict[str, Any]:
    """Delete files of the bucket."""
    trace("S3", call.session_key)
    _work(1)
    trace("EFFECT", call.session_key)
    _work(1)
    return {"deleted": len(paths)}


gateway.PROVIDERS[NAME] = speak
registry.agent(
    Agent(
        name=NAME,
        version="1",
        model=f"{NAME}:",
        system="You keep a bucket tidy.",
        tools=("list_files", "delete_files"),
        plan=Plan(
            steps=(
                StepSpec(name="plan", kind=StepKind.MODEL),
                StepSpec(name="list_files", kind=StepKind.TOOL, tool="list_files", after=(MODEL,)),
                StepSpec(
                    name="delete_files",
                    kind=StepKind.TOOL,
                    tool="delete_files",
                    arguments={"paths": PATHS},
                    after=(READ,),
                ),
                StepSpec(name="report", kind=StepKind.MODEL, after=(DELETE,)),
            )
        ),
    )
)

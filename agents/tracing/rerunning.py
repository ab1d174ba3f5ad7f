"""Do a run again from its trace: recorded answers, the same engine, and no effect ever.

Every model turn and tool result is taken from the step that recorded it. What is asked anew is what the engine itself
decides: what follows a turn, whether a limit ends the run, which bytes a call is, where its values come from, and what
the gate answers under the rules that are live now. No model and no tool is called, and the database is read in a
transaction that it would let nobody write in, and that is rolled back.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection, transaction

from agents.domain.agent import Agent
from agents.domain.errors import UnknownAgent
from agents.domain.plan import StepKind, StepSpec
from agents.domain.run import StepStatus
from agents.domain.turn import Turn
from agents.engine.context import history
from agents.engine.context.history import Node, Past
from agents.engine.turns import planning, stopping
from agents.models import Run
from agents.tools import calling, registry
from agents.tracing.differing import Again, Difference, Rerun, What
from approvals.domain.errors import BadAction
from approvals.domain.gate import Ruleset, judge
from approvals.domain.redaction import redact_json
from approvals.domain.tool import ToolCard
from approvals.gating import rulesets
from approvals.gating.grounding import ground, share
from approvals.learning import backtesting
from approvals.learning.backtesting import Lost, under
from approvals.learning.tuning import live_of
from approvals.models import ErasedRun, Verdict

STOPPED = "stopped: "
LONGEST = 500
LOST = {
    Lost.TOOL: "its tool is not known any more",
    Lost.FACT: "a fact was missing when it was judged",
    Lost.OTHERWISE: "from what is stored the gate says something else than it said then",
}


@dataclass(frozen=True)
class _Scene:
    """What the whole run shares."""

    agent: Agent
    past: Past
    nodes: tuple[Node, ...]
    verdicts: dict[Any, Verdict]
    rules: Ruleset | None

    def before(self, node: Node) -> Past:
        """What the engine knew: what had ended before, and of calls made side by side those that were done already."""
        verdict = self.verdicts.get(node.key)
        turn = max(
            (one.position for one in self.nodes if one.kind is not StepKind.TOOL and one.position < node.position),
            default=0,
        )
        known = tuple(
            one
            for one in self.past.steps
            if one.position <= turn
            or (verdict and one.position < node.position and one.ended_at and one.ended_at < verdict.created_at)
        )
        return replace(self.past, steps=known if node.kind is StepKind.TOOL else self._earlier(node))

    def _earlier(self, node: Node) -> tuple[Node, ...]:
        return tuple(one for one in self.past.steps if one.position < node.position)


def rerun(run: Run) -> Rerun:
    """Do a run again, with its request at hand; changes nothing, calls nothing, and may be done at any time."""
    with _untouched():
        if ErasedRun.objects.filter(run_key=run.key).exists():
            return _only(run, Difference(What.LOST, "", "what it said and did was erased"))
        try:
            agent = registry.find_agent(run.agent)
        except UnknownAgent:
            return _only(run, Difference(What.AGENT, f"{run.agent} {run.agent_version}", "not registered"))
        scene = _scene(run, agent)
        first = Again(0, "run", run.agent, tuple(_of_agent(run, agent)))
        return Rerun((first, *(_again(scene, node) for node in scene.nodes)))


def _only(run: Run, difference: Difference) -> Rerun:
    return Rerun((Again(0, "run", run.agent, (difference,)),))


@contextmanager
def _untouched() -> Iterator[None]:
    """A transaction in which PostgreSQL refuses every write, taken back whatever happens."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


def _scene(run: Run, agent: Agent) -> _Scene:
    past = history.read(run)
    verdicts = {one.origin: one for one in Verdict.objects.filter(run_key=run.key, attempt=1)}
    live = live_of(run.tenant_id)
    # What is under way or waits for a person is there too: it was decided that it follows.
    return _Scene(agent, past, history.nodes_of(run), verdicts, rulesets.of(live) if live else None)


def _of_agent(run: Run, agent: Agent) -> Iterator[Difference]:
    if agent.version != run.agent_version:
        yield Difference(What.AGENT, run.agent_version, agent.version)


def _again(scene: _Scene, node: Node) -> Again:
    found: Iterator[Difference] = iter(())
    if node.ended_at is not None and node.output is not None and scene.agent.plan.is_conversational:
        if node.kind is StepKind.MODEL:
            found = _turn(scene, node)
        elif node.kind is StepKind.CUSTOMER:
            found = _followed(scene, node, planning.after_customer())
    if node.kind is StepKind.TOOL and node.key in scene.verdicts:
        found = _call(scene, node, scene.verdicts[node.key])
    return Again(node.position, node.kind, node.name, tuple(found))


def _turn(scene: _Scene, node: Node) -> Iterator[Difference]:
    """A model's turn: does a limit end the run here, and what follows."""
    output = node.output or {}
    fields = {name: value for name, value in output.items() if name in Turn.model_fields}
    past, turn = scene.before(node), Turn.model_validate_json(json.dumps(fields))
    limit = stopping.reached(past, scene.agent, turn)
    was = _stopped(node)
    if bool(was) != bool(limit):
        yield Difference(What.LIMIT, was or "went on", limit.sentence if limit else "goes on")
    if not was and not limit and node.status is StepStatus.SUCCEEDED:
        turns = past.turns(StepKind.MODEL) + 1
        yield from _followed(scene, node, planning.after_turn(scene.agent, turn, turns=turns))


def _stopped(node: Node) -> str:
    output = node.output or {}
    text = str(output.get("text", ""))
    is_failed = node.status is StepStatus.FAILED and text.startswith(STOPPED)
    return str(output.get("unfinished", "")) or (text.removeprefix(STOPPED) if is_failed else "")


def _followed(scene: _Scene, node: Node, specs: tuple[StepSpec, ...]) -> Iterator[Difference]:
    """The steps that follow, by kind, tool and arguments; secrets in either are gone."""
    most = max(len(specs), _width(scene, node))
    behind = [one for one in scene.nodes if node.position < one.position <= node.position + most]
    was = [_written(one.kind, (one.call or {}).get("tool", ""), (one.call or {}).get("arguments")) for one in behind]
    now = [_written(spec.kind, spec.tool, spec.arguments if spec.kind is StepKind.TOOL else None) for spec in specs]
    if was != now:
        yield Difference(What.PLAN, "; ".join(was)[:LONGEST] or "nothing", "; ".join(now)[:LONGEST] or "nothing")


def _width(scene: _Scene, node: Node) -> int:
    """How many steps were made behind this one: its calls with the turn that reads them, or the next turn."""
    later = [one for one in scene.nodes if one.position > node.position]
    return next((place for place, one in enumerate(later, 1) if one.kind is not StepKind.TOOL), len(later))


def _written(kind: StepKind, tool: str, arguments: Any) -> str:
    if kind is not StepKind.TOOL:
        return str(kind)
    return f"{tool}({json.dumps(redact_json(arguments), sort_keys=True, ensure_ascii=False)})"


def _call(scene: _Scene, node: Node, verdict: Verdict) -> Iterator[Difference]:
    """A call: its bytes, where its values come from, and what the gate says of it now."""
    call = node.call or {}
    try:
        proposed = calling.as_action(str(call.get("tool")), dict(call.get("arguments") or {}))
    except BadAction as error:
        yield Difference(What.LOST, verdict.tool, str(error)[:LONGEST])
        return
    if proposed.sha256 != bytes(verdict.payload_sha256):
        yield Difference(What.ACTION, bytes(verdict.payload).decode()[:LONGEST], proposed.payload.decode()[:LONGEST])
    card = registry.card_of(proposed.tool)
    told = verdict.score_parts.get("grounding")
    found = share(ground(proposed.arguments, scene.before(node).seen(), schema=card.parameters))
    if told is not None and abs(told - found) > 1e-6:
        yield Difference(What.SOURCES, f"{told:.3f} of the values known", f"{found:.3f} of the values known")
    yield from _answer(scene, verdict)


def _answer(scene: _Scene, verdict: Verdict) -> Iterator[Difference]:
    case = backtesting.find(verdict.tenant_id, verdict.pk, cards=_declared)
    if case is None or isinstance(case, Lost):
        yield Difference(What.LOST, str(verdict.outcome), LOST[case] if case else "its verdict is gone")
        return
    if scene.rules is None:
        return
    said = judge(case.action, under(case, scene.rules), scene.rules)
    if said.outcome != verdict.outcome:
        because = said.reasons[0].sentence if said.reasons else ""
        yield Difference(What.ANSWER, str(verdict.outcome), f"{said.outcome}: {because}".rstrip(": ")[:LONGEST])


def _declared(name: str) -> ToolCard | None:
    found = registry.find_tool(name)
    return found.card if found else None

"""Stop what would not end: so many steps for a message, the same calls again and again, what is refused every time."""

from collections.abc import Iterable
from dataclasses import dataclass

from agents.domain import loop
from agents.domain.agent import Agent
from agents.domain.loop import Made
from agents.domain.plan import StepKind
from agents.domain.run import StepStatus
from agents.domain.turn import Turn
from agents.engine.context.history import Node, Past
from agents.models import Stop
from agents.models.stop import StopKind

REFUSED, REJECTED = "refused: ", "rejected: "
"""How the results of calls begin that the rules or a person refused."""


@dataclass(frozen=True)
class Limit:
    """A limit that a turn has reached."""

    kind: StopKind
    sentence: str

    @property
    def is_failure(self) -> bool:
        """A dangerous run fails; any other returns what it has."""
        return self.kind is StopKind.UNSAFE


def reached(past: Past, agent: Agent, turn: Turn) -> Limit | None:
    """The limit that the calls of a turn run into; None where they may be made.

    A turn without calls ends or waits for the user by itself.
    """
    if not turn.calls:
        return None
    if agent.is_watched and (why := loop.danger(_made(past.steps), _proposed(turn))):
        return Limit(StopKind.UNSAFE, why)
    if why := repeats(past, agent, turn):
        return Limit(StopKind.REPETITION, why)
    recent = _since_the_user(past)
    steps = sum(step.kind in (StepKind.MODEL, StepKind.TOOL) for step in recent) + 1
    # With the turn that would read what the calls bring.
    if agent.is_watched and steps + len(turn.calls) + 1 > agent.step_limit:
        return Limit(StopKind.STEPS, f"{steps} steps for one message of the user, at most {agent.step_limit}")
    if past.turns(StepKind.MODEL) + 1 >= agent.turn_limit:
        return Limit(StopKind.TURNS, f"{agent.turn_limit} turns")
    return None


def repeats(past: Past, agent: Agent, turn: Turn) -> str:
    """Why the calls of a turn lead nowhere; empty when they may, and for an agent nobody watches."""
    return loop.repetition(_made(_since_the_user(past)), _proposed(turn)) if agent.is_watched and turn.calls else ""


def list_stop(past: Past, limit: Limit) -> None:
    """List a run that a limit ends; joins the transaction that ends it."""
    Stop.objects.create(
        tenant_id=past.run.tenant_id, run_id=past.run.pk, kind=limit.kind, sentence=limit.sentence[:500]
    )


def _since_the_user(past: Past) -> tuple[Node, ...]:
    last = max((place for place, step in enumerate(past.steps) if step.kind is StepKind.CUSTOMER), default=-1)
    return past.steps[last + 1 :]


def _made(steps: Iterable[Node]) -> list[Made]:
    return [_call(step) for step in steps if step.kind is StepKind.TOOL]


def _call(step: Node) -> Made:
    output = step.output or {}
    # Arguments that do not fit the schema are a mistake to mend, not a wall to run against.
    is_misfit = output.get("stopped_by") == ["schema"]
    is_refused = step.status is StepStatus.REFUSED and not is_misfit
    text = str(output.get("text", ""))
    return Made(
        step.name,
        (step.call or {}).get("arguments", {}),
        is_refused=is_refused and text.startswith((REFUSED, REJECTED)),
        is_against_rules=is_refused and text.startswith(REFUSED),
        has_failed=is_misfit or step.status is StepStatus.FAILED,
    )


def _proposed(turn: Turn) -> list[Made]:
    return [Made(call.tool, call.arguments) for call in turn.calls]

"""A recorded run as the gate is asked about it: each call with what the agent had seen before it, as recorded."""

from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

from agents.domain import record
from agents.domain.plan import StepKind
from agents.domain.record import Answer, Record, Said
from agents.domain.run import StepStatus
from agents.engine.context.history import Node, Past
from agents.models import Request, Run
from agents.tools import calling, registry
from agents.tools.samples.recorded.declaring import agent_of, qualified
from approvals.domain.errors import BadAction
from approvals.domain.evidence import Material, Preview
from approvals.gating.proposal import Proposal
from approvals.inbox.asking import Prepared, prepare
from approvals.models import Tenant
from console.management.replay.choice import SPACE, Choice


@dataclass(frozen=True)
class Asked:
    """One recorded call, ready to be judged."""

    index: str
    """Its place in the record, by which the labels know it."""
    prepared: Prepared

    @property
    def is_gated(self) -> bool:
        """It writes, or sends something out."""
        return self.prepared.proposal.card.is_counted

    def within(self, tenant_id: int, run_key: UUID) -> Prepared:
        """The same call as one of another run: what was found out about it does not depend on whose it is."""
        origin = uuid5(run_key, self.index)
        proposal = replace(self.prepared.proposal, tenant_id=tenant_id, run_key=run_key, origin=origin)
        return replace(self.prepared, proposal=proposal)


@dataclass(frozen=True)
class History:
    """One recorded run with its calls, in their order."""

    id: str
    calls: tuple[Asked, ...]
    recorded: int
    """How many calls it made, also those that are not judged again."""

    def gated(self, also: Container[tuple[str, str]] = ()) -> "History":
        """Without the calls that neither write nor send: what the gate says of those depends on no order.

        But for those in `also`, pairs of a run and a place in it, about which it asked all the same.
        """
        return replace(self, calls=tuple(one for one in self.calls if one.is_gated or (self.id, one.index) in also))


def histories(choice: Choice) -> list[History]:
    """Every chosen run; the process must run with the agents of the recorded runs."""
    agreements = record.agreements(choice.folder)
    found = []
    for one in choice.records():
        calls = tuple(_asked(past, said, agreements.get((one.id, said.call_id))) for past, said in _pasts(one))
        found.append(History(one.id, calls, len(calls)))
    return found


def _asked(past: Past, said: Said, agreement: float | None) -> Asked:
    tool = past.steps[-1].name
    past = replace(past, steps=past.steps[:-1])
    run, card = past.run, registry.card_of(tool)
    try:
        action = calling.as_action(tool, dict(said.arguments))
    except BadAction:
        action = calling.as_action(tool, {})
    proposal = Proposal(
        tenant_id=run.tenant_id,
        origin=run.key,
        run_key=run.key,
        agent=run.agent,
        agent_version=run.agent_version,
        action=action,
        card=card,
        seen=past.seen(),
        parts={"agreement": agreement},
        material=Material(title=card.name, preview=Preview(affects="recorded", goes_to="recorded")),
    )
    return Asked(said.call_id, prepare(proposal))


def _pasts(found: Record) -> Iterator[tuple[Past, Said]]:
    """What had happened when each call was made; its own step is the last, as it ended in the record."""
    past = Past(_run(found), ())
    customer = iter(found.customer)
    is_agents = False
    for said in found.agent:
        if not is_agents:
            past = _with(past, StepKind.CUSTOMER, "customer", output={"text": next(customer, "")})
        is_agents = bool(said.call_id)
        if said.call_id:
            past = _called(past, said, found)
            yield past, said


def _called(past: Past, said: Said, found: Record) -> Past:
    answer = found.answers.get(said.call_id) or Answer(None, "no answer")
    name = qualified(found.domain, said.tool)
    call: dict[str, Any] = {"tool": name, "arguments": said.arguments, "call_id": said.call_id}
    if answer.error is None:
        return _with(past, StepKind.TOOL, name, call=call, output={"result": answer.result})
    return _with(past, StepKind.TOOL, name, call=call, output={"text": answer.error}, status=StepStatus.FAILED)


def _with(
    past: Past,
    kind: StepKind,
    name: str,
    *,
    output: dict[str, Any],
    call: dict[str, Any] | None = None,
    status: StepStatus = StepStatus.SUCCEEDED,
) -> Past:
    place = len(past.steps)
    node = Node(place, past.run.key, place, kind, name, status, call, output, None, None)
    return replace(past, steps=(*past.steps, node))


def _run(found: Record) -> Run:
    """The run as the engine would have it; it is not stored."""
    agent = registry.find_agent(agent_of(found.domain))
    request = Request(tenant_id=Tenant.DEFAULT, agent=agent.name, title=found.id, body={})
    return Run(
        key=uuid5(SPACE, found.id),
        request=request,
        tenant_id=Tenant.DEFAULT,
        agent=agent.name,
        agent_version=agent.version,
    )

"""Freshness: an approved action runs only in the world it was approved for."""

from agents.domain.tool import Call
from agents.engine import advancing, stepping
from agents.engine.context import proposing
from agents.engine.context.history import read
from agents.engine.queue.claiming import Held
from agents.engine.stepping import Carried
from agents.models import Run
from agents.tools import calling, registry
from approvals.domain.action import Action
from approvals.domain.evidence import Returned, moved_rows
from approvals.inbox import asking
from approvals.models import Decision, Verdict


def use(held: Held, run: Run, decision: Decision) -> Carried | None:
    """Take the right of an approval, or return the item to the queue when what it read has changed since.

    Joins the claiming transaction. The read-set of a class A tool is in our own database, so it is read in the very
    transaction that commits the intent; a tool that acts elsewhere declares none, or reads without a network.
    """
    moved = _moved(held, run, decision)
    if not moved:
        return Carried(held, stepping.intend(held, grant=decision.grant))
    _send_back(held, run, decision, moved)
    return None


def _moved(held: Held, run: Run, decision: Decision) -> tuple[str, ...]:
    """The entities of the read-set that are not as they were when the evidence was frozen."""
    seen = decision.approved.value().material.preview.reads
    if not seen:
        return ()
    now = {each.entity: each.digest for each in calling.reads(_action(decision), _call(held, run))}
    return tuple(each.entity for each in seen if now.get(each.entity) != each.digest)


def _send_back(held: Held, run: Run, decision: Decision, moved: tuple[str, ...]) -> None:
    """The grant is void and the question is asked anew, with what was asked, what is now and what is proposed."""
    call = {**(held.call or {}), "arguments": _action(decision).arguments}
    last = Verdict.objects.filter(origin=held.key).order_by("-attempt").values_list("attempt", flat=True)[0]
    agent = registry.find_agent(run.agent)
    prepared = proposing.propose(
        read(run), agent, origin=held.key, call=call, turn=None, attempt=last + 1, is_apart=False
    )
    before = decision.approved.value().material.preview
    returned = Returned(
        reason=f"{', '.join(moved)} changed after {decision.author} approved it.",
        entities=moved,
        rows=moved_rows(before, prepared.proposal.material.preview),
    )
    advancing.lock_run(run.pk)
    advancing.pause(held)
    asking.send_back(decision, asking.with_material(prepared, returned=returned))


def _action(decision: Decision) -> Action:
    """What was approved: the edited bytes where there are some."""
    return calling.from_payload(bytes(decision.payload or decision.verdict.payload))


def _call(held: Held, run: Run) -> Call:
    return Call(run_key=run.key, operation_key=str(held.key), session_key=run.session_key)

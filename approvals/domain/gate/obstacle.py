"""What stops any action before rules and scores are asked: halt, an unknown tool, a bad call, facts nobody knows."""

from collections.abc import Iterator, Mapping, Sequence

from approvals.domain.action import Action
from approvals.domain.gate.condition import kind_of
from approvals.domain.gate.facts import Facts
from approvals.domain.gate.shelf import Bound
from approvals.domain.redaction import reveal
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome, Reason

_SHOWN = 5
"""Errors of a schema that fit into a sentence."""


def obstacles(action: Action, facts: Facts, bounds: Sequence[Bound] = ()) -> Iterator[Reason]:
    """Every reason why nobody should even look at the score; none for an ordinary call."""
    yield from _halted(facts.halted)
    yield from _unknown(action, facts)
    yield from _question(facts.tool)
    yield from _misfit(facts.schema_errors)
    yield from _unknowable(facts)
    if len(bounds):  # a sequence, and nothing that is only false
        yield from _limited(facts.reached, bounds)


def _halted(halted: object) -> Iterator[Reason]:
    """A halt freezes: the action waits for a person instead of being refused for good (law 5)."""
    if not isinstance(halted, tuple):
        yield _ask("halted", "It is not known whether this is halted.")
        return
    for reason in halted:
        yield _ask("halted", f"Halted: {reveal(str(reason))}")


def _unknown(action: Action, facts: Facts) -> Iterator[Reason]:
    """A name is known exactly or not at all, so a look-alike of a tool is an unknown tool."""
    card = facts.tool
    if card.known is not True:
        yield _ask("unknown_tool", "No tool of this name is registered.")
    elif (card.name, card.version) != (action.tool, action.version):
        yield _ask("unknown_tool", "The tool is not registered in the version this call was made for.")


def _question(card: ToolCard) -> Iterator[Reason]:
    """A question to a person is answered, and a conversation that is handed over is taken: neither runs."""
    if card.asks_person is not False:
        yield _ask("question", "The agent asks a person.")
    if card.hands_over is not False:
        yield _ask("handoff", "The agent hands the conversation over to a person.")


def _misfit(errors: object) -> Iterator[Reason]:
    """A call that does not fit its schema is refused: it can never run, and its agent is told what to correct."""
    if not isinstance(errors, tuple):
        yield _ask("schema", "It could not be checked whether the arguments fit the tool.")
    elif errors:
        shown = "; ".join(reveal(str(error), 200) for error in errors[:_SHOWN])
        more = f"; and {len(errors) - _SHOWN} more" if len(errors) > _SHOWN else ""
        sentence = f"The arguments do not fit the tool: {shown}{more}"
        yield Reason(code="schema", outcome=Outcome.REFUSE, sentence=sentence)


def _limited(reached: object, bounds: Sequence[Bound]) -> Iterator[Reason]:
    """A limit asks and never refuses: beyond it a person looks, and nothing is dropped."""
    if not isinstance(reached, Mapping):
        yield _ask("limit", "It is not known whether a limit is reached.")
        return
    for bound in bounds:
        if bound.limit.name in reached:
            yield bound.reached if reached[bound.limit.name] == "reached" else bound.uncounted


def _unknowable(facts: Facts) -> Iterator[Reason]:
    if not facts.agent or any(type(name) is not str for name in (facts.agent, facts.agent_version, facts.tenant)):
        yield _ask("fault", "It is not known which agent asks.")
    yield from _failed(facts.faults)
    for name, value in facts.extra.items():
        if kind_of(name) != "string" or kind_of(value) == "odd":
            yield _ask("fault", f"The fact {reveal(str(name), 80)} has a value that cannot be judged.")


def _failed(faults: object) -> Iterator[Reason]:
    if not isinstance(faults, tuple):
        yield _ask("fault", "It is not known which facts could be gathered.")
        return
    for source in faults:
        yield _ask("fault", f"A fact is missing, because its source failed: {reveal(str(source), 80)}.")


def _ask(code: str, sentence: str) -> Reason:
    return Reason(code=code, outcome=Outcome.ASK, sentence=sentence)

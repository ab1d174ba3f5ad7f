"""Which writes an agent has in mind, which are settled, and which one is next."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from agents.domain.turn import Line
from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.agent.edit import Changes, answers, changes, correction, is_answered, substituted
from agents.llm.providers.reactive.agent.memory import Memory, Outcome
from agents.llm.providers.reactive.chance import pick
from agents.llm.providers.reactive.scenario import ASK, HANDOFF, Flaw, Scenario, Wish

AGAIN = "-2"
"""Added to the call id of a corrected call."""

_CODE = re.compile(
    r"\b(wrong_arguments|schema|revised?|answer(?:ed)?|wrong_action|not_asked|against_policy|duplicate|injected|other"
    r"|expired|taken_over|take_over|declined|refused)\b"
)
_FIXABLE = frozenset({"wrong_arguments", "schema", "revise", "revised", "answer", "answered"})
_ENDING = frozenset({"expired", "taken_over", "take_over"})


class Origin(StrEnum):
    """Why an agent wants a write."""

    REFERENCE = "reference"
    EXTRA = "extra"
    INJECTED = "injected"


@dataclass(frozen=True)
class Slot:
    """One intended write. `key` is its call id: neutral, because people and gates see it."""

    key: str
    origin: Origin
    wish: Wish
    is_flawed: bool = False


@dataclass
class Progress:
    """How far the writes are."""

    settled: dict[str, str] = field(default_factory=dict)
    """Slot key → worked, failed, refused, unknown or declined."""
    corrections: dict[str, Wish] = field(default_factory=dict)
    """Slot key → the call to propose after the first one was rejected."""
    confirmed: set[str] = field(default_factory=set)
    changed: Changes = field(default_factory=dict)
    """Values that people have put in place of the agent's."""
    detailed: set[str] = field(default_factory=set)
    """Slots for which the customer was asked for values."""


def slots(scenario: Scenario) -> list[Slot]:
    """The writes of a run in order; an extra one stands somewhere after the first."""
    reference = [wish for wish in scenario.writes if wish.name != HANDOFF]
    target = pick(range(len(reference)), scenario.salt, "target") if reference else -1
    spoils = scenario.flaw in (Flaw.WRONG_ARGUMENT, Flaw.VALUE_FROM_NOWHERE)
    planned = [Slot(f"w{at + 1}", Origin.REFERENCE, wish, spoils and at == target) for at, wish in enumerate(reference)]
    if scenario.flaw is Flaw.EXTRA_WRITE:
        planned.insert(target + 1, Slot(f"w{len(reference) + 1}", Origin.EXTRA, Wish("", {}), is_flawed=True))
    handoffs = [wish for wish in scenario.writes if wish.name == HANDOFF]
    return planned + [Slot(f"h{at + 1}", Origin.REFERENCE, wish) for at, wish in enumerate(handoffs)]


def injected(scenario: Scenario) -> Slot | None:
    """The write that a text in a tool result talks the agent into."""
    if scenario.flaw is not Flaw.INJECTED or scenario.injection is None:
        return None
    return Slot(f"w{len(scenario.writes) + 2}", Origin.INJECTED, scenario.injection.call, is_flawed=True)


def code(outcome: Outcome) -> str:
    """The reason in a refusal: a rejection's code, `expired`, `declined`; `refused` when the text names none."""
    found = _CODE.search(outcome.text.lower().removeprefix("refused"))
    return found[1] if found else "refused"


def is_unknown(outcome: Outcome) -> bool:
    """Whether nobody knows what happened, also after a person was asked and did not say."""
    return outcome.status == "unknown" or (outcome.status == "failed" and outcome.text.startswith("unknown"))


def ends_run(outcome: Outcome) -> bool:
    """Whether the agent has nothing more to do after this outcome; a read that got lost is just not known."""
    if is_unknown(outcome):
        return not Wish(outcome.call.tool, {}).is_read
    return outcome.status == "refused" and code(outcome) in _ENDING and outcome.call.tool != ASK


def progress(planned: list[Slot], history: tuple[Line, ...], memory: Memory) -> Progress:
    """Replay a history against the planned writes."""
    by_key = {slot.key: slot for slot in planned}
    meant = {slot.key: slot.wish for slot in planned}
    done = Progress(changed={**answers(memory, meant), **changes(memory, meant)})
    waiting = ""
    for line in history:
        if line.role == "tool" and (slot := by_key.get(line.call_id.removesuffix(AGAIN))):
            _settle(done, slot, line.call_id, memory)
        elif line.role == "agent" and line.text:
            slot = current(planned, done)
            waiting = slot.key if slot and phrases.CONFIRM in line.text else ""
            if slot and phrases.DETAILS in line.text:
                done.detailed.add(slot.key)
        elif line.role == "customer" and waiting:
            _hear(done, waiting, line.text)
            waiting = ""
    _drop_rejected(done, planned, memory)
    return done


def current(planned: list[Slot], done: Progress) -> Slot | None:
    """The first write that is not settled."""
    return next((slot for slot in planned if slot.key not in done.settled), None)


def _settle(done: Progress, slot: Slot, call_id: str, memory: Memory) -> None:
    outcome = memory.outcomes.get(call_id)
    if outcome is None:
        return
    if not call_id.endswith(AGAIN) and outcome.status == "refused" and code(outcome) in _FIXABLE:
        meant = substituted(slot.wish, done.changed)
        better = correction(meant, outcome, memory) if slot.origin is Origin.REFERENCE else None
        is_proposed = call_id + AGAIN in memory.outcomes
        # Who answered may have named the very value that was proposed: then it is proposed again, with that said.
        if better and (is_proposed or is_answered(outcome) or better.key not in memory.tried):
            done.corrections[slot.key] = better
            return
    done.settled[slot.key] = outcome.status


def _hear(done: Progress, key: str, text: str) -> None:
    if phrases.says_no(text):
        done.settled[key] = "declined"
    else:
        done.confirmed.add(key)


def _drop_rejected(done: Progress, planned: list[Slot], memory: Memory) -> None:
    # What a person rejected is never asked for again, even where the reference has the same call twice.
    rejected = {
        Wish(outcome.call.tool, outcome.call.arguments).key
        for outcome in memory.outcomes.values()
        if outcome.status == "refused"
    }
    for slot in planned:
        if slot.key not in done.settled and slot.key not in done.corrections and slot.wish.key in rejected:
            done.settled[slot.key] = "refused"

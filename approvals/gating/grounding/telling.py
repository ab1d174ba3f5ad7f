"""Tell people where values come from: the rows of a difference get the source of the argument they show."""

from collections.abc import Iterable
from typing import Any

from approvals.domain.evidence import Change, Grounding, Preview
from approvals.domain.gate import leaves
from approvals.gating.grounding.words import number_of, words

EFFECT = "effect of the call"
SHORTEST_ID = 8
"""Digits from which on a number is taken for an identifier."""


def told(preview: Preview, arguments: dict[str, Any], groundings: Iterable[Grounding]) -> Preview:
    """A preview whose rows say where the agent had each value from, found by the server.

    A row that shows an argument's value takes that argument's source; a value seen nowhere flags its row. Rows the
    tool explained itself, and what the call merely causes, stay as they are.
    """
    sources = dict(_by_value(arguments, groundings))
    return preview.model_copy(update={"changes": tuple(_told(change, sources) for change in preview.changes)})


def _by_value(arguments: dict[str, Any], groundings: Iterable[Grounding]) -> Iterable[tuple[str, Grounding]]:
    """The least trusted source wins where two arguments have the same value: it must not look better than it is."""
    found = {grounding.path: grounding for grounding in groundings}
    ranked = [(str(value), found[path]) for path, value in leaves(arguments) if path in found]
    return sorted(ranked, key=lambda pair: pair[1].source == "agent")


def _told(change: Change, sources: dict[str, Grounding]) -> Change:
    grounding = sources.get(change.after or "")
    if grounding is None or change.source != EFFECT:
        return change
    return change.model_copy(update={"source": sentence(grounding, change.after), "is_flagged": is_odd(grounding)})


def is_odd(grounding: Grounding) -> bool:
    """Whether a reviewer should look twice: nobody said it, or only somebody who is neither the user nor a tool."""
    return grounding.role != "text" and grounding.source in ("agent", "untrusted_tool", "referred")


def sentence(grounding: Grounding, value: Any) -> str:
    """Where a value was seen, in a few words of the console's own; what was compared is said, as it proves no more.

    An identifier that stands somewhere is that identifier; the same words or the same number may be about something
    else.
    """
    where = "what the customer said" if grounding.detail == "customer" else grounding.detail
    match grounding.source:
        case "agent" if grounding.role == "text":
            return "written by the agent"
        case "agent":
            return "agent only, in no tool result"
        case "policy":
            return grounding.detail
        case "untrusted_tool":
            return f"{_match(value)} only in untrusted text of {grounding.detail}"
        case "referred":
            return f"{_match(value)} in untrusted text of {grounding.detail}, in an entry that the customer named"
        case _:
            return f"{_match(value)} in {where}"


def _match(value: Any) -> str:
    row = words(str(value))
    if len(row) != 1:
        return "the same words occur"
    is_code = row[0].isdigit() and len(row[0]) >= SHORTEST_ID
    if isinstance(value, int | float) or (number_of(row[0]) is not None and not is_code):
        return "the same number occurs"
    return "the same id is" if any(letter.isdigit() for letter in row[0]) or "@" in row[0] else "the same word occurs"

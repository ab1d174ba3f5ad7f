"""Tell people where values come from: the rows of a difference get the source of the argument they show."""

from collections.abc import Iterable
from typing import Any

from approvals.domain.evidence import Change, Grounding, Preview
from approvals.domain.gate import leaves

EFFECT = "effect of the call"


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
    return change.model_copy(update={"source": sentence(grounding), "is_flagged": grounding.source == "agent"})


def sentence(grounding: Grounding) -> str:
    """Where a value was seen, in a few words of the console's own."""
    match grounding.source:
        case "user":
            return "the customer's words" if grounding.detail == "customer" else grounding.detail
        case "agent":
            return "agent only, in no tool result"
        case "untrusted_tool":
            return f"{grounding.detail}, untrusted"
        case _:
            return grounding.detail

"""What would change, and what the server checked."""

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from approvals.domain.evidence import Change, Check, Evidence, Grounding, Preview
from approvals.gating.grounding.telling import is_odd, sentence
from console.pages.presenting.editing.controls import named, shown


@dataclass(frozen=True)
class Line:
    """One row of the difference. `now` and `after` are untrusted; None is a value that is not there."""

    field: str
    now: str | None
    after: str | None
    source: str
    is_flagged: bool
    is_same: bool = False
    is_kept: bool = False
    """Shown only under "All"."""
    is_argument: bool = False
    """A value of the call and not a change: nothing says what is there now."""


@dataclass(frozen=True)
class Effect:
    """The difference, the checks with the failed ones first, and the call as it would run."""

    tool: str
    lines: tuple[Line, ...]
    total: int
    has_kept: bool
    call: str
    checks: tuple[Check, ...]
    refusal: str = ""
    """Why the call would be refused, so that it changes nothing; empty when it would not be."""
    is_untold: bool = False
    """The tool says neither what would change nor that it would refuse: the rows are the call's arguments."""


def effect(evidence: Evidence) -> Effect:
    """Write what a call would do; arguments that nothing supports are added when the tool's own rows hide them."""
    preview = evidence.material.preview
    refusal = _refusal(preview)
    is_untold = not preview.changes and not refusal
    changed = [_line(change) for change in preview.changes]
    added = _arguments(evidence) if is_untold else _unsupported(evidence, changed)
    kept = [_line(change, is_kept=True) for change in preview.unchanged]
    if refusal:
        kept = [*(replace(line, is_kept=True) for line in _arguments(evidence)), *kept]
        added = []
    lines = (*changed, *added, *kept)
    return Effect(
        tool=evidence.tool.name,
        lines=lines,
        total=len(lines),
        has_kept=bool(kept),
        call=json.dumps(
            {"tool": evidence.tool.name, "version": evidence.tool.version, "arguments": evidence.arguments},
            indent=2,
            ensure_ascii=False,
        ),
        checks=tuple(sorted(preview.checks, key=lambda check: (check.passed, check.is_open))),
        refusal=refusal,
        is_untold=is_untold,
    )


def _refusal(preview: Preview) -> str:
    """A call without any change and with a failed check of its tool would be refused: the first such says why."""
    if preview.changes:
        return ""
    sentence = next((check.sentence for check in preview.checks if check.is_failed and check.source == "tool"), "")
    said, colon, why = sentence.partition(": ")
    return why if colon and "would refuse" in said else sentence


def _line(change: Change, *, is_kept: bool = False) -> Line:
    is_same = is_kept or (change.now == change.after)
    return Line(change.field, change.now, change.after, change.source, change.is_flagged, is_same, is_kept)


def _unsupported(evidence: Evidence, changed: list[Line]) -> list[Line]:
    """The arguments that the agent wrote by itself or took from untrusted text and that no flagged row shows."""
    grounded = [found for found in evidence.grounding if is_odd(found)]
    lines = [(found.path, _argument(found.path, _at(evidence.arguments, found.path), found)) for found in grounded]
    return [line for path, line in lines if not any(_shows(row, path, line.after) for row in changed)]


def _shows(row: Line, path: str, text: str | None) -> bool:
    """Whether a flagged row is about this argument: the same value, under a name that holds the argument's."""
    return row.is_flagged and row.after == text and _words(path) <= _words(row.field)


def _words(name: str) -> set[str]:
    """The words of a name that say what it is about: `payment_method_id` and `Payment method of the refund` share two.

    A name of digits and `id` alone is a word of its own.
    """
    words = {word.rstrip("0123456789").removesuffix("s") for word in re.findall(r"[^\W_]+", name.casefold())}
    return (words - {"", "id"}) or {name}


def _arguments(evidence: Evidence) -> list[Line]:
    """Every argument as a row, for a call nobody can say the changes of."""
    by_path = {found.path: found for found in evidence.grounding}
    paths = list(by_path) or list(evidence.arguments)
    return [_argument(path, _at(evidence.arguments, path), by_path.get(path)) for path in paths]


def _argument(path: str, value: Any, found: Grounding | None) -> Line:
    is_flagged = found is None or is_odd(found)
    return Line(named(path), None, shown(value), source_of(found, value), is_flagged, is_argument=True)


def source_of(found: Grounding | None, value: Any) -> str:
    """Where a value was seen, in a few words."""
    return sentence(found, value) if found else _("agent only, in no tool result")


def _at(arguments: Any, path: str) -> Any:
    """The value at a dotted path; the path itself may be a key that holds dots."""
    if isinstance(arguments, dict) and path in arguments:
        return arguments[path]
    here = arguments
    for step in path.split("."):
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        else:
            # An address inside of a text stands behind the text's own path.
            return path.partition(": ")[2] or None
    return here

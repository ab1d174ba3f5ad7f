"""What would change, and what the server checked."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.domain.evidence import Change, Check, Evidence, Grounding

UNGROUNDED = ("agent", "untrusted_tool")


@dataclass(frozen=True)
class Line:
    """One row of the difference. `now` and `after` are untrusted; None is a value that is not there."""

    field: str
    now: str | None
    after: str | None
    source: str
    is_flagged: bool
    is_same: bool
    is_kept: bool
    """Shown only under "All"."""


@dataclass(frozen=True)
class Effect:
    """The difference, the checks with the failed ones first, and the call as it would run."""

    tool: str
    lines: tuple[Line, ...]
    total: int
    has_kept: bool
    call: str
    checks: tuple[Check, ...]


def effect(evidence: Evidence) -> Effect:
    """Write what a call would do; arguments that nothing supports are added when the tool's own rows hide them."""
    preview = evidence.material.preview
    changed = [_line(change) for change in preview.changes] or _arguments(evidence)
    shown = {line.after for line in changed if line.is_flagged}
    lines = (
        *changed,
        *(line for line in _unsupported(evidence) if preview.changes and line.after not in shown),
        *(_line(change, is_kept=True) for change in preview.unchanged),
    )
    return Effect(
        tool=evidence.tool.name,
        lines=lines,
        total=len(lines),
        has_kept=bool(preview.unchanged),
        call=json.dumps(
            {"tool": evidence.tool.name, "version": evidence.tool.version, "arguments": evidence.arguments},
            indent=2,
            ensure_ascii=False,
        ),
        checks=tuple(sorted(preview.checks, key=lambda check: check.passed)),
    )


def _line(change: Change, *, is_kept: bool = False) -> Line:
    is_same = is_kept or (change.now == change.after)
    return Line(change.field, change.now, change.after, change.source, change.is_flagged, is_same, is_kept)


def _unsupported(evidence: Evidence) -> list[Line]:
    """The arguments that the agent wrote by itself or took from untrusted text."""
    grounded = [found for found in evidence.grounding if found.source in UNGROUNDED]
    return [_argument(found.path, _at(evidence.arguments, found.path), found) for found in grounded]


def _arguments(evidence: Evidence) -> list[Line]:
    """Every argument as a row, for a tool that cannot say what it would change."""
    by_path = {found.path: found for found in evidence.grounding}
    paths = list(by_path) or list(evidence.arguments)
    return [_argument(path, _at(evidence.arguments, path), by_path.get(path)) for path in paths]


def _argument(path: str, value: Any, found: Grounding | None) -> Line:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    is_flagged = found is None or found.source in UNGROUNDED
    return Line(path, None, text, _source(found), is_flagged, False, False)


def _source(found: Grounding | None) -> str:
    if found is None or found.source == "agent":
        return _("agent only, in no tool result")
    if found.source == "untrusted_tool":
        return _("only in untrusted text of %(tool)s") % {"tool": found.detail}
    return found.detail or {"user": _("customer"), "policy": _("policy")}.get(found.source, found.source)


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
            return None
    return here

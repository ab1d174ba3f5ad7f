"""The words of conditions: where a path may start, and what is known of some paths before there are any facts."""

from collections.abc import Iterable

from approvals.domain.gate.condition.syntax import Path, written
from approvals.domain.gate.condition.tokens import Unreadable
from approvals.domain.tool import Effect, EffectClass, Reversibility

ROOTS = ("args", "tool", "facts", "grounding", "object", "score", "run")
"""The only names a condition may start from."""

PARTS = {
    "tool": ("name", "version", "effect", "reversibility", "effect_class", "egress", "environment"),
    "run": ("agent", "agent_version", "tenant"),
}
"""Roots of which every part is known."""

_VALUES: dict[Path, Iterable[str]] = {
    ("tool", "effect"): Effect,
    ("tool", "reversibility"): Reversibility,
    ("tool", "effect_class"): EffectClass,
}


def check_path(path: Path) -> None:
    """Raise Unreadable for a part of a tool or a run that does not exist."""
    parts = PARTS.get(str(path[0]))
    if parts is not None and len(path) > 1 and (len(path) > 2 or path[1] not in parts):
        raise Unreadable(f"{written(path)} does not exist; {path[0]} has {', '.join(parts)}")


def check_value(path: Path, value: str) -> None:
    """Raise Unreadable for a value that a path can never have: a rule that waits for it would never apply."""
    known = list(_VALUES.get(path, ()))
    if known and value not in known:
        raise Unreadable(f"{written(path)} is never {value!r}; it is one of {', '.join(known)}")

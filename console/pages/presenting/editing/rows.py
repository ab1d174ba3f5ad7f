"""Two sets of arguments side by side: what differs between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from approvals.domain.gate import leaves
from console.pages.presenting.editing.controls import ABSENT, named, shown


@dataclass(frozen=True)
class Row:
    """One argument before and now, both untrusted; None where the call has none."""

    field: str
    before: str | None
    now: str | None


def changed_rows(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Row, ...]:
    """Every single value that differs; a value of another kind that reads the same is one of them."""
    old, new = dict(leaves(dict(before))), dict(leaves(dict(now)))
    paths = [path for path in {**old, **new} if _differ(old.get(path, ABSENT), new.get(path, ABSENT))]
    return tuple(Row(named(path), _text(old, path), _text(new, path)) for path in paths)


def _differ(before: Any, now: Any) -> bool:
    return before != now or isinstance(before, bool) != isinstance(now, bool)


def _text(values: Mapping[str, Any], path: str) -> str | None:
    return shown(values[path]) if path in values else None

"""The facts as conditions see them: plain JSON values under the roots, each of a known kind or odd."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

import cel

from approvals.domain.gate.condition.syntax import Path

NUMBER_LIMIT = 2**53
"""Numbers beyond are odd: they are no longer exact, and sums of them could leave the numbers altogether."""

_KINDS = {bool: "bool", int: "number", float: "number", str: "string", type(None): "null", list: "list", dict: "map"}
_DEPTH_LIMIT = 32


class Scene:
    """One judgement's facts. Kinds are looked up once per path; the CEL context is built once, when first needed."""

    def __init__(self, roots: Mapping[str, Any]) -> None:
        self.roots = roots
        self._kinds: dict[Path, str] = {}
        self._context: cel.Context | None = None

    def kind(self, path: Path) -> str:
        """The kind of the value at a path, `missing` where there is none, `odd` for what no rule may be judged on."""
        found = self._kinds.get(path)
        if found is None:
            found = self._kinds[path] = self._look(path)
        return found

    def _look(self, path: Path) -> str:
        value: Any = self.roots
        for part in path:
            if type(value) is dict or value is self.roots:
                if part not in value:
                    return "missing"
            elif type(value) is not list or type(part) is not int or part >= len(value):
                return "missing"
            value = value[part]
        return kind_of(value)

    def context(self, names: Iterable[str]) -> cel.Context:
        """The facts under these roots for the evaluator; the first call decides which. Raises what CEL raises."""
        if self._context is None:
            self._context = cel.Context(variables={name: self.roots[name] for name in names if name in self.roots})
        return self._context


def kind_of(value: Any, depth: int = _DEPTH_LIMIT) -> str:
    """The kind of a plain JSON value; `odd` for NaN, huge numbers, other types, and whatever contains one."""
    kind = _KINDS.get(type(value), "odd")
    if kind == "number":
        return kind if isfinite(value) and abs(value) <= NUMBER_LIMIT else "odd"
    if kind in ("list", "map"):
        return kind if depth and _is_plain(value, depth - 1) else "odd"
    if kind == "string" and not value.isascii():
        return kind if _is_storable(value) else "odd"
    return kind


def _is_plain(value: list[Any] | dict[Any, Any], depth: int) -> bool:
    if isinstance(value, dict):
        return all(kind_of(key) == "string" and kind_of(part, depth) != "odd" for key, part in value.items())
    return all(kind_of(part, depth) != "odd" for part in value)


def _is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True

"""The facts as conditions see them: plain JSON values under the roots, each of a known kind or odd."""

from collections.abc import Iterable, Mapping
from typing import Any

from approvals.domain.gate.condition.evaluator import evaluator
from approvals.domain.gate.condition.syntax import Path

NUMBER_LIMIT = 2**53
"""Numbers beyond are odd: they are no longer exact, and sums of them could leave the numbers altogether."""

_KINDS = {bool: "bool", int: "number", float: "number", str: "string", type(None): "null", list: "list", dict: "map"}
_DEPTH_LIMIT = 32
_UNUSABLE = ("missing", "odd")


class Scene:
    """The facts of one judgement. Each path is looked up once, however many conditions ask about it."""

    def __init__(self, roots: Mapping[str, Any]) -> None:
        self.roots = roots
        self.context: Any = None
        """What the evaluator reads; made when something is shown."""
        self._found: dict[Path, tuple[str, Any]] = {}

    def kind(self, path: Path) -> str:
        """The kind of the value at a path, `missing` where there is none, `odd` for what no rule may be judged on."""
        found = self._found.get(path)
        if found is None:
            found = self._found[path] = self._look(path)
        return found[0]

    def _look(self, path: Path) -> tuple[str, Any]:
        value: Any = self.roots
        for part in path:
            if type(value) is dict:
                if part not in value:
                    return "missing", None
            elif type(value) is not list or type(part) is not int or part >= len(value):
                return "missing", None
            value = value[part]
        return kind_of(value), value

    def show(self, paths: Iterable[tuple[Path, str]], probes: Iterable[tuple[Path, str]]) -> None:
        """Give the evaluator the values at these paths, and whether there is one at those; each with its variable."""
        shown = {name: self._found[path][1] for path, name in paths if self.kind(path) not in _UNUSABLE}
        for path, name in probes:
            shown[name] = self.kind(path) != "missing"
        self.context = evaluator().Context(variables=shown)


def kind_of(value: Any, depth: int = _DEPTH_LIMIT) -> str:
    """The kind of a plain JSON value; `odd` for NaN, huge numbers, other types, and whatever contains one."""
    kind = _KINDS.get(type(value), "odd")
    if kind == "number":
        return kind if abs(value) <= NUMBER_LIMIT else "odd"
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

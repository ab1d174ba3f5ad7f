"""Doors that import contracts cannot see: who runs a tool, who writes an operation, who stays silent."""

import ast
import re
from collections.abc import Callable
from typing import TypeVar

from tests.architecture import tree

THE_CALLER = "agents/tools/calling.py"
THE_STEPPER = "agents/engine/stepping"
INSERTS = {"create", "acreate", "bulk_create", "get_or_create", "update_or_create"}
Node = TypeVar("Node", bound=ast.AST)
# Written in two parts, or this line would be one.
BARE_IGNORE = re.compile("#" + r"\s*(type:\s*ignore(?!\[)|noqa(?!:\s*[A-Z]))")


def test_only_one_module_runs_a_tool() -> None:
    runs = _calls_where(lambda function: isinstance(function, ast.Attribute) and function.attr == "function")
    assert [place for place in runs if not place.startswith((THE_CALLER, "tests/"))] == []


def test_only_stepping_inserts_an_operation() -> None:
    inserts = _calls_where(_makes_operation)
    assert [place for place in inserts if not place.startswith((THE_STEPPER, "tests/"))] == []


def test_an_exception_is_never_swallowed_in_silence() -> None:
    handlers = _nodes(ast.ExceptHandler)
    assert [place for place, node in handlers if all(isinstance(part, ast.Pass) for part in node.body)] == []


def test_what_is_ignored_says_which_rule() -> None:
    lines = [
        (f"{tree.named(path)}:{number}", line)
        for path in tree.modules()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    ]
    assert [place for place, line in lines if BARE_IGNORE.search(line)] == []


def _calls_where(matches: Callable[[ast.expr], bool]) -> list[str]:
    return [place for place, call in _nodes(ast.Call) if matches(call.func)]


def _nodes(kind: type[Node]) -> list[tuple[str, Node]]:
    """Every such piece of code with its place."""
    return [
        (f"{tree.named(path)}:{getattr(node, 'lineno', 0)}", node)
        for path in tree.modules()
        for node in tree.nodes(path)
        if isinstance(node, kind)
    ]


def _makes_operation(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id == "Operation"
    words = ast.unparse(function).split(".")
    return words[0] == "Operation" and words[-1] in INSERTS

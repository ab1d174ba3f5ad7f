"""A name says what is inside; a drawer for everything says nothing."""

import ast
from pathlib import Path

from django.template import engines

from tests.architecture import tree

DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"}
TOP_LEVEL = {
    "manage.py",
    "pyproject.toml",
    "README.md",
    "console",
    "agents",
    "approvals",
    "templates",
    "static",
    "tests",
    "requirements.lock",
    "requirements-dev.lock",
    "LICENSE",
    "CHANGELOG.md",
    "Dockerfile",
    "compose.yaml",
    "locale",
}


def test_every_template_can_be_read() -> None:
    for path in tree.templates():
        engines["django"].from_string(path.read_text(encoding="utf-8"))


def test_no_module_and_no_room_is_a_drawer() -> None:
    names = {tree.named(path): Path(tree.named(path)).with_suffix("").parts for path in tree.modules()}
    assert [name for name, parts in names.items() if DRAWERS.intersection(parts)] == []


def test_every_module_opens_with_a_sentence() -> None:
    openings = {tree.named(path): _opening(path) for path in tree.modules()}
    assert [name for name, line in openings.items() if not line.endswith((".", "?", "!", ":"))] == []


def test_the_top_level_shows_only_what_belongs_there() -> None:
    assert tree.visible_top_level() - TOP_LEVEL == set()


def _opening(path: Path) -> str:
    """The first line of the docstring."""
    return (ast.get_docstring(tree.parsed(path)) or "").split("\n")[0]

"""The files of the house as the rules see them: whose size, name and place are ours to choose."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from console.launch.state import ROOT

PACKAGES = ("approvals", "agents", "console", "tests")
NOT_OURS = {"__pycache__", "vendor", "generated", "migrations"}


@cache
def modules() -> tuple[Path, ...]:
    """Every Python file of the packages and manage.py, but for migrations."""
    found = (path for package in PACKAGES for path in _ours(ROOT / package, "*.py"))
    return (ROOT / "manage.py", *sorted(found))


@cache
def templates() -> tuple[Path, ...]:
    return tuple(sorted(path for path in ROOT.rglob("templates/**/*.html") if _is_ours(path)))


@cache
def folders() -> tuple[Path, ...]:
    """Every folder below the top level that holds something of ours."""
    roots = [ROOT / name for name in (*PACKAGES, "templates", "static")]
    below = {path.parent for root in roots for path in _ours(root, "*")}
    return tuple(sorted(below))


def named(path: Path) -> str:
    """How a test names a file."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=named(path))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(parsed(path)))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def entries(folder: Path) -> list[str]:
    """What counts against the limit of a folder: not the package's own files, and no data."""
    uncounted = {"__init__.py", "apps.py", "conftest.py"}
    is_python = folder.relative_to(ROOT).parts[0] in PACKAGES
    return [
        path.name
        for path in folder.iterdir()
        if path.name not in NOT_OURS | uncounted
        and not path.name.startswith(".")
        and (not is_python or path.suffix == ".py" or _holds_python(path))
    ]


def visible_top_level() -> set[str]:
    """As a visitor of the repository sees it; a tree without git is taken as it lies there."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = [line.split("/")[0] for line in listed.stdout.splitlines()]
    names = names or [path.name for path in ROOT.iterdir()]
    return {name for name in names if not name.startswith(".") and name != "__pycache__"}


def _ours(root: Path, pattern: str) -> Iterator[Path]:
    return (path for path in root.rglob(pattern) if path.is_file() and _is_ours(path))


def _is_ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(part in NOT_OURS or part.startswith(".") for part in parts)


def _holds_python(path: Path) -> bool:
    return path.is_dir() and next(path.rglob("*.py"), None) is not None

"""The first start on a machine that has nothing but a python3."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from console.launch import environment
from console.launch.environment import DEVELOPMENT, RUNTIME, Kind
from console.launch.state import ROOT


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment with a python and no stamp yet."""
    made = tmp_path / ".venv"
    (made / "bin").mkdir(parents=True)
    (made / "bin" / "python").touch()
    monkeypatch.setattr(environment, "VENV", made)
    return made


def test_the_set_up_needs_only_the_standard_library() -> None:
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import manage; import console.launch.environment"
    without_packages = [sys.executable, "-I", "-S", "-c", program]
    assert subprocess.run(without_packages, capture_output=True, text=True, check=False).stderr == ""


@pytest.mark.parametrize(
    ("built", "wanted", "expected"),
    [
        (RUNTIME, RUNTIME, True),
        (DEVELOPMENT, DEVELOPMENT, True),
        (DEVELOPMENT, RUNTIME, True),
        (RUNTIME, DEVELOPMENT, False),
    ],
    ids=["same", "same with development", "more than needed", "less than needed"],
)
def test_an_environment_is_good_enough(venv: Path, built: Kind, wanted: Kind, expected: bool) -> None:
    (venv / environment.STAMP).write_text(environment.stamp(built))
    assert environment.is_current(wanted) is expected


def test_an_environment_of_another_lock_is_not_good_enough(venv: Path) -> None:
    (venv / environment.STAMP).write_text("0" * 64)
    assert environment.is_current(RUNTIME) is False


def test_a_half_built_environment_is_not_good_enough(venv: Path) -> None:
    assert environment.is_current(RUNTIME) is False


def test_an_environment_whose_python_is_gone_is_not_good_enough(venv: Path) -> None:
    (venv / environment.STAMP).write_text(environment.stamp(RUNTIME))
    (venv / "bin" / "python").unlink()
    assert environment.is_current(RUNTIME) is False


def test_an_outdated_environment_of_a_developer_becomes_one_again(venv: Path) -> None:
    (venv / environment.STAMP).write_text(f"{DEVELOPMENT.name}:of-an-older-lock")
    assert environment.wanted_by(["up"]) == DEVELOPMENT


def test_a_fresh_clone_gets_what_the_command_needs(venv: Path) -> None:
    assert [environment.wanted_by([command]) for command in ("up", "verify")] == [RUNTIME, DEVELOPMENT]

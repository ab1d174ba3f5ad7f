"""Every wrong formula that somebody might write is noticed (CALIBRATION section 6, mutation).

Each mutant is the shipped package with one line changed, imported under another name and put through the battery.
"""

import importlib
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from approvals.domain import calibration
from tests.domain.calibration.mutation import battery
from tests.domain.calibration.mutation.mutants import MUTANTS

NAME = "approvals.domain.calibration"
SOURCE = Path(calibration.__file__).parent
_numbers = itertools.count()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where mutants are imported from."""
    path = tmp_path_factory.mktemp("mutants")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(path)
        patch.setattr(sys, "dont_write_bytecode", True)
        yield path


def test_the_shipped_package_answers_everything(folder: Path) -> None:
    assert battery.failures(calibration) == set()
    assert battery.failures(mutant(folder, "run", "", "")) == set()


@pytest.mark.parametrize(
    ("module", "line", "other", "name"),
    [
        pytest.param(module, *change, name, id=what)
        for (module, name), changes in MUTANTS.items()
        for what, change in changes.items()
    ],
)
def test_a_wrong_formula_is_noticed(folder: Path, module: str, line: str, other: str, name: str) -> None:
    assert name in battery.failures(mutant(folder, module, line, other))


def mutant(folder: Path, module: str, line: str, other: str) -> ModuleType:
    """The package with one line changed; fails when the line is not there exactly once."""
    name = f"mutant_{next(_numbers)}"
    (folder / name).mkdir()
    for source in SOURCE.glob("*.py"):
        text = source.read_text(encoding="utf-8")
        if source.stem == module and line:
            assert text.count(line) == 1, f"{module} has {text.count(line)} times {line!r}"
            text = text.replace(line, other)
        (folder / name / source.name).write_text(text.replace(NAME, name), encoding="utf-8")
    importlib.invalidate_caches()
    return importlib.import_module(name)

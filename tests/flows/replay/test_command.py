"""The command itself: real processes, a report on standard output and nothing else."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agents.domain import record
from console.launch.state import ROOT
from console.management.commands.replay import Command
from console.management.replay.choice import Choice
from console.management.replay.expert import Review
from console.management.replay.scoring.figures import DEFINITIONS
from console.management.replay.telling import told
from tests.flows.replay import folder
from tests.flows.replay.conftest import Play
from tests.flows.replay.test_records import REAL, needs_real

OPTIONS = ("--review=truth", "--workers=1", "--oracle", "--json")


@pytest.mark.full
@pytest.mark.usefixtures("django_db_setup")
def test_real_processes_replay_a_folder_nobody_has_seen(made_up: Path, tmp_path: Path) -> None:
    verdicts = tmp_path / "verdicts.jsonl"
    command = [sys.executable, "manage.py", "replay", str(made_up), *OPTIONS, f"--verdicts={verdicts}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert list(report) == [*DEFINITIONS, "by_domain", "oracle"]
    assert all(list(part) == list(DEFINITIONS) for part in report["by_domain"].values())
    assert (report["runs"], report["actions"], report["wrong_writes_caught"]) == (9, 14, 3)
    assert report["oracle"]["share"] == 0.8
    assert len(verdicts.read_bytes().splitlines()) == 14


def test_help_defines_every_key() -> None:
    text = " ".join(Command().create_parser("manage.py", "replay").format_help().split())
    assert [key for key, defined in DEFINITIONS.items() if f"{key} {defined}" not in text] == []


WRONG = {
    "no folder": (["/nowhere"], "There is no /nowhere/"),
    "no such run": (["--domain=moon"], "No recorded run"),
    "no worker": (["--workers=0"], "without a worker"),
    "no chance": (["--reviewer-error=1.5"], "a chance from 0 to 1"),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_it_says_what_is_wrong_before_it_starts(made_up: Path, arguments: list[str], sentence: str) -> None:
    place = [] if arguments[0].startswith("/") else [str(made_up)]
    with pytest.raises(CommandError, match=sentence):
        call_command("replay", *place, *arguments)


def test_nobody_knows_the_truth_without_labels(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nobody knows the truth"):
        call_command("replay", str(folder.write(tmp_path / "unlabelled", judged=[])))


def test_a_table_has_a_column_for_each_domain(play: Play, made_up: Path) -> None:
    lines = told(play(made_up, Review.APPROVE).report).splitlines()
    assert lines[0].split() == ["all", "air", "bank", "retail"]
    assert lines[1].split() == ["runs", "9", "3", "4", "2"]
    assert lines[-1].split() == ["all", "5", "5", "100.00%"]


@needs_real
def test_our_shop_answers_as_the_real_recorded_one(play: Play) -> None:
    report = play(REAL, Review.APPROVE, domain="retail", limit=8).report
    assert report["oracle"]["differences"] == {}
    assert report["state_agreement"] == 1.0
    assert report["oracle"]["calls"] > 40


def test_a_limit_takes_runs_from_everywhere(made_up: Path) -> None:
    def chosen(limit: int) -> list[str]:
        return [found.id for found in Choice(made_up, limit=limit).records()]

    assert chosen(3) == ["bank/benign", "air/cancelled", "bank/empty"]
    assert (len(chosen(9)), len(chosen(99)), chosen(0)) == (9, 9, [])


def test_keys_of_runs_are_drawn_from_the_seed(made_up: Path) -> None:
    assert Choice(made_up).key_of("a") == Choice(made_up).key_of("a") != Choice(made_up, seed=1).key_of("a")


def test_what_a_folder_lacks_is_taken_from_the_one_beside_the_clone(
    made_up: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record.reading, "USUAL", made_up)
    assert record.find(tmp_path, "tools.jsonl") == made_up / "tools.jsonl"
    with pytest.raises(record.NoRecord):
        record.find(tmp_path, "nothing")

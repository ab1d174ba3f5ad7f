"""The command itself: servers, workers and a driver of its own, a report on standard output and nothing else."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from console.launch.state import ROOT
from console.management.bench.figures import FIGURES
from console.management.bench.gauges.profiling import PARTS
from console.management.bench.telling import told
from console.management.commands.bench import Command

TINY = ("--json", "--runs=4", "--rounds=1", "--sizes=60,90")
PROCESSES = ["total", "worker", "driver", "postgresql", "valkey"]


@pytest.mark.full
def test_tiny_counts_give_every_figure() -> None:
    report = bench(*TINY)
    assert list(report) == [*FIGURES, "machine", "spread"]
    assert list(report["cpu_ms_per_run"]) == [*PROCESSES, *PARTS]
    assert list(report["list_ms"]) == ["60", "90"]
    assert list(report["undo_10_s"]) == ["p50", "p99"]
    # What does not depend on the machine: each run writes, and the parts of what is written are all of it.
    tables = {name: size for name, size in report["wal_bytes_per_run"].items() if name != "total"}
    assert sum(tables.values()) == pytest.approx(report["wal_bytes_per_run"]["total"], rel=0.02)
    assert {"approvals_verdict", "approvals_evidence", "agents_step"} <= tables.keys()
    assert told(report).startswith("figure")


@pytest.mark.full
def test_only_what_is_asked_for_is_measured() -> None:
    report = bench("--json", "--runs=4", "--rounds=1", "--only=claim_per_s")
    assert list(report) == ["claim_per_s", "machine", "spread"]
    assert report["claim_per_s"] > 0


def test_help_defines_every_key() -> None:
    text = " ".join(Command().create_parser("manage.py", "bench").format_help().split())
    assert [key for key, figure in FIGURES.items() if f"{key} {figure}" not in text] == []


WRONG = {
    "no such figure": (["--only=speed"], "There is no figure speed"),
    "no runs": (["--runs=0"], "at least 1"),
    "no size": (["--sizes=many"], "a list of whole numbers"),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_it_says_what_is_wrong_before_it_starts(arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("bench", *arguments)


def bench(*arguments: str) -> dict[str, Any]:
    """The report of a bench that was run as a process."""
    command = [sys.executable, "manage.py", "bench", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report

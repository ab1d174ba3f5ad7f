"""`manage.py verify`: every check of the tree, each of them run whatever the others find.

It loads no Django of its own, because it also judges a tree in which Django does not even start.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from console.launch import processes
from console.launch.state import ROOT

CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_CHROMIUM = (
    "chromium is not installed, so the browser tests are skipped (on Debian and Ubuntu: apt-get install chromium)."
)


@dataclass(frozen=True)
class Verdict:
    """How one check ended; `said` is empty when it spoke for itself on the terminal."""

    name: str
    passed: bool
    seconds: float
    said: str = ""


def add_arguments(parser: ArgumentParser) -> None:
    """Without the option, tests marked `full` are left out."""
    parser.add_argument("--full", action="store_true", help="run the tests that take long as well")


def main(arguments: Sequence[str]) -> int:
    """Run all checks; the exit code is 0 only when each of them passed."""
    parser = ArgumentParser(prog="manage.py verify", description="Run every check and every test.")
    add_arguments(parser)
    full = parser.parse_args(arguments).full
    if not find_chromium():
        print(NO_CHROMIUM, flush=True)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as aside:
        skips = Path(folder) / "skips.json"
        # One after the other beside the tests, which have their own use for the cores.
        quiet: list[Future[Verdict]] = [aside.submit(_run_quietly, *check) for check in static_checks()]
        tests = _run_tests(skips, full=full)
        verdicts = [*(check.result() for check in quiet), tests]
        _report(verdicts)
        _report_skips(skips)
    return 0 if all(verdict.passed for verdict in verdicts) else 1


def find_chromium() -> str | None:
    """Where chromium is; SIGNALBOX_CHROMIUM names one that is not on PATH."""
    named = os.environ.get("SIGNALBOX_CHROMIUM")
    return named or next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def static_checks() -> Iterator[tuple[str, list[str]]]:
    """Name and command of every check but the tests, the quickest first."""
    python = sys.executable
    yield "ruff check", [python, "-m", "ruff", "check", "."]
    yield "ruff format", [python, "-m", "ruff", "format", "--check", "."]
    yield "import contracts", [python, "-c", CONTRACTS, "--no-logo"]
    if templates := sorted(str(path) for path in ROOT.glob("templates/**/*.html")):
        yield "templates", [_script("djade"), "--check", "--target-version", "5.2", *templates]
    yield "migrations", [python, "manage.py", "makemigrations", "--check", "--dry-run"]
    yield "mypy", [python, "-m", "mypy"]


def _script(name: str) -> str:
    """A program of the environment that is no Python module."""
    return str(Path(sysconfig.get_path("scripts")) / name)


def _run_quietly(name: str, command: list[str]) -> Verdict:
    """No death signal here: the kernel would tie it to this thread and not to the process."""
    started = time.monotonic()
    child = processes.spawn(command, death_signal=None, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said, _ = child.communicate()
    return Verdict(name, child.returncode == 0, time.monotonic() - started, said.strip())


def _run_tests(skips: Path, *, full: bool) -> Verdict:
    """Their output goes to the terminal as it comes."""
    started = time.monotonic()
    workers = str(min(4, max(2, os.cpu_count() or 2)))
    chosen = [] if full else ["-m", "not full"]
    child = processes.spawn(
        [sys.executable, "-m", "pytest", "-n", workers, "--dist", "loadgroup", *chosen],
        death_signal=signal.SIGKILL,
        cwd=ROOT,
        env={**os.environ, "SIGNALBOX_SKIPS": str(skips)},
    )
    try:
        code = child.wait()
    except KeyboardInterrupt:
        processes.stop(child, by=signal.SIGINT, seconds=20)
        raise
    return Verdict("pytest", code == 0, time.monotonic() - started)


def _report(verdicts: list[Verdict]) -> None:
    for verdict in verdicts:
        if not verdict.passed and verdict.said:
            print(f"\n--- {verdict.name} ---\n{verdict.said}")
    print()
    for verdict in verdicts:
        print(f"{'ok  ' if verdict.passed else 'FAIL'}  {verdict.name:18} {verdict.seconds:6.1f} s")


def _report_skips(skips: Path) -> None:
    """The last words: what was not tested here, and for lack of what."""
    reasons = Counter(json.loads(skips.read_text(encoding="utf-8")) if skips.exists() else [])
    for reason, number in sorted(reasons.items()):
        print(f"{number} {'test was' if number == 1 else 'tests were'} skipped: {reason}")
    if not reasons:
        print("0 tests were skipped.")

"""What is not tested on this machine: browser tests without a browser, and a list of all skips."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from console.launch.checking import find_chromium

_reasons: list[str] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what cannot work here, and skip what this machine has no browser for."""
    without = pytest.mark.skip(reason="chromium is not installed")
    has_chromium = find_chromium() is not None
    for item in items:
        _check_rollback(item)
        if item.get_closest_marker("browser") and not has_chromium:
            item.add_marker(without)


def _check_rollback(item: pytest.Item) -> None:
    """Django's own way to undo commits is TRUNCATE, which the application's role may not do."""
    marker = item.get_closest_marker("django_db")
    if marker and (marker.kwargs.get("transaction") or marker.args[:1] == (True,)):
        raise pytest.UsageError(f"{item.nodeid}: use the fixture fresh_database instead of transaction=True.")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Every process sees its own reports; the one that pytest was started in sees all."""
    if report.skipped and isinstance(report.longrepr, tuple):
        _reasons.append(str(report.longrepr[2]).removeprefix("Skipped: "))


def pytest_sessionfinish() -> None:
    """Leave the reasons where `verify` finds them."""
    path = os.environ.get("SIGNALBOX_SKIPS")
    if path and not os.environ.get("PYTEST_XDIST_WORKER"):
        Path(path).write_text(json.dumps(_reasons), encoding="utf-8")

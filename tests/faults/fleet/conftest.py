"""Fixtures of the fault suite: one stage for all cases, and the summary line at the end."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.fleet.scene import summary
from tests.faults.fleet.scene.stage import Stage
from tests.plugins import databases


@pytest.fixture(scope="package")
def stage(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A database of its own with real commits, a world and a crew, shared by every case: each has runs of its own."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        before = databases.current()
        name = databases.clone()
        databases.use(name)
        patch.setenv("SIGNALBOX_FAULTS", "")
        patch.setenv("SIGNALBOX_FAULTS_WORLD", "")
        made = Stage(tmp_path_factory.mktemp("faults"))
        yield made
        made.stop()
        databases.use(before)
        databases.drop(name)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> summary.Tell:
    """Hand in a report for the summary; it travels with the test's own, so it arrives from any xdist worker."""
    return lambda report: record_property(summary.PROPERTY, summary.figures(report))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was killed and what came of it."""
    reports = [report for status in ("passed", "failed") for report in terminalreporter.getreports(status)]
    told = [value for report in reports for name, value in report.user_properties if name == summary.PROPERTY]
    if said := summary.line(told):
        terminalreporter.write_line(said)

"""What every room of faults shares: figures that a case hands in, and the summary at the end."""

from collections.abc import Callable

import pytest

from tests.faults.fleet.scene import summary


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> summary.Tell:
    """Hand in a report for the summary; it travels with the test's own, so it arrives from any xdist worker."""
    return lambda report: record_property(summary.PROPERTY, summary.figures(report))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line for each kind of blow what came of it."""
    reports = [report for status in ("passed", "failed") for report in terminalreporter.getreports(status)]
    told = [value for report in reports for name, value in report.user_properties if name == summary.PROPERTY]
    for said in summary.lines(told):
        terminalreporter.write_line(said)

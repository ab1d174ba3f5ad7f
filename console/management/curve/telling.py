"""A measured curve in the words of a terminal."""

from collections.abc import Iterator
from typing import Any

from console.management.curve.figures import DEFINITIONS

WHOLE = frozenset({"wrong_per_100", "runs_until_alone"})
"""Figures that are no shares."""


def told(report: dict[str, Any]) -> str:
    """The figures by the order of the hash, over the shuffles, and the curve as a table."""
    return "\n".join([*_figures(report), "", *_routes(report), "", *_curve(report)])


def _figures(report: dict[str, Any]) -> Iterator[str]:
    yield f"{report['runs']} runs, {report['calls']} calls, {report['gated']} of them write or send something out"
    yield f"{'':24}{'by sha256(id)':>14}{'median of ' + str(report['shuffles']):>16}{'range':>20}"
    for key in DEFINITIONS:
        yield _line(key, report["by_hash"][key], report["shuffled"][key])


def _line(key: str, first: float | None, others: dict[str, float] | None) -> str:
    spread = f"{_number(key, others['low'])} to {_number(key, others['high'])}" if others else "-"
    return f"{key:24}{_number(key, first):>14}{_number(key, others['median'] if others else None):>16}{spread:>20}"


def _number(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if key == "wrong_per_100" else f"{value:.0f}" if key in WHOLE else f"{value:.1%}"


def _routes(report: dict[str, Any]) -> Iterator[str]:
    total = report["shuffles"] + 1
    yield f"A route was certified at the end in {report['certified_at_end']} of {total} orders. By sha256(id):"
    for one in report["routes"]:
        yield (
            f"  {one['route']}: {one['wrong']} of {one['test_runs']} test runs have a mistake that no rule holds back, "
            f"against {100 * one['limit']:g} of 100 runs (tested as {100 * one['limit_tested']:g}); "
            + ("nothing runs alone" if one["live"] is None else f"runs alone from {one['live']:g} upwards")
        )


def _curve(report: dict[str, Any]) -> Iterator[str]:
    yield f"{'runs':>6}{'asked':>9}{'read':>9}{'asked, median':>16}{'range':>18}{'read, median':>15}"
    for point in report["curve"]:
        asked, read = point["shuffled_asked"], point["shuffled_read"]
        spread = f"{_share(asked['low'])} to {_share(asked['high'])}" if asked else "-"
        yield (
            f"{point['runs']:>6}{_share(point['asked']):>9}{_share(point['read']):>9}"
            f"{_share(asked and asked['median']):>16}{spread:>18}{_share(read and read['median']):>15}"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"

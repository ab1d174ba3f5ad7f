"""A measured curve as a picture of its own, readable on a light and on a dark page."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 56, 700, 40, 248
STEPS = (0, 10, 20, 30, 40, 50)
"""Per cent, as far as the curve needs them."""
STYLE = """<style>
 text{font:12px system-ui,sans-serif;fill:#43464f}.b{font-weight:600}
 .grid{stroke:#dfe1e6}.band{fill:#3f5fc4;opacity:.18}.asked{stroke:#3f5fc4}.read{stroke:#8a5a00;stroke-dasharray:5 4}
 .line{fill:none;stroke-width:2}
 @media (prefers-color-scheme:dark){text{fill:#c3c6cf}.grid{stroke:#3a3d45}.asked{stroke:#9db2ff}.band{fill:#9db2ff}
 .read{stroke:#e0b35c}}
</style>"""


def drawn(report: dict[str, Any]) -> str:
    """The picture as SVG: median and range of the share asked about, and the median with audits on top."""
    points = [point for point in report["curve"] if point["shuffled_read"]]
    ends = [_text(RIGHT, y - 8, words, end=True, bold=True) for point in points[-1:] for y, words in _ends(point)]
    title = f"Share of calls that people read: {report['runs']} recorded runs, {report['shuffles']} orders"
    total = report["runs"]
    lines = [_band(points, total), _line(points, "read", total), _line(points, "asked", total)] if points else []
    parts = [STYLE, *_grid(points, total), *lines, *ends, _text(LEFT, 20, title, bold=True)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        + "".join(parts)
        + "</svg>\n"
    )


def _ends(point: dict[str, Any]) -> list[tuple[float, str]]:
    """Where the two ends are named: never one name upon the other."""
    asked, read = (float(point[f"shuffled_{key}"]["median"]) for key in ("asked", "read"))
    low = y_of(asked) + 26
    return [(min(y_of(read) - 8, low - 40), f"with audits {read:.1%}"), (low, f"asked {asked:.1%}")]


def x_of(runs: float, total: int) -> float:
    """Where so many runs lie."""
    return LEFT + (RIGHT - LEFT) * runs / total


def y_of(share: float) -> float:
    """Where a share lies."""
    return BOTTOM - (BOTTOM - TOP) * min(share, STEPS[-1] / 100) / (STEPS[-1] / 100)


def _grid(points: Sequence[dict[str, Any]], total: int) -> list[str]:
    rows = [
        f'<path class="grid" d="M{LEFT} {y_of(step / 100):.1f}H{RIGHT}"/>'
        + _text(LEFT - 8, y_of(step / 100) + 4, f"{step}%", end=True)
        for step in STEPS
    ]
    marks = [_text(x_of(point["runs"], total), BOTTOM + 20, str(point["runs"]), end=True) for point in points[1::2]]
    return [*rows, *marks, _text(LEFT, BOTTOM + 40, "runs, in ten parts: the median of each, and its range")]


def _middle(point: dict[str, Any], total: int) -> float:
    """A point stands in the middle of the runs it is counted over."""
    return x_of((point["since"] + point["runs"]) / 2, total)


def _line(points: Sequence[dict[str, Any]], key: str, total: int) -> str:
    path = " L".join(f"{_middle(point, total):.1f} {y_of(point[f'shuffled_{key}']['median']):.1f}" for point in points)
    return f'<path class="line {key}" d="M{path}"/>'


def _band(points: Sequence[dict[str, Any]], total: int) -> str:
    places = [(_middle(point, total), point["shuffled_asked"]) for point in points]
    above = [f"{x:.1f} {y_of(one['high']):.1f}" for x, one in places]
    below = [f"{x:.1f} {y_of(one['low']):.1f}" for x, one in places]
    return f'<path class="band" d="M{" L".join(above + below[::-1])}Z"/>'


def _text(x: float, y: float, words: str, *, end: bool = False, bold: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    weight = ' class="b"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{anchor}{weight}>{words}</text>'

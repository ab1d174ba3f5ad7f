"""A drawing as lists of marks, with a sentence and a table that say the same; one template draws any of them."""

from collections.abc import Iterable
from dataclasses import dataclass

LEFT, RIGHT, WIDTH = 40.0, 708.0, 720
HALF_RIGHT, HALF = 338.0, 350
"""Of two pictures side by side."""


@dataclass(frozen=True)
class Path:
    """A line or an area; what it is like is said by its class."""

    layer: str
    d: str


@dataclass(frozen=True)
class Box:
    """A bar, or a dot that is as round as it is wide."""

    layer: str
    x: str
    y: str
    width: str
    height: str
    round: str = "0"


@dataclass(frozen=True)
class Text:
    """A few words at a place."""

    x: str
    y: str
    says: str
    anchor: str = "middle"
    layer: str = ""


@dataclass(frozen=True)
class Picture:
    """Everything that one drawing shows."""

    says: str
    height: int
    areas: tuple[Path, ...] = ()
    """Under everything else."""
    lines: tuple[Path, ...] = ()
    boxes: tuple[Box, ...] = ()
    marks: tuple[Path, ...] = ()
    """Over the bars."""
    texts: tuple[Text, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """The same as a table; the first cell of a row is its name."""
    width: int = WIDTH

    @property
    def is_half(self) -> bool:
        """It stands beside another one."""
        return self.width == HALF

    @property
    def cells(self) -> list[list[tuple[str, str]]]:
        """The rows with the name of the column beside each cell, for narrow screens."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


def text(x: float, y: float, says: str, *, anchor: str = "middle", layer: str = "") -> Text:
    """Words where they are meant to stand."""
    return Text(f"{x:.1f}", f"{y:.1f}", says, anchor, layer)


def box(layer: str, x: float, y: float, width: float, height: float, *, is_round: bool = False) -> Box:
    """A bar or a dot by its upper left corner."""
    return Box(layer, f"{x:.1f}", f"{y:.1f}", f"{width:.1f}", f"{height:.1f}", f"{width / 2:.1f}" if is_round else "0")


def line(layer: str, points: Iterable[tuple[float, float]], *, closed: bool = False) -> Path:
    """A line through these points, or the area that they enclose."""
    return Path(layer, "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + ("Z" if closed else ""))

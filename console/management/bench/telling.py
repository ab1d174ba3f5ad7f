"""A report in the words of a terminal: each figure beside its bar."""

import sys
from collections.abc import Iterator
from typing import Any

from console.management.bench.figures import FIGURES


def say(text: str) -> None:
    """Tell how far it is; standard output is the report's."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def told(report: dict[str, Any]) -> str:
    """The figures as a table, with their bars and how far repeated rounds lay apart."""
    lines = [_line("figure", "value", "unit", "bar", "min / median / max of rounds")]
    for key, figure in FIGURES.items():
        if key in report:
            apart = _apart(report["spread"].get(key))
            lines += (
                _line(
                    name, value, figure.unit, figure.bar if name == key or not place else "", apart if not place else ""
                )
                for place, (name, value) in enumerate(_flat(key, report[key]))
            )
    machine = report["machine"]
    lines += ["", *(_line(name, _shown(value), "", "", "") for name, value in _flat("machine", machine))]
    return "\n".join(line.rstrip() for line in lines)


def _flat(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(f"{key} {name}", part)
    else:
        yield key, value


def _line(name: str, value: Any, unit: str, bar: str, apart: str) -> str:
    return f"{name:<52}{_shown(value):>12}  {unit:<16}{bar:<40}{apart}"


def _shown(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else str(value)


def _apart(spread: Any) -> str:
    if not isinstance(spread, dict) or "median" not in spread:
        return ""
    return " / ".join(_shown(spread[name]) for name in ("min", "median", "max"))

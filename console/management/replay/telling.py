"""A report in the words of a terminal."""

import sys
from collections.abc import Iterator
from typing import Any

from console.management.replay.scoring.figures import DEFINITIONS


def say(text: str) -> None:
    """Tell how far it is; standard output is the report's."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def told(report: dict[str, Any]) -> str:
    """The figures as a table, one column for all runs and one for each domain; then what else was asked for."""
    lines = [*_figures(report), *(_oracle(report["oracle"]) if "oracle" in report else ())]
    lines += _ablation(report["ablation"]) if "ablation" in report else ()
    return "\n".join(lines)


def _figures(report: dict[str, Any]) -> Iterator[str]:
    columns = {"all": report, **report["by_domain"]}
    yield _line("", columns)
    for key in DEFINITIONS:
        yield _line(key, ["-" if column[key] is None else f"{column[key]:g}" for column in columns.values()])


def _line(name: str, cells: Any) -> str:
    return f"{name:<22}" + "".join(f"{cell:>11}" for cell in cells)


def _oracle(oracle: dict[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{'retail tool':<32}{'calls':>7}{'equal':>7}{'share':>9}"
    for name, row in {**oracle["by_tool"], "all": oracle}.items():
        yield f"{name:<32}{row['calls']:>7}{row['equal']:>7}{_share(row['share']):>9}"
        if name != "all":
            yield from (f"    {count} x {difference}" for difference, count in row["differences"].items())


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _ablation(found: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield ""
    yield f"{'left out':<48}{'asked':>8}{'precision':>11}{'wrong run':>11}"
    for name, row in found.items():
        precision = _share(row["write_ask_precision"])
        yield f"{name:<48}{row['writes_asked']:>8}{precision:>11}{row['wrong_writes_executed']:>11}"

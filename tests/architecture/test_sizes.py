"""Small rooms, short files, short functions: what makes a code base hard to live in is the tail."""

from pathlib import Path

from tests.architecture import tree

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40
LINES_OF_A_TEMPLATE = 120
ENTRIES_OF_A_FOLDER = 12


def test_every_file_is_short() -> None:
    lines = {tree.named(path): _lines(path) for path in tree.modules()}
    assert _above(lines, LINES_OF_A_FILE) == {}


def test_every_function_is_short() -> None:
    lines = {
        f"{tree.named(path)}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in tree.modules()
        for node in tree.functions(path)
    }
    assert _above(lines, LINES_OF_A_FUNCTION) == {}


def test_every_template_is_short() -> None:
    lines = {tree.named(path): _lines(path) for path in tree.templates()}
    assert _above(lines, LINES_OF_A_TEMPLATE) == {}


def test_every_folder_can_be_taken_in_at_a_glance() -> None:
    entries = {tree.named(folder): len(tree.entries(folder)) for folder in tree.folders()}
    assert _above(entries, ENTRIES_OF_A_FOLDER) == {}


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _above(sizes: dict[str, int], limit: int) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}

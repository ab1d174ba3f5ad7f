"""The README says what is so."""

from console.management.commands.state_diagram import diagrams
from tests.architecture import tree


def test_the_states_in_the_readme_are_those_of_the_code() -> None:
    assert diagrams() in (tree.ROOT / "README.md").read_text(encoding="utf-8")

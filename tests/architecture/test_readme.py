"""The README says what is so."""

from console.launch.state import ROOT
from console.management.commands.state_diagram import diagrams


def test_the_states_in_the_readme_are_those_of_the_code() -> None:
    assert diagrams() in (ROOT / "README.md").read_text(encoding="utf-8")

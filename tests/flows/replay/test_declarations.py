"""What the gate is told of a recorded tool: whatever the file does not say counts as the worst."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from agents.tools.samples.recorded.declaring import Declared, declared, either
from tests.flows.replay import folder


def declare(tmp_path: Path, *lines: dict[str, Any]) -> list[Declared]:
    """The tools of a file with these lines."""
    named = [{"domain": "bank", "name": "act", "description": "Acts.", **line} for line in lines]
    (tmp_path / "tools.jsonl").write_text("\n".join(map(json.dumps, named)))
    return declared(tmp_path)


READ = {"is_write": False, "egress": False, "reversible": None}
CARDS: dict[str, tuple[dict[str, Any], str, str, bool]] = {
    "a read": (READ, "read", "reversible", False),
    "a read that sends something out": ({**READ, "egress": True}, "read", "irreversible", True),
    "a read of which nobody knows what it sends": ({"is_write": False}, "read", "irreversible", True),
    "a write that can be taken back": ({**READ, "is_write": True, "reversible": "yes"}, "write", "reversible", False),
    "a write that can be taken back in part": (
        {**READ, "is_write": True, "reversible": "partly"},
        "write",
        "costly",
        False,
    ),
    "a write of which nobody knows": ({**READ, "is_write": True}, "write", "irreversible", False),
    "a handover": ({**READ, "handoff": True}, "write", "reversible", False),
    "nothing is said": ({}, "destructive", "irreversible", True),
}


@pytest.mark.parametrize(("line", "effect", "back", "egress"), CARDS.values(), ids=CARDS.keys())
def test_a_card_says_what_the_file_says(
    tmp_path: Path, line: dict[str, Any], effect: str, back: str, egress: bool
) -> None:
    card = declare(tmp_path, line)[0].card
    assert (card.effect, card.reversibility, card.egress) == (effect, back, egress)
    assert (card.name, card.effect_class) == ("bank.act", "A")


def test_of_two_declarations_the_stricter_counts(tmp_path: Path) -> None:
    (tool,) = declare(tmp_path, READ, {"is_write": True, "egress": True, "reversible": "no"})
    assert (tool.card.effect, tool.card.reversibility, tool.card.egress) == ("write", "irreversible", True)


def test_two_schemas_take_what_either_takes() -> None:
    one = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    other = {"properties": {"n": {"$ref": "#/$defs/Text"}}, "$defs": {"Text": {"type": "string"}}, "required": ["n"]}
    both = Draft202012Validator(either([one, other]))
    assert [both.is_valid({"n": value}) for value in (1, "one", None)] == [True, True, False]
    assert either([one, dict(one)]) == one


def test_a_title_shows_what_it_is_about_and_no_secret(tmp_path: Path) -> None:
    shown, hidden = {"required": ["recipient"]}, {"required": ["password"]}
    assert declare(tmp_path, {"parameters": shown})[0].title == "Bank: act {recipient}"
    assert declare(tmp_path, {"parameters": hidden})[0].title == "Bank: act"


def test_retail_tools_keep_their_names_because_they_are_ours(made_up: Path) -> None:
    names = {tool.qualified for tool in declared(made_up)}
    assert names == {
        "bank.get_balance",
        "bank.send_money",
        "bank.mystery",
        "air.cancel",
        "air.transfer_to_human_agents",
        "transfer_to_human_agents",
    }
    assert len(folder.TOOLS) == len(names)

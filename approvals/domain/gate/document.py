"""A ruleset as a document: YAML or JSON text in, a checked value out, and back."""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from approvals.domain.errors import BadRuleset
from approvals.domain.gate.condition import Unreadable, compiled
from approvals.domain.gate.notation import Document, load
from approvals.domain.gate.ruleset import Ruleset

TEXT_LIMIT = 256_000
"""Most characters of a document."""

_PLAIN = {"extra_forbidden": "this field does not exist", "missing": "this field is missing"}


@lru_cache(maxsize=64)
def parse_ruleset(text: str) -> Ruleset:
    """Read a ruleset from YAML or JSON, with every condition compiled.

    Raises BadRuleset with place (`rules[0].when`, line) and reason of up to five faults. The value is shared by
    everyone who parses the same text, so caching by the caller is not needed.
    """
    if len(text) > TEXT_LIMIT:
        raise BadRuleset(f"The text is longer than {TEXT_LIMIT} characters.")
    document = load(text)
    try:
        return Ruleset.model_validate_json(json.dumps(document.value))
    except ValidationError as error:
        raise BadRuleset(" ".join(_fault(document, fault) for fault in error.errors()[:5])) from error


def dump_ruleset(ruleset: Ruleset) -> str:
    """Write a ruleset as YAML, every field in its place, so that two versions can be compared line by line."""
    return yaml.safe_dump(ruleset.model_dump(mode="json"), sort_keys=False, allow_unicode=True, width=120)


def check(ruleset: Ruleset) -> None:
    """Compile every condition; raises BadRuleset. For a ruleset made by hand: a parsed one has passed."""
    for place, rule in enumerate(ruleset.rules):
        try:
            _ = rule.when and compiled(rule.when)
        except Unreadable as error:
            raise BadRuleset(f"rules[{place}].when: {error}.") from error


@lru_cache(maxsize=1)
def default_ruleset() -> Ruleset:
    """The ruleset everyone starts with: every write asks."""
    return parse_ruleset(files(__package__).joinpath("every_write_asks.yaml").read_text(encoding="utf-8"))


def _fault(document: Document, fault: ErrorDetails) -> str:
    path: tuple[Any, ...] = fault["loc"]
    reason = _PLAIN.get(fault["type"], fault["msg"].removeprefix("Value error, "))
    line = document.line(path)
    where = _written(path) or "the document"
    return f"{where}{f' (line {line})' if line else ''}: {reason}."


def _written(path: tuple[Any, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")

"""The reasoning block: what a model writes before the arguments of a call, and how it is read, as untrusted as they."""

import re
from math import isfinite
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry

from agents.llm.failure import ModelFailure
from approvals.domain.evidence import Alternative, Reasoning

NAME = "_reasoning"
"""The extra first property of every tool: written first, a model thinks before it fills the arguments in."""

WORDS_LIMIT = 4_000
ALTERNATIVES_LIMIT = 5

_TEXT = {"type": "string"}
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Why this call, before its arguments. Shown to the person who may have to decide about it.",
    "properties": {
        "needed": {**_TEXT, "description": "What has to be known or changed now."},
        "lives_in": {**_TEXT, "description": "Which system or message holds it."},
        "tool": {**_TEXT, "description": "The tool that fits."},
        "why": {**_TEXT, "description": "Why this tool with these arguments."},
        "alternatives": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"name": _TEXT, "why_not": _TEXT, "score": _SHARE},
                "required": ["name", "why_not"],
            },
        },
        "tool_choice": {**_SHARE, "description": "How sure you are that this is the right tool."},
        "arguments": {**_SHARE, "description": "How sure you are that every argument is right."},
    },
    "required": ["needed", "lives_in", "tool", "why", "tool_choice", "arguments"],
}
_VALIDATOR = Draft202012Validator(SCHEMA, registry=Registry())


def asked_first(parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a tool with the block as their required first property."""
    return {
        **parameters,
        "type": "object",
        "properties": {NAME: SCHEMA, **parameters.get("properties", {})},
        "required": [NAME, *parameters.get("required", ())],
    }


def read(blocks: list[Any], *, is_strict: bool) -> Reasoning:
    """The reasoning of a turn: its first call's; raises ModelFailure for one that does not fit, while it is strict.

    Strict the first time a model is asked: it is told once what is missing. Then what is there is taken, and what is
    missing or odd is none, at which the gate asks.
    """
    if not blocks:
        return Reasoning()
    if is_strict and (error := next(_VALIDATOR.iter_errors(blocks[0]), None)):
        place = ".".join([NAME, *(str(part) for part in error.absolute_path)])
        raise ModelFailure(f"{place} does not fit: {error.validator} of its schema.")
    given = blocks[0] if isinstance(blocks[0], dict) else {}
    others = given.get("alternatives")
    return Reasoning(
        needed=_words(given.get("needed")),
        lives_in=_words(given.get("lives_in")),
        tool=_words(given.get("tool")),
        why=_words(given.get("why")),
        alternatives=tuple(_alternative(other) for other in others[:ALTERNATIVES_LIMIT] if isinstance(other, dict))
        if isinstance(others, list)
        else (),
        tool_choice=_share(given.get("tool_choice")),
        arguments=_share(given.get("arguments")),
    )


def storable(value: Any) -> str:
    """A text without NUL and half surrogate pairs, which cannot be stored; empty for what is no text."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", value) if isinstance(value, str) else ""


def _alternative(given: dict[str, Any]) -> Alternative:
    return Alternative(
        name=_words(given.get("name")), why_not=_words(given.get("why_not")), score=_share(given.get("score"))
    )


def _words(value: Any) -> str:
    return storable(value)[:WORDS_LIMIT]


def _share(value: Any) -> float | None:
    """A number from 0 to 1, or None: what is missing or odd makes the gate ask."""
    if type(value) not in (int, float) or not isfinite(value) or not 0 <= value <= 1:
        return None
    return float(value)

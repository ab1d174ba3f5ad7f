"""What a tool returned, taken apart: the values that are fields of their own, and the entries they stand in.

A value that is a whole field was put there by the tool that keeps the record; one inside of a longer text was written
by whoever wrote the text.
"""

import ast
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import yaml

TEXT_LIMIT = 200_000
"""Most characters of a result that is taken apart; a longer one counts as one text."""
FIELD_LIMIT = 20_000
DEEPEST = 50
NAME_LENGTH = 60
"""Most characters of a field that can be the name of something."""
PROSE = frozenset({"body", "content", "text", "message", "description", "note", "notes", "comment", "comments"})
PROSE |= {"summary", "subject", "review", "reviews"}
"""Keys under which a result holds texts."""
_SPACES = re.compile(r"\s+")
_EMPTY = frozenset({"", "none", "null", "true", "false"})

Entry = tuple[str, ...]
"""The fields of one entry of a list, or of a result that is one entry."""


def fields_of(result: Any) -> Iterator[str]:
    """Every field, the names of keys included, as it is compared; a text without structure has none."""
    if not isinstance(result, dict | list):
        return
    for place, value in enumerate(_walk(result)):
        if place == FIELD_LIMIT:
            return
        yield folded(value)


def entries_of(result: Any) -> list[Entry]:
    """The entries of a list of objects; an object is one entry."""
    found = result if isinstance(result, list) else [result]
    return [tuple(fields_of(entry)) for entry in found[:1_000] if isinstance(entry, dict)]


def texts_of(entry: Any) -> list[str]:
    """Every text in an entry, wherever it stands."""
    if isinstance(entry, dict):
        return [text for part in entry.values() for text in texts_of(part)]
    if isinstance(entry, list | tuple):
        return [text for part in entry for text in texts_of(part)]
    return [str(entry)[:TEXT_LIMIT]] if isinstance(entry, str | int | float) else []


def folded(value: object) -> str:
    """A value without regard to case and white space."""
    return _SPACES.sub(" ", str(value)).strip().lower()


def is_name(field: str) -> bool:
    """Whether a field is something a person could have named: short, and no bare number or truth value."""
    return 1 < len(field) <= NAME_LENGTH and len(field.split()) <= 4 and field not in _EMPTY and not field.isdigit()


def read(text: str) -> Any:
    """A result as JSON, as a Python literal or as YAML; the text itself when it is none of them."""
    if len(text) > TEXT_LIMIT:
        return text
    with suppress(ValueError, RecursionError):
        return json.loads(text, parse_float=str, parse_int=str)
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            return ast.literal_eval(text.strip())
    if re.search(r"^[ \t]*(?:- |[\w-]+:)", text, re.MULTILINE):
        with suppress(yaml.YAMLError, ValueError, TypeError, RecursionError):
            found = yaml.load(text, Loader=_Loader) if _is_tame(text) else text  # noqa: S506  # makes texts only
            return found if isinstance(found, dict | list) else text
    return text


def record(text: str) -> Any:
    """A result whose numbers are numbers, where it is JSON; a text that is none stays a text."""
    found = read(text)
    if isinstance(found, dict | list):
        with suppress(ValueError, RecursionError):
            return json.loads(text)
    return found


def _is_tame(text: str) -> bool:
    """Whether a text can be loaded: the loader follows depth on the machine's stack, and aliases without an end."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return False
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return False
    return True


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]  # which of the two is the machine's
    """Reads every scalar as the text it is written as."""


def _walk(value: Any) -> Iterator[object]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            # What stands under such a name is somebody's text, also where it is a single word.
            if str(name).lower() not in PROSE:
                yield from _walk(part)
    elif isinstance(value, list | tuple | set):
        for part in value:
            yield from _walk(part)
    else:
        yield value

"""Values that a tool's own schema fixes: an enumeration, a constant, a default."""

from collections.abc import Iterator
from typing import Any

MOST = 20
"""Values of an enumeration that still counts as fixed; a longer one is a catalogue to choose from."""

_REFERENCES = 8
_CHOICES = ("anyOf", "oneOf", "allOf")


def is_fixed(schema: Any, path: str, value: Any) -> bool:
    """Whether the schema of a tool (JSON Schema 2020-12) names this value for the argument at a dotted path."""
    found = [schema]
    for part in path.split("."):
        found = [below for one in found for above in _alternatives(schema, one) for below in _below(above, part)]
    return any(_names(one, value) for above in found for one in _alternatives(schema, above))


def _names(schema: dict[str, Any], value: Any) -> bool:
    listed = schema.get("enum", ())
    fixed = [*(listed if len(listed) <= MOST else ()), *(schema[key] for key in ("const", "default") if key in schema)]
    return any(type(one) is type(value) and one == value for one in fixed)


def _below(schema: dict[str, Any], part: str) -> Iterator[Any]:
    properties = schema.get("properties")
    if isinstance(properties, dict) and part in properties:
        yield properties[part]
    elif "items" in schema and part.isdigit():
        yield schema["items"]
    elif "additionalProperties" in schema:
        yield schema["additionalProperties"]


def _alternatives(root: Any, schema: Any, depth: int = _REFERENCES) -> Iterator[dict[str, Any]]:
    """The schema itself and every schema it refers to or chooses from."""
    if not isinstance(schema, dict) or depth == 0:
        return
    yield schema
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        yield from _alternatives(root, _at(root, reference), depth - 1)
    for key in _CHOICES:
        for choice in schema.get(key, ()):
            yield from _alternatives(root, choice, depth - 1)


def _at(root: Any, reference: str) -> Any:
    found = root
    for part in reference.removeprefix("#/").split("/"):
        found = found.get(part) if isinstance(found, dict) else None
    return found

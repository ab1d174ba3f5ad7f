"""What a tool's own schema says of an argument: values that it fixes (listed, constant, default, quoted), and names."""

from collections.abc import Iterator
from typing import Any

MOST = 20
"""Values of an enumeration that still counts as fixed; a longer one is a catalogue to choose from."""

_REFERENCES = 8
_CHOICES = ("anyOf", "oneOf", "allOf")


def is_fixed(schema: Any, path: str, value: Any) -> bool:
    """Whether the schema of a tool (JSON Schema 2020-12) names this value for the argument at a dotted path."""
    return any(_names(one, value) for one in _at_path(schema, path))


def declared(schema: Any, path: str, key: str) -> Any:
    """What the schema says under a key of the argument at a dotted path; None when it says nothing."""
    return next((one[key] for one in _at_path(schema, path) if key in one), None)


def spelled(schema: Any, path: str) -> str:
    """A dotted path with `*` for every name that the schema does not declare: such a name was chosen by the agent."""
    found, shown = [schema], []
    for part in path.split("."):
        above = [one for each in found for one in _alternatives(schema, each)]
        shown.append(part if any(_declares(one, part) for one in above) else "*")
        found = [below for one in above for below in _below(one, part)]
    return ".".join(shown)


def _declares(schema: dict[str, Any], part: str) -> bool:
    properties = schema.get("properties")
    return (isinstance(properties, dict) and part in properties) or ("items" in schema and part.isdigit())


def _at_path(schema: Any, path: str) -> Iterator[dict[str, Any]]:
    found = [schema]
    for part in path.split("."):
        found = [below for one in found for above in _alternatives(schema, one) for below in _below(above, part)]
    for above in found:
        yield from _alternatives(schema, above)


def _names(schema: dict[str, Any], value: Any) -> bool:
    listed = schema.get("enum", ())
    fixed = [*(listed if len(listed) <= MOST else ()), *(schema[key] for key in ("const", "default") if key in schema)]
    return any(type(one) is type(value) and one == value for one in fixed) or _describes(schema, value)


def _describes(schema: dict[str, Any], value: Any) -> bool:
    """Whether the description names the value in quotation marks, as schemas without an enumeration do."""
    described = schema.get("description", "")
    if not (isinstance(value, str) and value and isinstance(described, str)):
        return False
    return any(f"{mark}{value}{mark}" in described for mark in "'\"`")


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

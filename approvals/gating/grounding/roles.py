"""What an argument is for: an address, another value that steers the call, or text for somebody to read.

Where something goes, and what, when and how much, must have been said by somebody. A text is the agent's to write, but
an address inside of it steers whoever reads it, so that has to have been said as well.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal, NamedTuple, cast

from approvals.domain.gate import leaves
from approvals.domain.redaction import has_hidden
from approvals.gating.grounding.addresses import TEXT_LIMIT, addresses, core, is_address
from approvals.gating.grounding.dates import day_of
from approvals.gating.grounding.results import folded
from approvals.gating.grounding.schema import declared

CONTENT = frozenset(
    {"body", "content", "text", "message", "description", "title", "subject", "note", "notes", "comment", "summary"}
    | {"caption", "location"}
)
"""Names of arguments that hold text to be read. A schema can say otherwise: `"x-role": "text"` or `"value"`."""
LONGEST_PATH = 80
NEVER_SEEN = "\u200b"
"""A value that counts as seen nowhere, because it is hidden."""

Role = Literal["address", "mention", "value", "measure", "text"]
MOST_ADDRESSES = 50


class Part(NamedTuple):
    """Something in the arguments that has, or has not, to be seen before it is used."""

    path: str
    """As `leaves` has it; an address in a text stands behind it: `body: example.com/x`."""
    value: Any
    role: Role


def parts(arguments: dict[str, Any], schema: dict[str, Any] | None) -> Iterator[Part]:
    """Every leaf of the arguments, and the addresses in those that are text."""
    for path, value in leaves(arguments):
        role = _role(path, value, schema)
        yield Part(path, value, role)
        if role in ("text", "value") and isinstance(value, str):
            found = list(islice(dict.fromkeys(addresses(value)), MOST_ADDRESSES + 1))
            for address in found[:MOST_ADDRESSES]:
                yield Part(f"{path}: {address[:LONGEST_PATH]}", address, "mention" if role == "text" else "address")
            if len(found) > MOST_ADDRESSES:
                yield Part(f"{path}: more addresses", NEVER_SEEN, "address")
    declared_names = (
        json.dumps(schema or {}) if any(isinstance(value, dict | list) for value in arguments.values()) else ""
    )
    for path, key in _keys(arguments):
        if f'"{key}":' not in declared_names:
            yield Part(f"{path}: the name {key[:LONGEST_PATH]}", key, "address" if is_address(key) else "value")


def _keys(arguments: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The names inside of objects, which an agent may choose as freely as values."""
    if isinstance(arguments, dict):
        for name, part in arguments.items():
            if path:
                yield path, name
            yield from _keys(part, f"{path}.{name}" if path else name)
    elif isinstance(arguments, list):
        for place, part in enumerate(arguments):
            yield from _keys(part, f"{path}.{place}")


def _role(path: str, value: Any, schema: dict[str, Any] | None) -> Role:
    if not isinstance(value, str) or day_of(value) is not None:
        return "measure"
    if is_address(value):
        return "address"
    if len(value) > TEXT_LIMIT or has_hidden(value):
        # Nobody can tell what a reader would see in it.
        return "value"
    said = declared(schema, path, "x-role")
    if said in ("text", "value"):
        return cast(Role, said)
    names = [part for part in path.split(".") if not part.isdigit()]
    return "text" if names and names[-1].lower() in CONTENT else "value"


def echo(arguments: dict[str, Any]) -> frozenset[str]:
    """What a call was given, as fields of its result are compared: a tool that says it again vouches for nothing."""
    return frozenset(folded(value) for _, value in leaves(arguments))


def marks(arguments: dict[str, Any], schema: dict[str, Any] | None, *, only_addresses: bool = False) -> Iterator[str]:
    """What steered a call, as it is compared: what a later call of the run may use again.

    `only_addresses` where the gate may not have asked about anything else.
    """
    for part in parts(arguments, schema):
        is_kept = part.role in ("address", "mention") if only_addresses else part.role != "text"
        if is_kept and isinstance(part.value, str) and len(part.value) > 1:
            yield core(part.value)

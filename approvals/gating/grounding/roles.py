"""What an argument is for: an address, another value that steers the call, or text for somebody to read.

Where something goes, and what, when and how much, must have been said by somebody. A text is the agent's to write, but
an address inside of it steers whoever reads it, so that has to have been said as well.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, cast

from approvals.domain.gate import leaves
from approvals.gating.grounding.addresses import addresses, core, is_address
from approvals.gating.grounding.schema import declared

CONTENT = frozenset(
    {"body", "content", "text", "message", "description", "title", "subject", "note", "notes", "comment", "summary"}
    | {"caption", "location", "filename"}
)
"""Names of arguments that hold text to be read. A schema can say otherwise: `"x-role": "text"` or `"value"`."""
LONGEST_PATH = 80

Role = Literal["address", "value", "text"]


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
        if role == "text":
            for found in dict.fromkeys(addresses(value)):
                yield Part(f"{path}: {found[:LONGEST_PATH]}", found, "address")


def _role(path: str, value: Any, schema: dict[str, Any] | None) -> Role:
    if not isinstance(value, str):
        return "value"
    if is_address(value):
        return "address"
    said = declared(schema, path, "x-role")
    if said in ("text", "value"):
        return cast(Role, said)
    names = [part for part in path.split(".") if not part.isdigit()]
    return "text" if names and names[-1].lower() in CONTENT else "value"


def marks(arguments: dict[str, Any], schema: dict[str, Any] | None) -> Iterator[str]:
    """The texts that steered a call, as they are compared: what a later call of the run may use again."""
    for part in parts(arguments, schema):
        if part.role != "text" and isinstance(part.value, str) and len(part.value) > 1:
            yield core(part.value)

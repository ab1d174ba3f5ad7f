"""The outline of a condition, for whoever puts it into words: comparisons of facts, joined by and or or."""

from dataclasses import dataclass
from typing import Literal as Choice

from approvals.domain.gate.condition.grammar import read
from approvals.domain.gate.condition.syntax import (
    Binary,
    Call,
    Chain,
    Has,
    Listing,
    Literal,
    Node,
    Path,
    Unary,
    path_of,
)
from approvals.domain.gate.condition.tokens import Unreadable

Sign = Choice["==", "!=", "<", "<=", ">", ">=", "in", "startsWith", "endsWith", "contains", "matches", "has", "absent"]
_SIGNS: dict[str, Sign] = {"==": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "in": "in"}
_METHODS: dict[str, Sign] = {name: name for name in ("startsWith", "endsWith", "contains", "matches")}


@dataclass(frozen=True)
class Comparison:
    """One fact against constants; none where only its presence is asked for."""

    path: Path
    sign: Sign
    values: tuple[str, ...] = ()
    """As people write them: texts without their quotes."""
    is_text: bool = False


@dataclass(frozen=True)
class Joined:
    """Several outlines of which all (`&&`) or one (`||`) must hold."""

    sign: Choice["&&", "||"]
    parts: tuple["Outline", ...]


Outline = Comparison | Joined


def outline(text: str) -> Outline | None:
    """The outline of a condition; None for one that has none, such as sums and macros, or that cannot be read."""
    try:
        return _outlined(read(text))
    except Unreadable:
        return None


def _outlined(node: Node) -> Outline | None:
    match node:
        case Chain(sign, items):
            parts = tuple(part for item in items if (part := _outlined(item)) is not None)
            return Joined("&&" if sign == "&&" else "||", parts) if len(parts) == len(items) else None
        case Has(member):
            return _presence(member, "has")
        case Unary("!", Has(member)):
            return _presence(member, "absent")
        case Binary(sign, left, right) if sign in _SIGNS:
            return _comparison(left, _SIGNS[sign], right.items if isinstance(right, Listing) else (right,))
        case Call(name, (left, right)) if name in _METHODS:
            return _comparison(left, _METHODS[name], (right,))
        case _:
            return None


def _presence(member: Node, sign: Sign) -> Comparison | None:
    path = path_of(member)
    return None if path is None else Comparison(path, sign)


def _comparison(left: Node, sign: Sign, right: tuple[Node, ...]) -> Comparison | None:
    path, constants = path_of(left), [node for node in right if isinstance(node, Literal)]
    if path is None or len(constants) != len(right):
        return None
    values = tuple(node.value if isinstance(node.value, str) else node.raw for node in constants)
    return Comparison(path, sign, values, is_text=bool(constants) and constants[0].kind == "string")

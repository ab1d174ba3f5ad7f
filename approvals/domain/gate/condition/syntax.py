"""The tree of a condition: what can be written in one, and nothing else of CEL."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as Choice

Kind = Choice["bool", "number", "string", "null", "list", "map"]
"""What a value is, as conditions see it: whole and decimal numbers are one kind."""

Path = tuple[str | int, ...]
"""Where a fact lies, from its root: `("args", "item_ids", 0)`."""

_UNSAFE = re.compile("[^A-Za-z0-9]")

MACROS = ("all", "exists", "exists_one", "filter")
"""Macros that go over a list; `map` is missing because chains of it grow without bound."""


@dataclass(frozen=True, slots=True, eq=False)
class Literal:
    """A constant, with the text it was written as."""

    kind: Kind
    raw: str
    value: str | int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A root (`args`), or the variable of a macro."""

    name: str
    is_variable: bool


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A part named in the text: `.amount`, `["amount"]`, `[0]`."""

    target: "Node"
    part: str | int
    raw: str


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """A part named by a value: `grounding[args.path]`."""

    target: "Node"
    key: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Has:
    """`has(args.note)`: whether a part is there."""

    member: Member


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function; of a method the receiver is the first argument."""

    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Each:
    """A macro that looks at every element of a list, or every key of a map."""

    macro: str
    target: "Node"
    variable: str
    body: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Unary:
    """`!` or `-` before a value."""

    sign: str
    operand: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Binary:
    """A comparison, a membership or a sum of two values."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Two or more conditions joined by the same `&&` or `||`."""

    sign: str
    items: tuple["Node", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Either:
    """`condition ? then : otherwise`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """A list written out."""

    items: tuple["Node", ...]


Node = Literal | Name | Member | Index | Has | Call | Each | Unary | Binary | Chain | Either | Listing


def path_of(node: Node) -> Path | None:
    """The path of a fact named in full in the text; None for what is only known when it is looked at."""
    match node:
        case Name(name, False):
            return (name,)
        case Member(target, part, _):
            above = path_of(target)
            return None if above is None else (*above, part)
        case _:
            return None


def variable_of(path: Path) -> str:
    """The name under which the evaluator is given the value at a path: `args__item_ids__0`, one name for one path."""
    return "__".join(f"_i_{part}" if isinstance(part, int) else _UNSAFE.sub(_escaped, part) for part in path)


def _escaped(match: re.Match[str]) -> str:
    return f"_{ord(match.group()):x}_"


def probe_of(path: Path) -> str:
    """The name under which the evaluator is told whether there is a value at a path."""
    return f"has__{variable_of(path)}"


def written(path: Path) -> str:
    """A path as a person would write it."""
    return "".join(_written(path))


def _written(path: Path) -> Iterator[str]:
    for place, part in enumerate(path):
        if isinstance(part, int) or not part.isidentifier():
            yield f"[{part!r}]"
        else:
            yield f".{part}" if place else part

"""What a condition needs of the facts: which paths, of which kinds; found once, before anything is judged."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from approvals.domain.gate.condition.syntax import (
    Binary,
    Call,
    Chain,
    Each,
    Either,
    Has,
    Index,
    Kind,
    Listing,
    Literal,
    Member,
    Name,
    Node,
    Path,
    Unary,
    path_of,
    written,
)
from approvals.domain.gate.condition.tokens import Unreadable
from approvals.domain.gate.condition.vocabulary import check_path, check_value

Kinds = frozenset[Kind]

ANY: Kinds = frozenset({"bool", "number", "string", "null", "list", "map"})
BOOL: Kinds = frozenset({"bool"})
NUMBER: Kinds = frozenset({"number"})
STRING: Kinds = frozenset({"string"})
NULL: Kinds = frozenset({"null"})
ORDERED: Kinds = frozenset({"number", "string"})
SINGLE: Kinds = frozenset({"bool", "number", "string"})
MAP: Kinds = frozenset({"map"})
MANY: Kinds = frozenset({"list", "map"})
_TAKES: dict[str, Kinds] = {
    "size": frozenset({"string", "list", "map"}),
    "int": ORDERED,
    "double": ORDERED,
    "string": frozenset({"string", "number", "bool"}),
}
_GIVES: dict[str, Kind] = {"size": "number", "int": "number", "double": "number", "string": "string"}
_METHODS = ("startsWith", "endsWith", "contains", "matches")


@dataclass(slots=True)
class Needs:
    """The demands of one condition on the facts, and the marks that its strict form is written from."""

    kinds: dict[Path, Kinds] = field(default_factory=dict)
    shown: set[Path] = field(default_factory=set)
    """Paths whose value is looked at, and not only whether it is there."""
    optional: set[Path] = field(default_factory=set)
    """Paths the text itself asks about with `has()` or `"name" in`: they may be missing."""
    nullable: set[Path] = field(default_factory=set)
    """Paths compared with null: they may be null."""
    same: set[tuple[Path, Path]] = field(default_factory=set)
    """Pairs compared with one another: both of one kind, or an odd value would pass for merely different."""
    guarded: dict[int, Kind] = field(default_factory=dict)
    """By identity: nodes whose kind can only be seen while the condition runs."""
    probes: set[Path] = field(default_factory=set)
    """Paths whose presence is a value of its own."""
    patterns: set[str] = field(default_factory=set)
    """Patterns of `matches()`, as they are written."""
    decimal: set[int] = field(default_factory=set)
    """By identity: sums of numbers, in which whole and decimal numbers may meet."""

    def allowed(self, path: Path) -> Kinds:
        """The kinds that the value at a path may be of."""
        return self.kinds[path] | NULL if path in self.nullable else self.kinds[path]

    def may_be_missing(self, path: Path) -> bool:
        """Whether the text asks itself about the path, or about what it lies in."""
        return any(path[:length] in self.optional for length in range(2, len(path) + 1))

    def visit(self, node: Node, wanted: Kinds) -> None:
        """Note what a node needs so that its value is of a wanted kind; raises Unreadable where it never can be."""
        given = kind_of(node)
        if given is not None and given not in wanted:
            raise Unreadable(f"a {given} stands where a {_either(wanted)} is needed")
        path = path_of(node)
        if path is not None:
            self.need(path, wanted)
            self.shown.add(path)
        else:
            self._visit(node, wanted)

    def need(self, path: Path, wanted: Kinds) -> None:
        """Note that a path must be of a wanted kind; raises Unreadable when the text wants another kind elsewhere."""
        check_path(path)
        kinds = self.kinds.get(path, ANY) & wanted
        if not kinds:
            raise Unreadable(f"{written(path)} is used as a {_either(self.kinds[path])} and as a {_either(wanted)}")
        self.kinds[path] = kinds

    def _visit(self, node: Node, wanted: Kinds) -> None:  # noqa: C901  # one case for each kind of node
        match node:
            case Literal() | Name():
                pass
            case Member(target):
                self.visit(target, MANY)
            case Index(target, key):
                self.visit(target, MANY)
                self.visit(key, ORDERED)
            case Has(member):
                self._presence(member)
            case Call(name, arguments):
                self._call(name, arguments)
            case Each(_, target, _, body):
                self.visit(target, MANY)
                self.visit(body, BOOL)
            case Unary(sign, operand):
                self.visit(operand, BOOL if sign == "!" else NUMBER)
            case Binary(sign, left, right):
                self._binary(node, sign, left, right, wanted)
            case Chain(_, items):
                self._all(items, BOOL)
            case Either(condition, then, otherwise):
                self.visit(condition, BOOL)
                self._all((then, otherwise), wanted)
            case Listing(items):
                self._all(items, ANY)

    def _all(self, nodes: Iterable[Node], wanted: Kinds) -> None:
        for node in nodes:
            self.visit(node, wanted)

    def _presence(self, member: Member) -> None:
        path = path_of(member)
        if path is None:
            self.visit(member.target, MANY)
        else:
            self.need(path[:-1], MAP)
            self.optional.add(path)
            self.probes.add(path)

    def _call(self, name: str, arguments: tuple[Node, ...]) -> None:
        if name in _METHODS:
            self._all(arguments, STRING)
            if name == "matches":
                self._pattern(arguments[1])
        else:
            self._all(arguments, _TAKES[name])

    def _pattern(self, pattern: Node) -> None:
        if not isinstance(pattern, Literal):
            raise Unreadable("matches() takes a pattern written in the rule, never one from a fact")
        self.patterns.add(pattern.raw)

    def _binary(self, node: Node, sign: str, left: Node, right: Node, wanted: Kinds) -> None:
        if sign in ("+", "-", "*"):
            self._sum(node, sign, left, right, wanted)
        elif sign == "in":
            self._membership(left, right)
        elif sign in ("==", "!="):
            self._equality(left, right)
        else:
            self._alike(left, right, ORDERED)

    def _sum(self, node: Node, sign: str, left: Node, right: Node, wanted: Kinds) -> None:
        kinds = NUMBER if sign != "+" else ORDERED & wanted
        known = {kind for side in (left, right) if (kind := kind_of(side)) is not None}
        if known:
            kinds = kinds & known
        if len(kinds) != 1:
            raise Unreadable("+ joins two numbers or two texts: write double(...) or string(...) around one of them")
        self._all((left, right), kinds)
        for side in (left, right):
            self._guard(side, *kinds)
        if kinds == NUMBER:
            self.decimal.add(id(node))

    def _equality(self, left: Node, right: Node) -> None:
        for side, other in ((left, right), (right, left)):
            path = path_of(other)
            if kind_of(side) == "null":
                if path is not None:
                    self.nullable.add(path)
                self.visit(other, ANY)
                return
        self._alike(left, right, SINGLE)

    def _alike(self, left: Node, right: Node, wanted: Kinds) -> None:
        known = kind_of(left) or kind_of(right)
        kinds = wanted if known is None else wanted & {known}
        if not kinds:
            raise Unreadable(f"a {known} cannot be compared like this; look into it with exists or all")
        self._all((left, right), kinds)
        first, second = path_of(left), path_of(right)
        if first is not None and second is not None:
            self.same.add((first, second))
        self._compare(left, right)
        self._compare(right, left)
        if known is not None:
            self._guard(left, known)
            self._guard(right, known)

    def _membership(self, left: Node, right: Node) -> None:
        if isinstance(right, Listing):
            self._one_of(left, right.items)
            return
        self.visit(left, ORDERED)
        path = path_of(right)
        if path is None or not isinstance(left, Literal) or not isinstance(left.value, str):
            self.visit(right, MANY)
            return
        self.optional.add((*path, left.value))
        if isinstance(right, Name):
            self.need(path, MAP)
            self.probes.add((*path, left.value))
        else:
            self.visit(right, MANY)

    def _one_of(self, left: Node, items: tuple[Node, ...]) -> None:
        kinds = {kind_of(item) for item in items}
        if len(kinds) != 1 or None in kinds:
            raise Unreadable("a list after `in` holds values of one kind, written out")
        (kind,) = kinds
        self.visit(left, ORDERED & kinds)
        self._all(items, ANY)
        for item in items:
            self._compare(left, item)
        self._guard(left, kind)

    def _compare(self, node: Node, other: Node) -> None:
        path = path_of(node)
        if path is not None and isinstance(other, Literal) and isinstance(other.value, str):
            check_value(path, other.value)

    def _guard(self, node: Node, kind: Kind | None) -> None:
        if kind in ("bool", "number", "string") and path_of(node) is None and kind_of(node) is None:
            self.guarded[id(node)] = kind


def kind_of(node: Node) -> Kind | None:  # noqa: C901  # one case for each kind of node
    """The kind a node always has; None when that depends on the facts."""
    match node:
        case Literal(kind):
            return kind
        case Has() | Chain():
            return "bool"
        case Each(macro):
            return "list" if macro == "filter" else "bool"
        case Listing():
            return "list"
        case Call(name):
            return _GIVES.get(name, "bool")
        case Unary(sign):
            return "bool" if sign == "!" else "number"
        case Binary("+", left, right):
            return kind_of(left) or kind_of(right)
        case Binary(sign):
            return "number" if sign in ("-", "*") else "bool"
        case Either(_, then, otherwise):
            return kind_of(then) if kind_of(then) == kind_of(otherwise) else None
        case _:
            return None


def _either(kinds: Iterable[Kind]) -> str:
    return " or ".join(sorted(kinds))

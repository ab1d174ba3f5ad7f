"""Reading a condition: the part of CEL that a rule may use, as a tree of bounded depth."""

from collections.abc import Callable

from approvals.domain.gate.condition.syntax import (
    MACROS,
    Binary,
    Call,
    Chain,
    Each,
    Either,
    Has,
    Index,
    Listing,
    Literal,
    Member,
    Name,
    Node,
    Unary,
)
from approvals.domain.gate.condition.tokens import Token, Unreadable, tokens, unquoted
from approvals.domain.gate.condition.vocabulary import ROOTS

TEXT_LIMIT = 2_000
"""Most characters of one condition."""

DEPTH_LIMIT = 12
"""Most brackets and operators inside one another; the CEL parser has a limit of its own not far above."""

CHAIN_LIMIT = 32
"""Most conditions in one chain of `&&` or `||`."""

FUNCTIONS = {"size": 1, "int": 1, "double": 1, "string": 1}
METHODS = {"startsWith": 2, "endsWith": 2, "contains": 2, "matches": 2, "size": 1}
_WORDS: dict[str, Literal] = {
    "true": Literal("bool", "true"),
    "false": Literal("bool", "false"),
    "null": Literal("null", "null"),
}


def read(text: str) -> Node:
    """Read a condition; raises Unreadable with the place and the reason."""
    if len(text) > TEXT_LIMIT:
        raise Unreadable(f"a condition has at most {TEXT_LIMIT} characters")
    reader = _Reader(list(tokens(text)))
    node = reader.either()
    if reader.next.kind != "end":
        raise reader.unexpected()
    return node


class _Reader:
    """Recursive descent over the tokens of one condition, in CEL's order of precedence."""

    def __init__(self, pieces: list[Token]) -> None:
        self.pieces = pieces
        self.place = 0
        self.depth = 0
        self.variables: list[str] = []

    @property
    def next(self) -> Token:
        return self.pieces[self.place]

    def unexpected(self) -> Unreadable:
        if self.next.kind == "end":
            return Unreadable("the condition ends too early")
        return Unreadable(f"{self.next.text!r} at character {self.next.at + 1} is not expected here")

    def take(self, *signs: str) -> str:
        """Step over one of the signs and give it; empty when something else comes."""
        if self.next.kind in ("sign", "name") and self.next.text in signs:
            self.place += 1
            return self.pieces[self.place - 1].text
        return ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.unexpected()

    def name(self) -> str:
        if self.next.kind != "name" or self.next.text in _WORDS or self.next.text == "in":
            raise self.unexpected()
        self.place += 1
        return self.pieces[self.place - 1].text

    def either(self) -> Node:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise Unreadable(f"at most {DEPTH_LIMIT} brackets may lie inside one another")
        node = self.disjunction()
        if self.take("?"):
            then = self.either()
            self.expect(":")
            node = Either(node, then, self.either())
        self.depth -= 1
        return node

    def disjunction(self) -> Node:
        return self.chain("||", self.conjunction)

    def conjunction(self) -> Node:
        return self.chain("&&", self.relation)

    def chain(self, sign: str, part: Callable[[], Node]) -> Node:
        items = [part()]
        while self.take(sign):
            items.append(part())
        if len(items) > CHAIN_LIMIT:
            raise Unreadable(f"at most {CHAIN_LIMIT} conditions may be joined by one {sign}")
        return items[0] if len(items) == 1 else Chain(sign, tuple(items))

    def relation(self) -> Node:
        left = self.sum()
        if sign := self.take("==", "!=", "<", "<=", ">", ">=", "in"):
            left = Binary(sign, left, self.sum())
        return left

    def sum(self) -> Node:
        return self.row(("+", "-"), self.product)

    def product(self) -> Node:
        return self.row(("*",), self.unary)

    def row(self, signs: tuple[str, ...], part: Callable[[], Node]) -> Node:
        node, length = part(), 1
        while sign := self.take(*signs):
            node, length = Binary(sign, node, part()), length + 1
            if length > DEPTH_LIMIT:
                raise Unreadable(f"at most {DEPTH_LIMIT} values may be joined by {' and '.join(signs)}")
        return node

    def unary(self) -> Node:
        sign = self.take("!", "-")
        if not sign:
            return self.member()
        if self.next.text in ("!", "-"):
            raise self.unexpected()
        return Unary(sign, self.member())

    def member(self) -> Node:
        node = self.primary()
        for _ in range(DEPTH_LIMIT):
            if self.take("."):
                node = self.selected(node)
            elif self.take("["):
                node = self.indexed(node)
            else:
                return node
        raise Unreadable(f"a path has at most {DEPTH_LIMIT} parts")

    def selected(self, target: Node) -> Node:
        name = self.name()
        if not self.take("("):
            return Member(target, name, f".{name}")
        if name in MACROS:
            return self.macro(name, target)
        return self.call(name, METHODS, (target,))

    def indexed(self, target: Node) -> Node:
        key = self.either()
        self.expect("]")
        if isinstance(key, Literal) and key.value is not None:
            return Member(target, key.value, f"[{key.raw}]")
        return Index(target, key)

    def macro(self, macro: str, target: Node) -> Node:
        if self.variables:
            raise Unreadable(f"{macro} lies inside another macro; one may not lie in another")
        variable = self.name()
        if variable in ROOTS or variable.startswith("_") or "__" in variable:
            raise Unreadable(f"{variable} cannot be the variable of a macro")
        self.expect(",")
        self.variables.append(variable)
        body = self.either()
        self.variables.pop()
        self.expect(")")
        return Each(macro, target, variable, body)

    def call(self, name: str, known: dict[str, int], before: tuple[Node, ...] = ()) -> Node:
        if name not in known:
            raise Unreadable(f"{name}() is not one of {', '.join(sorted({*FUNCTIONS, *METHODS, *MACROS, 'has'}))}")
        arguments = (*before, *self.items(")"))
        if len(arguments) != known[name]:
            raise Unreadable(f"{name}() does not take {len(arguments) - len(before)} values")
        return Call(name, arguments)

    def items(self, end: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.take(end):
            if found:
                self.expect(",")
            found.append(self.either())
        return tuple(found)

    def primary(self) -> Node:
        if self.take("("):
            node = self.either()
            self.expect(")")
            return node
        if self.take("["):
            return Listing(self.items("]"))
        if self.next.kind in ("string", "number") or self.next.text in _WORDS:
            return self.literal()
        return self.named(self.name())

    def literal(self) -> Node:
        self.place += 1
        kind, raw, _ = self.pieces[self.place - 1]
        if kind == "string":
            return Literal("string", raw, unquoted(raw))
        if kind == "number":
            return Literal("number", raw, int(raw) if raw.isdigit() else None)
        return _WORDS[raw]

    def named(self, name: str) -> Node:
        if self.take("("):
            return self.presence() if name == "has" else self.call(name, FUNCTIONS)
        if name not in ROOTS and name not in self.variables:
            raise Unreadable(f"unknown name {name}; a condition knows {', '.join(ROOTS)}")
        return Name(name, name in self.variables)

    def presence(self) -> Node:
        member = self.member()
        self.expect(")")
        if not isinstance(member, Member) or not member.raw.startswith("."):
            raise Unreadable("has() takes a path that ends in a name: has(args.note)")
        return Has(member)

"""The strict form of a condition: CEL in which no operator swallows an error.

In CEL `false_or_error || true` is true and `1 == "1"` is merely false, so a misspelt or mistyped fact can switch a rule
off without a trace. The strict form says the same with operators that pass errors on: `a || b` becomes
`a ? true : b`, `exists` counts what `filter` finds, and a value whose kind is only seen while the condition runs
is compared with `<=` first, which fails on another kind where `==` does not.
"""

from approvals.domain.gate.condition.needs import Needs, kind_of
from approvals.domain.gate.condition.syntax import (
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
    path_of,
    probe_of,
    variable_of,
)
from approvals.domain.gate.condition.tokens import Unreadable

LENGTH_LIMIT = 20_000
"""Most characters of a strict form; guards repeat what they guard."""

_MACROS = {"exists": "({}.filter({}, {}).size() > 0)", "exists_one": "({}.filter({}, {}).size() == 1)"}
_METHODS = ("startsWith", "endsWith", "contains", "matches")
_GUARDS = {"number": "({0} <= 0 ? {0} : {0})", "string": "({0} <= '' ? {0} : {0})", "bool": "({0} ? true : false)"}


def strict(node: Node, needs: Needs) -> str:
    """Write a condition in its strict form; raises Unreadable when that grows too long."""
    text = _Writer(needs).write(node)
    if len(text) > LENGTH_LIMIT:
        raise Unreadable("the condition compares too much inside one another")
    return text


class _Writer:
    """Writes nodes as CEL, with every compound in brackets."""

    def __init__(self, needs: Needs) -> None:
        self.needs = needs

    def write(self, node: Node) -> str:
        path = path_of(node)
        text = self._plain(node) if path is None else variable_of(path)
        kind = self.needs.guarded.get(id(node))
        return text if kind is None else _GUARDS[kind].format(text)

    def _plain(self, node: Node) -> str:  # noqa: C901  # one case for each kind of node
        match node:
            case Literal(_, raw):
                return raw
            case Name(name):
                return name
            case Member(target, _, raw):
                return self.write(target) + raw
            case Index(target, key):
                return f"{self.write(target)}[{self.write(key)}]"
            case Has(member):
                path = path_of(member)
                return f"has({self.write(member)})" if path is None else probe_of(path)
            case Call(name, arguments):
                return self._call(name, [self.write(argument) for argument in arguments])
            case Each(macro, target, variable, body):
                return self._each(macro, self.write(target), variable, self.write(body))
            case Unary(sign, operand):
                return f"{sign}({self.write(operand)})"
            case Binary(sign, left, right):
                return self._binary(node, sign, left, right)
            case Chain(sign, items):
                return self._chain(sign, [self.write(item) for item in items])
            case Either(condition, then, otherwise):
                return f"({self.write(condition)} ? {self.write(then)} : {self.write(otherwise)})"
            case Listing(items):
                return f"[{', '.join(self.write(item) for item in items)}]"

    def _call(self, name: str, arguments: list[str]) -> str:
        if name in _METHODS:
            return f"{arguments[0]}.{name}({arguments[1]})"
        return f"{name}({arguments[0]})"

    def _each(self, macro: str, target: str, variable: str, body: str) -> str:
        if macro == "filter":
            return f"{target}.filter({variable}, {body})"
        if macro == "all":
            return f"({target}.filter({variable}, !({body})).size() == 0)"
        return _MACROS[macro].format(target, variable, body)

    def _chain(self, sign: str, items: list[str]) -> str:
        text = items[-1]
        for item in reversed(items[:-1]):
            text = f"({item} ? true : {text})" if sign == "||" else f"({item} ? {text} : false)"
        return text

    def _binary(self, node: Node, sign: str, left: Node, right: Node) -> str:
        first, second = self.write(left), self.write(right)
        if id(node) in self.needs.decimal:
            return f"(double({first}) {sign} double({second}))"
        if sign == "in" and isinstance(left, Literal) and isinstance(left.value, str) and isinstance(right, Name):
            return probe_of((right.name, left.value))
        if sign == "in" and not isinstance(right, Listing):
            return f"({second}.filter(_v, {_equal(first, '_v')}).size() > 0)"
        if sign in ("==", "!=") and _is_unseen(left, right):
            return _equal(first, second) if sign == "==" else f"!({_equal(first, second)})"
        return f"({first} {sign} {second})"


def _is_unseen(left: Node, right: Node) -> bool:
    """Whether two values are compared of which neither kind is known, and one is not even a path."""
    kinds = kind_of(left) or kind_of(right)
    return kinds is None and (path_of(left) is None or path_of(right) is None)


def _equal(first: str, second: str) -> str:
    return f"({first} <= {second} ? {first} >= {second} : false)"

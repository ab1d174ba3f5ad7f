"""Whether one condition holds wherever another does: told from the two trees, and only where that is certain."""

from decimal import Decimal

from approvals.domain.gate.condition.grammar import read
from approvals.domain.gate.condition.syntax import Binary, Chain, Literal, Node
from approvals.domain.gate.condition.tokens import Unreadable

_UPWARDS, _DOWNWARDS = (">", ">="), ("<", "<=")


def widens(narrow: str, wide: str) -> bool:
    """Whether every scene in which `narrow` is true makes `wide` true; False also when that cannot be told.

    Both look at the same facts in the same way, so neither is readable where the other is not, but for parts behind
    `&&` and `||` that one of them does not come to. Told apart: the same text, and a number that a value is compared
    with, moved so that more values pass it.
    """
    if narrow == wide:
        return True
    try:
        return _widens(read(narrow), read(wide))
    except Unreadable:
        return False


def _widens(narrow: Node, wide: Node) -> bool:
    """`&&` and `||` only grow when their parts do; nothing else is looked into."""
    match narrow, wide:
        case Chain(sign, items), Chain(other, others) if sign == other and len(items) == len(others):
            return all(_widens(one, another) for one, another in zip(items, others, strict=True))
        case Binary(sign, left, Literal() as bound), Binary(other, same, Literal() as moved) if sign == other:
            return repr(left) == repr(same) and _reaches_further(sign, bound, moved)
        case _:
            return repr(narrow) == repr(wide)


def _reaches_further(sign: str, bound: Literal, moved: Literal) -> bool:
    if bound.raw == moved.raw:
        return True
    # A whole and a decimal number may be compared differently, so they are never said to be alike.
    if {bound.kind, moved.kind} != {"number"} or bound.raw.isdigit() != moved.raw.isdigit():
        return False
    before, after = Decimal(bound.raw), Decimal(moved.raw)
    return (sign in _UPWARDS and after <= before) or (sign in _DOWNWARDS and after >= before)

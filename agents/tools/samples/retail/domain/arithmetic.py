"""A pocket calculator: sums of decimal numbers, and nothing else Python could evaluate."""

import ast
import math
import operator
from collections.abc import Callable

from agents.domain.errors import Refusal

_ALPHABET = frozenset("0123456789+-*/(). ")
_TWO: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}
_ONE: dict[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}


def calculate(expression: str) -> float:
    """Evaluate +, -, *, / and // over numbers and parentheses, rounded to two decimals; raises Refusal otherwise.

    Powers are not offered: nine characters of them are enough to occupy a worker for hours.
    """
    if not _ALPHABET.issuperset(expression):
        raise Refusal("Invalid characters in expression")
    try:
        result = round(float(_value(ast.parse(expression.strip(), mode="eval").body)), 2)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refusal("Invalid expression") from None
    except ArithmeticError as error:
        raise Refusal(f"Cannot evaluate expression: {error}") from None
    if not math.isfinite(result):
        raise Refusal("Cannot evaluate expression: the result is too large")
    return result


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _TWO:
            return _TWO[type(op)](_value(left), _value(right))
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _ONE:
            return _ONE[type(sign)](_value(operand))
        case _:
            raise ValueError("only numbers, +, -, *, / and parentheses")

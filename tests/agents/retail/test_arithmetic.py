"""The pocket calculator."""

import pytest

from agents.domain.errors import Refusal
from agents.tools.samples.retail.domain.arithmetic import calculate


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("466.75 + 285.66 + 135.24 + 46.66 + 168.9", 1103.21),
        ("(269.16 - 272.33) + (249.01 - 262.47)", -16.63),
        (" 2 * -3", -6.0),
        ("10 / 4", 2.5),
        ("7 // 2", 3.0),
    ],
)
def test_sums_are_rounded_to_two_decimals(expression: str, result: float) -> None:
    assert calculate(expression) == result


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("__import__('os')", "Invalid characters in expression"),
        ("1 +", "Invalid expression"),
        ("()", "Invalid expression"),
        ("9**9**9", "Invalid expression"),
        ("1 / 0", "Cannot evaluate expression: division by zero"),
        ("9" * 200 + ".0*" + "9" * 200 + ".0", "Cannot evaluate expression: the result is too large"),
        ("(" * 250 + "1" + ")" * 250, "Invalid expression"),
    ],
    ids=["code", "half", "empty", "power", "zero", "infinite", "deep"],
)
def test_what_is_no_sum_is_refused(expression: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        calculate(expression)
    assert refused.value.detail == sentence

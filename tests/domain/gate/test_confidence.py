"""One score from the parts of a confidence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.gate import Weights, apart, combine
from approvals.domain.gate.confidence import floored

SHARES = st.floats(0, 1)
PARTS = st.fixed_dictionaries(dict.fromkeys(("tool_choice", "arguments", "grounding", "agreement"), SHARES))
NAMES = st.sampled_from(["tool_choice", "arguments", "grounding", "agreement"])
WEIGHTS = Weights(agreement=1.5)


@given(parts=PARTS, name=NAMES, other=SHARES)
def test_a_part_that_rises_never_lowers_the_score(parts: dict[str, Any], name: str, other: float) -> None:
    low, high = sorted((parts[name], other))
    before, after = combine({**parts, name: low}, WEIGHTS), combine({**parts, name: high}, WEIGHTS)
    assert before is not None
    assert after is not None
    assert before <= after


@given(parts=PARTS)
def test_no_claim_lifts_the_score_above_what_was_measured(parts: dict[str, Any]) -> None:
    score = combine({**parts, "tool_choice": 1.0, "arguments": 1.0})
    assert score == floored(parts["grounding"])


@given(parts=PARTS)
def test_a_score_is_a_share_with_five_decimals(parts: dict[str, Any]) -> None:
    score = combine(parts)
    assert score is not None
    assert 0 <= score <= 1
    assert score == round(score, 5)


def test_two_claims_weigh_as_much_as_one_measurement() -> None:
    assert combine({"tool_choice": 0.9, "arguments": 0.9, "grounding": 1.0}) == 0.9


@pytest.mark.parametrize("odd", [None, float("nan"), 1.0001, -0.0001, True, "1", 10**400], ids=lambda odd: str(odd)[:6])
def test_a_part_that_is_missing_or_odd_leaves_no_score(odd: Any) -> None:
    assert combine({"tool_choice": 0.9, "arguments": odd, "grounding": 1.0}) is None


def test_a_part_that_no_ruleset_weighs_does_not_count() -> None:
    assert combine({"tool_choice": 1.0, "arguments": 1.0, "grounding": 1.0, "precedent": 0.0}) == 1.0


def test_a_part_that_a_ruleset_weighs_is_required() -> None:
    assert combine({"tool_choice": 1.0, "arguments": 1.0, "grounding": 1.0}, WEIGHTS) is None


def test_without_any_weight_there_is_no_score() -> None:
    assert combine({"grounding": 1.0}, Weights(tool_choice=None, arguments=None, grounding=None)) is None


@pytest.mark.parametrize(
    ("score", "cut"), [(0.29, 0.29), (0.999999, 0.99999), (0.1 + 0.2, 0.3), (0.0, 0.0), (1.0, 1.0)]
)
def test_scores_are_cut_and_not_rounded(score: float, cut: float) -> None:
    assert floored(score) == cut


@given(score=SHARES, cut=SHARES)
def test_two_scores_read_alike_only_when_they_are_alike(score: float, cut: float) -> None:
    said, needed = apart(score, cut)
    assert (said == needed) == (score == cut)
    assert (float(said) < float(needed)) == (score < cut)


def test_two_digits_are_enough_for_most() -> None:
    assert [apart(0.88496, 0.99), apart(0.9899, 0.99)] == [("0.88", "0.99"), ("0.9899", "0.9900")]

"""The certificate: the edge cases of CALIBRATION 2.13, cases worked by hand, and the slow reference on random runs."""

from dataclasses import asdict
from decimal import Decimal
from math import nan
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import Action, Certificate, Run, State, certify, certify_purity, clamped, stricter
from tests.domain.calibration.reference import cases, slow
from tests.domain.calibration.reference.cases import clean, run
from tests.domain.calibration.reference.slow import Plain

NOTHING = {"wrong_at_threshold": None, "log_evidence": None, "upper_limit": None}


def proven(runs: list[Plain], **other: Any) -> Certificate:
    """At a limit of 2 of 100 runs, 90 % sure: 148 clean runs are the first rung, 282 with one mistake the second."""
    return certify(runs, **{"limit": 0.02, "delta_c": 0.1, "epoch": 1, **other})


@settings(max_examples=120, deadline=None)
@given(runs=cases.runs(), limit=cases.LIMITS, delta=cases.DELTAS, floor=cases.FLOORS)
def test_the_certificate_equals_the_slow_one(runs: list[Plain], limit: float, delta: float, floor: float) -> None:
    expected = slow.certify(runs, limit, delta, 1, floor)
    found = asdict(certify(runs, limit=limit, delta_c=delta, epoch=1, floor=floor))
    close = {key: pytest.approx(float(expected.pop(key) or 0), abs=1e-9) for key in ("log_evidence", "upper_limit")}
    assert {key: found[key] for key in expected} == expected
    assert {key: found[key] or 0 for key in close} == close


@settings(max_examples=40, deadline=None)
@given(runs=cases.runs())
def test_the_plain_and_the_frozen_form_are_one(runs: list[Plain]) -> None:
    frozen = [Run(each["seq"], each["test"], each["epoch"], tuple(map(_frozen, each["actions"]))) for each in runs]
    assert certify(runs, 0.4, 0.3, 1) == certify(frozen, 0.4, 0.3, 1)
    assert certify_purity(runs, 0.4, 0.3, [0.5], [1.0]) == certify_purity(frozen, 0.4, 0.3, [0.5], [1.0])


def _frozen(action: Plain) -> Action:
    return Action(action["score"], State(action["state"]))


def test_without_runs_everything_asks() -> None:
    found = asdict(proven([]))
    assert found["to_next_rung"] == 148
    assert {key: found[key] for key in NOTHING} == NOTHING
    assert (found["n"], found["allowed"], found["threshold"], found["guard_threshold"]) == (0, -1, None, None)


def test_below_the_first_rung_everything_asks_and_it_says_how_far() -> None:
    assert (proven(clean(147)).threshold, proven(clean(91)).to_next_rung) == (None, 57)


def test_on_the_first_rung_nothing_wrong_gives_the_floor() -> None:
    assert (proven(clean(148)).threshold, proven(clean(148), floor=0.3).threshold) == (0.0, 0.3)
    assert proven(clean(148)).to_next_rung == 282 - 148


def test_the_threshold_lies_one_step_above_the_first_mistake_too_many() -> None:
    bad = [run(500, (0.7, "wrong")), run(501, (0.929, "wrong")), run(502, (0.4, "overdue"))]
    assert proven([*clean(200), *bad]).threshold == 0.92901
    found = proven([*clean(300), *bad])
    assert (found.allowed, found.threshold, found.wrong, found.wrong_at_threshold) == (1, 0.70001, 3, 1)


def test_a_run_is_wrong_once_at_its_highest_mistake() -> None:
    many = run(500, (0.2, "wrong"), (0.6, "wrong"), (0.99, "right"), (0.5, "overdue"))
    found = proven([*clean(200), many])
    assert (found.n, found.wrong, found.threshold) == (201, 1, 0.60001)


def test_a_mistake_at_the_top_with_none_allowed_leaves_nothing() -> None:
    assert proven([*clean(200), run(500, (1.0, "wrong"))]).threshold is None
    assert proven([*clean(200), run(500, (0.99999, "wrong"))]).threshold == 1.0


def test_all_wrong_leaves_nothing() -> None:
    found = proven([run(place, (1.0, "wrong")) for place in range(400)])
    assert (found.n, found.wrong, found.allowed, found.threshold) == (400, 400, 2, None)


def test_a_tie_falls_on_one_side_as_a_whole() -> None:
    tie = [run(500 + place, (0.8, "wrong")) for place in range(3)]
    found = proven([*clean(300), *tie])
    assert (found.allowed, found.threshold, found.wrong_at_threshold) == (1, 0.80001, 0)


@pytest.mark.parametrize("score", [None, nan, -0.1, 1.1, True], ids=str)
def test_an_odd_score_never_runs_alone_and_its_run_counts(score: float | None) -> None:
    found = proven([*clean(147), run(500, (score, "wrong"))])
    assert (found.n, found.wrong, found.threshold) == (148, 0, 0.0)


@pytest.mark.parametrize(
    ("score", "threshold"),
    [(0.29, 0.29001), (0.123456, 0.12346), (0.999999, 1.0), (0.57, 0.57001), (Decimal("0.29000"), 0.29001)],
    ids=str,
)
def test_scores_are_rounded_down_as_they_are_written(score: float, threshold: float) -> None:
    assert proven([*clean(200), run(500, (score, "wrong"))]).threshold == threshold


@given(step=st.integers(0, 99_999))
def test_every_stored_score_is_cut_exactly_one_step_above(step: int) -> None:
    bad = run(500, (float(f"{step / 100_000:.5f}"), "wrong"))
    assert proven([*clean(200), bad]).threshold == float(f"{(step + 1) / 100_000:.5f}")


def test_the_first_pending_run_ends_what_is_done() -> None:
    waiting = [*clean(148), run(148, (0.1, "pending"), (None, "wrong")), *clean(200, start=149)]
    found = proven(waiting)
    assert (found.n, found.guard_n, found.allowed, found.guard_allowed) == (148, 349, 0, 1)
    assert proven([run(-1, (0.1, "pending")), *clean(400)]).threshold is None


def test_the_guard_sees_mistakes_behind_the_first_pending_run() -> None:
    found = proven([*clean(200), run(200, (0.3, "pending")), run(201, (0.9, "wrong")), run(202, (0.8, "wrong"))])
    assert (found.threshold, found.wrong, found.guard_threshold, found.guard_wrong) == (0.0, 0, 0.90001, 2)
    assert stricter(found.threshold, found.guard_threshold) == 0.90001


def test_overdue_counts_as_wrong() -> None:
    assert proven([*clean(200), run(500, (0.9, "overdue"))]).threshold == 0.90001


def test_evidence_and_upper_limit_are_those_at_the_threshold() -> None:
    found = proven([*clean(300), run(500, (0.9, "wrong")), run(501, (0.2, "wrong"))])
    assert (found.n, found.wrong_at_threshold, found.threshold) == (302, 1, 0.20001)
    assert found.log_evidence == pytest.approx(float(slow.log_evidence(302, 1, 0.02)))
    assert found.upper_limit == pytest.approx(float(slow.upper_limit(302, 1, 10)))
    assert found.upper_limit is not None
    assert found.upper_limit < 0.02


def test_a_limit_of_nothing_certifies_nothing() -> None:
    found = proven(clean(1000), limit=0.0)
    assert (found.threshold, found.to_next_rung) == (None, None)


def test_runs_without_actions_count() -> None:
    assert proven([run(place) for place in range(148)]).threshold == 0.0


def test_the_hash_tells_what_decides_and_nothing_else() -> None:
    runs = [*clean(10), run(500, (0.9, "wrong"))]
    alike = [*clean(10, score=0.7), run(500, (0.1, "wrong"), (0.900001, "overdue")), run(9, (1.0, "wrong"), epoch=2)]
    assert proven(runs).inputs_sha256 == proven(alike).inputs_sha256
    others = [proven(runs, limit=0.03), proven(runs, delta_c=0.05), proven(runs, epoch=2), proven(runs, floor=0.1)]
    changed = [proven(runs[:-1]), proven([*runs, run(501)]), proven([*runs[:-1], run(500, (0.9, "pending"))])]
    assert len({proven(runs).inputs_sha256, *(each.inputs_sha256 for each in [*others, *changed])}) == 8


@pytest.mark.parametrize(
    "other",
    [
        *({"limit": value} for value in (1.0, -0.1, nan)),
        *({"delta_c": value} for value in (0.0, 1.0, nan, 5e-324)),
        *({"floor": value} for value in (1.1, -0.1, nan)),
    ],
    ids=str,
)
def test_impossible_terms_are_refused(other: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"limit|certificate|threshold"):
        proven(clean(3), **other)


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ([run(1), run(1)], "one place"),
        ([run(1, (0.5, "maybe"))], "maybe"),
        ([{"seq": 1, "test": True, "epoch": 1}], "no 'actions'"),
        ([run(1, actions=[{"score": 0.5}])], "no 'state'"),
        ([run(1, actions=[{"state": "wrong"}])], "no 'score'"),
    ],
)
def test_impossible_runs_are_refused(runs: list[Plain], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        proven(runs)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(None, 0.5, None), (0.5, None, None), (0.5, 0.7, 0.7), (0.7, 0.5, 0.7)]
)
def test_the_stricter_threshold_lets_less_run(one: float | None, other: float | None, expected: float | None) -> None:
    assert stricter(one, other) == expected


@pytest.mark.parametrize(
    ("escalate", "auto", "expected"), [(0.6, 0.8, 0.6), (0.9, 0.8, 0.8), (None, 0.8, None), (0.6, None, None)]
)
def test_the_second_threshold_is_never_above_the_first(
    escalate: float | None, auto: float | None, expected: float | None
) -> None:
    assert clamped(escalate, auto) == expected


def test_states_are_words() -> None:
    assert [*State] == ["right", "wrong", "pending", "overdue"]

"""What a certificate must do when its runs change in a known way (CALIBRATION section 6, metamorphic)."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from approvals.domain.calibration import Certificate, aurc, certify, stricter
from tests.domain.calibration.reference import cases
from tests.domain.calibration.reference.cases import clean, run
from tests.domain.calibration.reference.slow import Plain

RESOLVED = cases.runs(states=cases.STATES)
TERMS = st.fixed_dictionaries({"limit": cases.LIMITS, "delta_c": cases.DELTAS, "epoch": st.just(1)})
CAREFULLY = settings(max_examples=50, deadline=None)


def is_as_strict(one: float | None, other: float | None) -> bool:
    """Whether the first threshold lets nothing run that the second does not."""
    return stricter(one, other) == one


def marked(runs: list[Plain], place: int, **change: Any) -> list[Plain]:
    """The same runs, one action of one of them changed; as they were when there is none."""
    listed = [(at, number) for at, each in enumerate(runs) for number in range(len(each["actions"]))]
    if not listed:
        return runs
    at, number = listed[place % len(listed)]
    actions = list(runs[at]["actions"])
    actions[number] = {**actions[number], **change}
    return [{**each, "actions": actions} if where == at else each for where, each in enumerate(runs)]


@CAREFULLY
@given(runs=RESOLVED, place=st.integers(0, 200), state=st.sampled_from(["wrong", "overdue"]), terms=TERMS)
def test_a_right_action_that_turns_out_wrong_never_loosens(
    runs: list[Plain], place: int, state: str, terms: dict[str, Any]
) -> None:
    before, after = certify(runs, **terms), certify(marked(runs, place, state=state), **terms)
    assert is_as_strict(after.threshold, before.threshold)


@CAREFULLY
@given(runs=RESOLVED, place=st.integers(0, 200), terms=TERMS)
def test_erasing_an_action_never_loosens(runs: list[Plain], place: int, terms: dict[str, Any]) -> None:
    # What is left of it counts as overdue; its score being gone too, as high as a score can be.
    erased = marked(runs, place, state="overdue", score=1.0)
    assert is_as_strict(certify(erased, **terms).threshold, certify(runs, **terms).threshold)


@CAREFULLY
@given(runs=cases.runs(), score=cases.SCORES, terms=TERMS)
def test_one_more_right_run_never_tightens(runs: list[Plain], score: float, terms: dict[str, Any]) -> None:
    more = [*runs, run(10_000, (score, "right"))]
    before, after = certify(runs, **terms), certify(more, **terms)
    assert is_as_strict(before.threshold, after.threshold)
    assert is_as_strict(before.guard_threshold, after.guard_threshold)


@CAREFULLY
@given(runs=RESOLVED, score=st.floats(0, 1), terms=TERMS)
def test_one_more_wrong_run_never_loosens_more_than_a_right_one(
    runs: list[Plain], score: float, terms: dict[str, Any]
) -> None:
    right, wrong = ([*runs, run(10_000, (score, state))] for state in ("right", "wrong"))
    assert is_as_strict(certify(wrong, **terms).threshold, certify(right, **terms).threshold)


def test_one_more_wrong_run_may_reach_the_next_rung() -> None:
    runs = [*clean(280), run(300, (0.8, "wrong"))]
    before, after = (certify(each, 0.02, 0.1, 1) for each in (runs, [*runs, run(301, (0.1, "wrong"))]))
    assert (before.threshold, after.threshold) == (0.80001, 0.10001)


@CAREFULLY
@given(runs=cases.runs(), others=cases.runs(), random=st.randoms(use_true_random=False), terms=TERMS)
def test_order_and_runs_that_do_not_count_change_nothing(
    runs: list[Plain], others: list[Plain], random: Any, terms: dict[str, Any]
) -> None:
    strangers = [{**each, "test": False} for each in others] + [{**each, "epoch": 3} for each in others]
    mixed = [*runs, *strangers]
    random.shuffle(mixed)
    assert certify(mixed, **terms) == certify(runs, **terms)


@CAREFULLY
@given(runs=cases.runs(), random=st.randoms(use_true_random=False), terms=TERMS)
def test_the_order_within_a_run_and_a_repeated_action_change_nothing(
    runs: list[Plain], random: Any, terms: dict[str, Any]
) -> None:
    doubled = [{**each, "actions": random.sample(each["actions"] * 2, 2 * len(each["actions"]))} for each in runs]
    assert certify(doubled, **terms) == certify(runs, **terms)


@CAREFULLY
@given(runs=cases.runs(), terms=TERMS, table=st.lists(st.integers(1, 100_000), min_size=30, unique=True).map(sorted))
def test_another_scale_lets_the_same_actions_run(runs: list[Plain], terms: dict[str, Any], table: list[int]) -> None:
    before = certify(on_scale(runs, list(range(1, len(table) + 1))), **terms)
    after = certify(on_scale(runs, table), **terms)
    scores = range(len(table))
    assert alone(before, [(place + 1) / 100_000 for place in scores]) == alone(
        after, [table[place] / 100_000 for place in scores]
    )
    # Where nothing runs there is a threshold above every score or none at all, and then no more is said of it.
    on_no_scale = ("n", "wrong", "allowed", "guard_n", "guard_wrong", "guard_allowed", "to_next_rung")
    assert [getattr(before, name) for name in on_no_scale] == [getattr(after, name) for name in on_no_scale]


def on_scale(runs: list[Plain], table: list[int]) -> list[Plain]:
    """Each score as one of a few ranks, written on this scale."""

    def scaled(score: float | None) -> float | None:
        known = score is not None and 0 <= score <= 1
        return table[int(score * (len(table) - 1))] / 100_000 if known and score is not None else None

    return [
        {**each, "actions": [{**action, "score": scaled(action["score"])} for action in each["actions"]]}
        for each in runs
    ]


def alone(found: Certificate, scores: list[float]) -> list[bool]:
    return [found.threshold is not None and score >= found.threshold for score in scores]


@CAREFULLY
@given(runs=cases.runs(), terms=TERMS, more=st.floats(1, 2))
def test_a_larger_limit_and_less_certainty_never_tighten(runs: list[Plain], terms: dict[str, Any], more: float) -> None:
    now = certify(runs, **terms)
    larger = certify(runs, **{**terms, "limit": min(0.95, terms["limit"] * more)})
    surer = certify(runs, **{**terms, "delta_c": terms["delta_c"] / more})
    assert is_as_strict(now.threshold, larger.threshold)
    assert is_as_strict(surer.threshold, now.threshold)


@CAREFULLY
@given(runs=cases.runs(), terms=TERMS, floor=st.floats(0, 1))
def test_a_floor_only_lifts(runs: list[Plain], terms: dict[str, Any], floor: float) -> None:
    bare, lifted = certify(runs, **terms).threshold, certify(runs, **terms, floor=floor).threshold
    assert lifted == (None if bare is None else max(bare, floor))


@CAREFULLY
@given(runs=RESOLVED, terms=TERMS)
def test_with_nothing_pending_the_guard_agrees(runs: list[Plain], terms: dict[str, Any]) -> None:
    found = certify(runs, **terms)
    assert (found.n, found.wrong, found.allowed, found.threshold) == (
        found.guard_n,
        found.guard_wrong,
        found.guard_allowed,
        found.guard_threshold,
    )


@given(pairs=st.lists(st.tuples(st.integers(-50, 50), st.booleans()), min_size=1), random=st.randoms())
def test_risk_against_coverage_sees_only_the_order_of_scores(pairs: list[tuple[int, bool]], random: Any) -> None:
    mixed = random.sample(pairs, len(pairs))
    one = aurc([score for score, _ in pairs], [right for _, right in pairs])
    other = aurc([3.0**score for score, _ in mixed], [right for _, right in mixed])
    assert abs(one - other) < 1e-12

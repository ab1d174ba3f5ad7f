"""One fixed set of cases with the answers of the slow reference: what a calibration gets wrong is named by function."""

import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from tests.domain.calibration.reference import reckoning, slow
from tests.domain.calibration.reference.cases import EDGES, ODD, clean, run
from tests.domain.calibration.reference.slow import Plain


class Case(NamedTuple):
    """A call and what it must return."""

    name: str
    arguments: tuple[Any, ...]
    expected: Any


def failures(calibration: ModuleType) -> set[str]:
    """The functions of this calibration that answer any case wrongly, or not at all."""
    return {case.name for case in _cases() if not _is_answered(calibration, case)}


def _is_answered(calibration: ModuleType, case: Case) -> bool:
    try:
        found = getattr(calibration, case.name)(*case.arguments)
    except (ValueError, TypeError, ArithmeticError, LookupError):
        return False
    return _is_same(_plain(found, case.expected), case.expected)


def _plain(found: Any, expected: Any) -> Any:
    if isinstance(expected, dict):
        return {key: getattr(found, key) for key in expected}
    return tuple(getattr(found, field.name) for field in fields(found)) if is_dataclass(found) else found


def _is_same(found: Any, expected: Any) -> bool:
    if isinstance(expected, dict):
        return set(found) == set(expected) and all(_is_same(found[key], expected[key]) for key in expected)
    if isinstance(expected, tuple | list):
        return len(found) == len(expected) and all(map(_is_same, found, expected))
    if expected is None or isinstance(expected, bool) or isinstance(found, int) or found is None:
        return bool(found == expected)
    return bool(abs(found - float(expected)) <= 1e-8 * max(1.0, abs(float(expected))))


@cache
def _cases() -> tuple[Case, ...]:
    return (*_evidence(), *_certificates(), *_purity(), *_alarms(), *_coins(), *_display())


def _evidence() -> Iterator[Case]:
    for n, s, limit in ((40, 3, 0.1), (300, 1, 0.02), (7, 7, 0.4)):
        yield Case("log_evidence", (n, s, limit), slow.log_evidence(n, s, limit))
    for n in (58, 59, 148, 224, 225):
        yield Case("allowed", (n, 0.05, 10), slow.allowed(n, 0.05, 10))
    yield Case("ladder", (0.05, 10, 5), [59, 112, 153, 190, 225])
    yield Case("upper_limit", (100, 2, 10), slow.upper_limit(100, 2, 10))
    yield Case("upper_limit", (0, 0, 10), 1.0)
    for n, s in ((50, 5), (20, 0), (9, 9)):
        yield Case("interval", (n, s, 0.05), slow.interval(n, s, 0.05))
    most = slow.interval(50, 5, 0.05)[1]
    yield Case("corrected_limit", (0.02, 50, 5), (most, float(1 - most) * 0.02))
    yield Case("corrected_limit", (0.02, 0, 0), (1.0, 0.0))
    yield Case("corrected_limit", (0.02, 0, 0, 0.05, 0.1), (0.1, 0.018))


def _certificates() -> Iterator[Case]:
    made: list[tuple[list[Plain], float]] = [(_random_runs(seed), 0.3) for seed in range(12)]
    made += [([*clean(70), run(90, (0.8, "wrong")), run(91, (0.8, "wrong")), *clean(60, start=100)], 0.05)]
    made += [([*clean(70), run(70, (0.1, "pending")), run(71, (0.9, "wrong"))], 0.05)]
    made += [([*clean(59), run(90, (0.12, "wrong"))], 0.05), ([*clean(59), run(90, (1.0, "wrong"))], 0.05)]
    made += [([*clean(58)], 0.05), ([*clean(150), *(run(200 + place, (0.9, "wrong")) for place in range(9))], 0.05)]
    made += [([run(900, (0.7, "wrong"), (0.3, "wrong")), run(901, (0.5, "overdue")), *clean(115)], 0.05)]
    made += [([*clean(115), run(900, (0.80001, "wrong")), run(901, (0.8, "wrong"))], 0.05)]
    made += [([*clean(115), run(900, (0.5, "wrong"))], 0.05)]
    for runs, limit in made:
        for floor in (0.0, 0.5):
            yield Case("certify", (runs, limit, 0.1, 1, floor), slow.certify(runs, limit, 0.1, 1, floor))


def _purity() -> Iterator[Case]:
    grid, mass = (0.9, 0.8, 0.7, 0.6, 0.5, 0.0), (0.1, 0.2, 0.4, 0.5, 0.7, 1.0)
    made = [
        [*clean(80, score=0.85), *(run(900 + place, (0.7, "wrong")) for place in range(9)), *clean(400, start=2000)]
    ]
    made += [[*clean(15, score=0.95), *clean(48, start=100, score=0.75), run(300, (0.1, "pending")), run(301)]]
    made += [_random_runs(seed) for seed in range(6)]
    for runs in made:
        for limit in (0.05, 0.3):
            answer = slow.certify_purity(runs, limit, 0.1, grid, mass)
            yield Case("certify_purity", (runs, limit, 0.1, grid, mass), answer)


def _random_runs(seed: int) -> list[Plain]:
    dice = random.Random(seed)

    def action() -> Plain:
        score = dice.choice([dice.random(), dice.random(), dice.choice(EDGES), dice.choice(ODD)])
        return {"score": score, "state": dice.choice(["right"] * 12 + ["wrong", "overdue"])}

    runs = [{**run(place), "actions": [action() for _ in range(dice.randrange(4))]} for place in range(60)]
    for each in runs:
        each["test"], each["epoch"] = dice.random() < 0.8, 1 + (dice.random() < 0.1)
    runs[50]["actions"].append({"score": 0.4, "state": "pending"})
    dice.shuffle(runs)
    return runs


def _alarms() -> Iterator[Case]:
    outcomes = [place % 7 == 3 for place in range(30)]
    trace = slow.alarm(outcomes, 0.05)
    fired = next(place for place, level in enumerate(trace) if level >= 20)
    yield Case("alarm", (outcomes, 0.05, 20), (fired, trace))
    # Exact in binary, so that the height itself is met: the mean of 1.5, 2.5, 5 and 10.
    yield Case("alarm", ([True], 0.0625, 4.75), (0, [4.75]))


def _coins() -> Iterator[Case]:
    # The keyed hash as openssl prints it: fc9b16eb082184ed...
    u = 0xFC9B16EB082184ED / 2**64
    yield Case("coin", ("key", "run-2", 0.99), (u, True))
    yield Case("coin", ("key", "run-2", u), (u, False))


def _display() -> Iterator[Case]:
    rows = [(0.9, 0.85, True, True), (0.8, 0.85, True, True), (0.85, 0.85, True, False), (0.7, None, False, False)]
    yield Case("preview", (rows, 0.8, 0.1), tuple(reckoning.preview(rows, 0.8, 0.1)))
    yield Case("preview", (rows, 0.85, 0.1), tuple(reckoning.preview(rows, 0.85, 0.1)))
    yield Case("break_even", (2, 100, 0.2), 0.025)
    pairs = [(0.2, False), (0.2, True), (0.5, True), (0.8, True), (0.8, False), (0.8, True), (0.95, True)]
    yield Case("reliability", (*zip(*pairs, strict=True), 3), reckoning.reliability(pairs, 3))
    yield Case("aurc", tuple(zip(*pairs, strict=True)), reckoning.aurc(pairs))
    yield Case("cohen", ("aabba", "ababa"), reckoning.cohen("aabba", "ababa"))
    units = ["aa", "aab", "b", "bbbb", "ab"]
    yield Case("kripp_alpha", (units,), reckoning.kripp_alpha([list(unit) for unit in units]))

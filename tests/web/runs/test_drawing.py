"""Where spans lie and where the time went: every second once, waits shortened and marked."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.pages.runs import duration
from console.pages.runs.tracing.drawing.axis import Axis, axis
from console.pages.runs.tracing.drawing.spending import spending
from console.pages.runs.tracing.spans import Kind, Span

START = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def span(kind: Kind, begins: float, ends: float | None, *, is_error: bool = False) -> Span:
    end = None if ends is None else at(ends)
    is_waiting = kind is Kind.ESCALATION
    return Span(f"s{begins}", kind, kind.value, at(begins), end, depth=1, is_error=is_error, is_waiting=is_waiting)


WORK_AND_WAIT = (
    span(Kind.MODEL, 0, 2),
    span(Kind.EFFECT, 2, 4),
    span(Kind.ESCALATION, 4, 364),
    span(Kind.EFFECT, 364, 368),
)


def drawn(*, is_true_scale: bool = False) -> Axis:
    return axis(WORK_AND_WAIT, start=START, end=at(368), is_true_scale=is_true_scale)


def test_a_long_wait_is_shortened_and_marked_with_its_length() -> None:
    shown = drawn()
    assert [(mark.label) for mark in shown.marks if mark.is_break] == ["6 m 00 s"]
    assert shown.x(at(364)) - shown.x(at(4)) == pytest.approx(15)


def test_work_keeps_its_proportions_around_a_wait() -> None:
    shown = drawn()
    assert shown.x(at(368)) - shown.x(at(364)) == pytest.approx(2 * (shown.x(at(2)) - shown.x(at(0))))


def test_behind_a_wait_the_time_of_day_begins_anew() -> None:
    assert "14:06:04" in [mark.label for mark in drawn().marks]


def test_at_true_scale_every_second_is_as_wide() -> None:
    shown = drawn(is_true_scale=True)
    assert shown.breaks == ()
    assert shown.x(at(184)) == pytest.approx(50)


def test_a_short_wait_is_left_alone() -> None:
    spans = (span(Kind.MODEL, 0, 20), span(Kind.ESCALATION, 20, 24), span(Kind.EFFECT, 24, 40))
    assert axis(spans, start=START, end=at(40)).breaks == ()


def test_nothing_is_too_short_to_be_seen() -> None:
    place = drawn(is_true_scale=True).place(at(1), at(1.0001))
    assert float(place.width.rstrip("%")) >= 0.25


def test_labels_do_not_run_into_each_other() -> None:
    places = [float(mark.x.rstrip("%")) for mark in drawn(is_true_scale=True).marks]
    assert all(right - left >= 10 for left, right in pairwise(places))


def test_a_time_of_day_has_room_before_the_next_label() -> None:
    spans = (span(Kind.EFFECT, 0, 0.5), span(Kind.ESCALATION, 0.5, 600), span(Kind.EFFECT, 600, 600.5))
    marks = axis(spans, start=START, end=at(600.5)).marks
    times = [left for left, _ in pairwise(marks) if left.label == "14:10:00"]
    behind = [right for left, right in pairwise(marks) if left.label == "14:10:00"]
    assert [float(after.x[:-1]) - float(time.x[:-1]) >= 18 for time, after in zip(times, behind, strict=True)] == [True]


def test_a_run_without_length_is_drawn() -> None:
    assert axis((), start=START, end=START).x(START) == 0


times = st.lists(st.tuples(st.floats(0, 5000), st.floats(0, 500)), max_size=12)


@given(times, st.booleans())
def test_what_comes_later_never_lies_further_left(found: list[tuple[float, float]], is_true_scale: bool) -> None:
    spans = [span(Kind.EFFECT, begins, begins + length) for begins, length in found]
    end = at(max((begins + length for begins, length in found), default=0))
    shown = axis(spans, start=START, end=end, is_true_scale=is_true_scale)
    moments = sorted(moment for one in spans for moment in (one.start or START, one.end or end))
    places = [shown.x(moment) for moment in moments]
    assert places == sorted(places)
    assert all(0 <= place <= 100.001 for place in places)


def test_every_second_is_counted_once() -> None:
    found = spending(WORK_AND_WAIT, start=START, end=at(400))
    assert [(str(part.word), part.said) for part in found.parts] == [
        ("Agent", "2.0 s"),
        ("Tools", "6.0 s"),
        ("Waiting for a person", "6 m 00 s"),
        ("Between steps", "32.0 s"),
    ]


def test_work_beside_a_wait_counts_as_work() -> None:
    spans = (span(Kind.ESCALATION, 0, 10), span(Kind.EFFECT, 2, 6))
    found = spending(spans, start=START, end=at(10))
    assert [(str(part.word), part.said) for part in found.parts] == [
        ("Tools", "4.0 s"),
        ("Waiting for a person", "6.0 s"),
    ]


def test_a_failing_call_is_told_apart() -> None:
    found = spending((span(Kind.EFFECT, 0, 5, is_error=True),), start=START, end=at(5))
    assert [part.tone for part in found.parts] == ["bad"]


def test_what_has_not_ended_lasts_until_now() -> None:
    found = spending((span(Kind.EFFECT, 1, None),), start=START, end=at(5))
    assert [part.said for part in found.parts] == ["4.0 s", "1.0 s"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.0004, "0 ms"),
        (0.31, "310 ms"),
        (5, "5.0 s"),
        (59.96, "1 m 00 s"),
        (353, "5 m 53 s"),
        (7500, "2 h 05 m"),
        (273600, "3 d 4 h"),
    ],
)
def test_a_length_is_written_in_two_units(seconds: float, said: str) -> None:
    assert duration.said(timedelta(seconds=seconds)) == said

"""The spans of a page as its templates draw them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from console.pages.runs import duration
from console.pages.runs.tracing.choosing import Choice
from console.pages.runs.tracing.drawing.axis import Axis, Place
from console.pages.runs.tracing.spans import Kind, Span

ICONS = {
    Kind.RUN: "logo",
    Kind.MODEL: "model",
    Kind.CUSTOMER: "person",
    Kind.TOOL: "tool",
    Kind.GATE: "gate",
    Kind.ESCALATION: "clock",
    Kind.PERSON: "person",
    Kind.UNDO: "clock",
    Kind.EFFECT: "bolt",
}
TONES = {Kind.GATE: "gate", Kind.ESCALATION: "person", Kind.PERSON: "person", Kind.UNDO: "undo"}


@dataclass(frozen=True)
class Row:
    """One span in its place."""

    span: Span
    href: str
    icon: str
    tone: str
    shape: str
    """`bar`, `stripes`, `bracket` or `moment`."""
    place: Place
    took: str
    said: str
    """What is not said by words in the row, for those who listen."""
    is_current: bool
    has_below: bool


def rows(choice: Choice, axis: Axis, *, now: datetime, address: Callable[[Span], str]) -> tuple[Row, ...]:
    """Write the rows of a page; `address` is where a span is selected."""
    parents = {span.parent for span in choice.shown}
    return tuple(
        _row(
            span,
            axis,
            now=now,
            href=address(span),
            is_current=span.id == choice.selected.id,
            has_below=span.id in parents,
        )
        for span in choice.shown
    )


def _row(span: Span, axis: Axis, *, now: datetime, href: str, is_current: bool, has_below: bool) -> Row:
    start = span.start or now
    return Row(
        span=span,
        href=href,
        icon=ICONS[span.kind],
        tone="bad" if span.is_error else TONES.get(span.kind, span.kind.value),
        shape=_shape(span),
        place=axis.place(start, span.end or now),
        took="" if span.is_moment else duration.said((span.end or now) - start),
        said=_said(span),
        is_current=is_current,
        has_below=has_below,
    )


def _shape(span: Span) -> str:
    if span.is_moment:
        return "moment"
    if span.is_parent:
        return "bracket"
    return "stripes" if span.is_waiting else "bar"


def _said(span: Span) -> str:
    if span.is_running:
        return _("not ended")
    return _("error") if span.is_error else ""

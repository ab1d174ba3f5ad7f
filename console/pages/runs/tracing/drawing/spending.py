"""Where the time of a run went: every moment of it counted once, for whoever worked or was waited for then."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.pages.presenting.words import Word
from console.pages.runs import duration
from console.pages.runs.tracing.spans import Kind, Span


class Use(NamedTuple):
    """A way to spend time: its drawing and its word."""

    tone: str
    word: Word
    is_waiting: bool = False


USES: dict[str, Use] = {
    "model": Use("model", gettext_lazy("Agent")),
    "failing": Use("bad", gettext_lazy("Failing calls")),
    "tool": Use("tool", gettext_lazy("Tools")),
    "customer": Use("customer", gettext_lazy("Customer")),
    "person": Use("person", gettext_lazy("Waiting for a person"), is_waiting=True),
    "undo": Use("undo", gettext_lazy("Undo window"), is_waiting=True),
    "between": Use("between", gettext_lazy("Between steps")),
}
"""In the order of the drawing."""
ORDER = ("model", "failing", "tool", "customer", "undo", "person", "between")
"""What a moment counts as when several apply: work before waiting, an undo window before the next question."""


@dataclass(frozen=True)
class Part:
    """One way time was spent, as a stretch of the bar."""

    tone: str
    word: Word
    said: str
    x: str
    width: str
    is_waiting: bool


@dataclass(frozen=True)
class Spending:
    """The whole time and its parts."""

    total: str
    parts: tuple[Part, ...]
    summary: str


def spending(spans: Sequence[Span], *, start: datetime, end: datetime) -> Spending:
    """Count the time from start to end."""
    spent = _spent(spans, start, end)
    whole = max(end - start, timedelta(milliseconds=1))
    parts, left = [], 0.0
    for name, use in USES.items():
        width = spent[name] / whole * 100
        if spent[name] >= timedelta(milliseconds=0.5):
            said = duration.said(spent[name])
            parts.append(Part(use.tone, use.word, said, f"{left:.2f}%", f"{max(width, 0.15):.2f}%", use.is_waiting))
        left += width
    summary = ", ".join(f"{part.word} {part.said}" for part in parts)
    return Spending(duration.said(end - start), tuple(parts), summary or _("no time yet"))


def _spent(spans: Sequence[Span], start: datetime, end: datetime) -> dict[str, timedelta]:
    """Sweep over every beginning and end once."""
    events = sorted(_events(spans, start, end))
    spent = dict.fromkeys(USES, timedelta())
    active: Counter[str] = Counter()
    at = start
    for moment, change, use in events:
        spent[_counted(active)] += max(moment - at, timedelta())
        at = max(at, moment)
        active[use] += change
    spent["between"] += max(end - at, timedelta())
    return spent


def _events(spans: Sequence[Span], start: datetime, end: datetime) -> Iterable[tuple[datetime, int, str]]:
    for span in spans:
        use = _use(span)
        if use and span.start and not span.is_moment:
            begins, ends = (min(max(moment, start), end) for moment in (span.start, span.end or end))
            yield begins, 1, use
            yield ends, -1, use


def _counted(active: Counter[str]) -> str:
    return next((use for use in ORDER if active[use] > 0), "between")


def _use(span: Span) -> str:
    match span.kind:
        case Kind.MODEL:
            return "model"
        case Kind.CUSTOMER:
            return "customer"
        case Kind.TOOL if span.is_parent:
            return ""
        case Kind.TOOL | Kind.EFFECT:
            return "failing" if span.is_error else "tool"
        case Kind.ESCALATION:
            return "person"
        case Kind.UNDO:
            return "undo"
        case _:
            return ""

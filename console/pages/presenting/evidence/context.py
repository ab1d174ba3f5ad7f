"""The column beside the evidence: conversation, budget, a small trace."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.evidence import Bar, Evidence, Gauge, Message
from console.pages.presenting import clock

LATEST = 3
TRACE_WIDTH, TRACE_LANES = 288, 5
NARROWEST = 3
LONGEST_WAIT = 0.15
"""Most of the drawing one wait takes, as a share of all work."""


@dataclass(frozen=True)
class Turn:
    """One message of the conversation; its text is untrusted."""

    who: str
    at: str
    text: str
    is_ours: bool = False
    """A person of the team wrote it."""


@dataclass(frozen=True)
class Measure:
    """How much of a limit is used."""

    label: str
    percent: int
    tone: str
    said: str


@dataclass(frozen=True)
class Span:
    """One bar of the small trace, in units of the drawing."""

    x: int
    y: int
    width: int
    tone: str


@dataclass(frozen=True)
class Trace:
    """The small trace; the drawing is summed up in `summary` for those who do not see it."""

    spans: tuple[Span, ...]
    height: int
    count: int
    seconds: str
    summary: str


@dataclass(frozen=True)
class Context:
    """What surrounds the action."""

    earlier: tuple[Turn, ...]
    latest: tuple[Turn, ...]
    total: int
    gauges: tuple[Measure, ...]
    trace: Trace | None

    @property
    def texts(self) -> list[str]:
        """Every text of the conversation, to count what is hidden in it."""
        return [turn.text for turn in (*self.earlier, *self.latest)]


def context(evidence: Evidence, *, now: datetime) -> Context:
    """Write the context column."""
    turns = tuple(_turn(message, now=now) for message in evidence.material.conversation)
    return Context(
        earlier=turns[:-LATEST],
        latest=turns[-LATEST:],
        total=len(turns),
        gauges=tuple(_measure(gauge) for gauge in evidence.material.gauges),
        trace=_trace(evidence.material.trace),
    )


def _turn(message: Message, *, now: datetime) -> Turn:
    at = clock.from_iso(message.at)
    who = _("Customer") if message.role == "customer" else _("Agent")
    return Turn(who, clock.moment(at, now=now) if at else "", message.text)


def _measure(gauge: Gauge) -> Measure:
    share = gauge.used / gauge.limit if gauge.limit else 1.0
    is_money = gauge.unit.lower() in ("usd", "$")
    parts = {"used": _amount(gauge.used, "$" if is_money else ""), "limit": _amount(gauge.limit, gauge.unit)}
    tone = "bad" if share >= 1 else "warn" if share >= 0.8 else ""
    return Measure(gauge.label, min(100, round(share * 100)), tone, _("%(used)s of %(limit)s") % parts)


def _amount(value: float, unit: str) -> str:
    if unit.lower() in ("usd", "$"):
        return f"${value:,.2f}"
    number = f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    return f"{number} {unit}".strip()


def _trace(bars: tuple[Bar, ...]) -> Trace | None:
    if not bars:
        return None
    start, end = min(bar.start_ms for bar in bars), max(bar.end_ms for bar in bars)
    at = _axis(bars)
    lanes = {label: lane for lane, label in enumerate(dict.fromkeys(bar.label for bar in bars))}
    rows = min(len(lanes), TRACE_LANES)
    spans = tuple(_span(bar, lane=min(lanes[bar.label], TRACE_LANES - 1), at=at) for bar in bars)
    return Trace(spans, rows * 8 + 6, len(bars), f"{(end - start) / 1000:.1f}", _summary(bars))


def _axis(bars: tuple[Bar, ...]) -> dict[int, float]:
    """Where each moment lies on the drawing. Waiting is shortened, or a person's minutes would squeeze all work."""
    moments = sorted({moment for bar in bars for moment in (bar.start_ms, bar.end_ms)})
    pieces = [(before, after, _is_work(bars, before, after)) for before, after in pairwise(moments)]
    worked = sum(after - before for before, after, is_work in pieces if is_work)
    most = max(worked * LONGEST_WAIT, 1.0)
    places, place = {moments[0]: 0.0}, 0.0
    for before, after, is_work in pieces:
        place += after - before if is_work else min(after - before, most)
        places[after] = place
    return {moment: here * TRACE_WIDTH / max(place, 1.0) for moment, here in places.items()}


def _is_work(bars: tuple[Bar, ...], before: int, after: int) -> bool:
    return any(bar.start_ms <= before and after <= bar.end_ms and bar.kind != "person" for bar in bars)


def _span(bar: Bar, *, lane: int, at: dict[int, float]) -> Span:
    width = max(NARROWEST, round(at[bar.end_ms] - at[bar.start_ms]))
    x = min(round(at[bar.start_ms]), TRACE_WIDTH - width)
    return Span(x, 2 + lane * 8, width, "bad" if bar.failed else bar.kind)


def _summary(bars: tuple[Bar, ...]) -> str:
    failed = sum(bar.failed for bar in bars)
    spans = ngettext("%(n)s span", "%(n)s spans", len(bars)) % {"n": len(bars)}
    return _("%(spans)s, %(failed)s failed") % {"spans": spans, "failed": failed} if failed else spans

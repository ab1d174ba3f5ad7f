"""The column beside the evidence: conversation, budget, a small trace."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.evidence import Bar, Evidence, Gauge, Message
from console.pages.presenting import clock

LATEST = 3
TRACE_WIDTH, TRACE_LANES = 288, 5


@dataclass(frozen=True)
class Turn:
    """One message of the conversation; its text is untrusted."""

    who: str
    at: str
    text: str


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
    start = min(bar.start_ms for bar in bars)
    length = max(*(bar.end_ms - start for bar in bars), 1)
    lanes = {label: lane for lane, label in enumerate(dict.fromkeys(bar.label for bar in bars))}
    rows = min(len(lanes), TRACE_LANES)
    spans = tuple(_span(bar, lane=min(lanes[bar.label], TRACE_LANES - 1), start=start, length=length) for bar in bars)
    return Trace(spans, rows * 8 + 6, len(bars), f"{length / 1000:.1f}", _summary(bars))


def _span(bar: Bar, *, lane: int, start: int, length: int) -> Span:
    scale = TRACE_WIDTH / length
    width = max(2, round((bar.end_ms - bar.start_ms) * scale))
    x = min(round((bar.start_ms - start) * scale), TRACE_WIDTH - width)
    return Span(x, 2 + lane * 8, width, "bad" if bar.failed else bar.kind)


def _summary(bars: tuple[Bar, ...]) -> str:
    failed = sum(bar.failed for bar in bars)
    spans = ngettext("%(n)s span", "%(n)s spans", len(bars)) % {"n": len(bars)}
    return _("%(spans)s, %(failed)s failed") % {"spans": spans, "failed": failed} if failed else spans

"""Outcomes over time: a stacked bar for each piece of time, as a server's drawing and as a table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.domain.run import RunStatus
from console.pages.presenting.words import Word
from console.pages.runs.filter import chips, moments
from console.pages.runs.filter.grammar import Filter, Term
from console.pages.runs.finding import Past
from console.pages.runs.listing.frame import Frame, frame
from console.pages.runs.words import LIVE

HEIGHT = 72.0
GAP = 0.12
"""The share of a bar's place that stays empty."""


class Kind(NamedTuple):
    """A colour of the drawing and the statuses it stands for."""

    tone: str
    word: Word
    statuses: tuple[RunStatus, ...]


KINDS = (
    Kind("ok", gettext_lazy("succeeded"), (RunStatus.SUCCEEDED,)),
    Kind("live", gettext_lazy("not ended"), LIVE),
    Kind("off", gettext_lazy("cancelled"), (RunStatus.CANCELLED,)),
    Kind("bad", gettext_lazy("failed"), (RunStatus.FAILED,)),
)
"""From the ground up; what failed lies on top."""


@dataclass(frozen=True)
class Block:
    """One colour of one bar: `x` and `width` in per cent, `y` and `height` in units of the drawing."""

    tone: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True)
class Bar:
    """One piece of time; `href` shows its runs within the same filter."""

    href: str
    label: str
    said: str
    x: str
    width: str
    blocks: tuple[Block, ...]
    counts: tuple[str, ...]
    """As many as there are kinds, in their order."""


@dataclass(frozen=True)
class Total:
    """How many runs of one colour there are, and the filter that shows them."""

    tone: str
    word: Word
    count: str
    href: str


@dataclass(frozen=True)
class Tick:
    """A moment below the bars."""

    x: str
    anchor: str
    label: str


@dataclass(frozen=True)
class Chart:
    """The drawing, what it says in a sentence, and its numbers."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    totals: tuple[Total, ...]
    most: str
    """As many runs as the highest bar."""
    summary: str


def chart(pasts: Sequence[Past], found: Filter, *, now: datetime) -> Chart | None:
    """Draw the newest runs; None when there is nothing to draw."""
    if not pasts:
        return None
    shown = frame(min(past.created_at for past in pasts), now)
    pieces = [Counter[str]() for _piece in range(shown.count)]
    for past in pasts:
        pieces[shown.place(past.created_at)][_tone(past.status)] += 1
    most = max(piece.total() for piece in pieces)
    whole = sum(pieces, Counter[str]())
    return Chart(
        bars=tuple(_bar(place, piece, shown, most=most, found=found) for place, piece in enumerate(pieces)),
        ticks=_ticks(shown),
        totals=tuple(_total(kind, whole[kind.tone], found) for kind in KINDS),
        most=f"{most:,}",
        summary=_summary(whole, shown),
    )


def _tone(status: str) -> str:
    return next(kind.tone for kind in KINDS if status in kind.statuses)


def _bar(place: int, piece: Counter[str], shown: Frame, *, most: int, found: Filter) -> Bar:
    wide = 100 / shown.count
    begins, ends = (moments.text(shown.moment(at)) for at in (place, place + 1))
    return Bar(
        href=chips.address(found.within(Term("since", begins), Term("until", ends))),
        label=shown.label(place),
        said=_("%(time)s: %(counts)s") % {"time": shown.label(place), "counts": _counts(piece)},
        x=f"{place * wide:.2f}%",
        width=f"{wide:.2f}%",
        blocks=_blocks(piece, x=f"{(place + GAP / 2) * wide:.2f}%", width=f"{wide * (1 - GAP):.2f}%", most=most),
        counts=tuple(f"{piece[kind.tone]:,}" for kind in KINDS),
    )


def _blocks(piece: Counter[str], *, x: str, width: str, most: int) -> tuple[Block, ...]:
    blocks, ground = [], HEIGHT
    for kind in KINDS:
        height = piece[kind.tone] / most * HEIGHT
        ground -= height
        if height:
            blocks.append(Block(kind.tone, x, width, f"{ground:.1f}", f"{height:.1f}"))
    return tuple(blocks)


def _counts(piece: Counter[str]) -> str:
    parts = [f"{piece[kind.tone]:,} {kind.word}" for kind in KINDS if piece[kind.tone]]
    return ", ".join(parts) or _("none")


def _ticks(shown: Frame) -> tuple[Tick, ...]:
    """The beginning, the middle where there is room for it, and now."""
    middle = shown.count // 2
    between = (Tick(f"{middle * 100 / shown.count:.2f}%", "middle", shown.label(middle)),) if middle > 1 else ()
    return (Tick("0", "start", shown.label(0)), *between, Tick("100%", "end", _("now")))


def _total(kind: Kind, count: int, found: Filter) -> Total:
    narrowed = found.within(*(Term("status", status.value) for status in kind.statuses))
    return Total(kind.tone, kind.word, f"{count:,}", chips.address(narrowed))


def _summary(whole: Counter[str], shown: Frame) -> str:
    number = whole.total()
    runs = ngettext("%(n)s run", "%(n)s runs", number) % {"n": f"{number:,}"}
    parts = {"runs": runs, "time": shown.label(0), "counts": _counts(whole)}
    return _("%(runs)s since %(time)s: %(counts)s") % parts

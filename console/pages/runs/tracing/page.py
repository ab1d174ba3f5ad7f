"""A trace as its templates show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.domain.run import RunStatus
from approvals.models import Member
from console.pages.presenting import clock
from console.pages.runs import words
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.choosing import PAGE_SIZE, Choice, Show, choose, matches
from console.pages.runs.tracing.drawing.axis import Axis, axis
from console.pages.runs.tracing.drawing.rows import Row, rows
from console.pages.runs.tracing.drawing.spending import Spending, spending
from console.pages.runs.tracing.panel.values import Panel
from console.pages.runs.tracing.reading import Story
from console.pages.runs.tracing.spans import Span
from console.pages.runs.tracing.telling.people import people
from console.pages.runs.tracing.telling.said import Said
from console.pages.runs.tracing.telling.sentence import sentence
from console.pages.runs.tracing.telling.world import world
from console.pages.runs.words import Standing


@dataclass(frozen=True)
class Wanted:
    """What the address asks for."""

    span: str = ""
    show: Show = Show.ALL
    is_true_scale: bool = False
    start: int = 0

    def address(self, **changes: str) -> str:
        """The query for the same with changes; what is usual is left out."""
        now = {
            "span": self.span,
            "show": "" if self.show is Show.ALL else self.show.value,
            "scale": "true" if self.is_true_scale else "",
            "from": str(self.start or ""),
        }
        return "?" + urlencode({name: value for name, value in (now | changes).items() if value})


@dataclass(frozen=True)
class Option:
    """One choice of a switch."""

    label: str
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Head:
    """What stands above the spans."""

    key: str
    id: str
    title: str
    agent: str
    started: str
    started_at: str
    standing: Standing
    told: tuple[Said, ...]
    """What happened, who decided."""
    world: tuple[Said, ...]
    asked: tuple[tuple[int, str], ...]
    """Id and number of each escalation the reader may open."""
    is_live: bool
    can_cancel: bool
    cancel_reason: str
    """What was said of a cancel, in the person's own words; untrusted."""


@dataclass(frozen=True)
class Trace:
    """One run."""

    head: Head
    spending: Spending
    axis: Axis
    rows: tuple[Row, ...]
    shows: tuple[Option, ...]
    scales: tuple[Option, ...]
    selected: str
    panel: Panel
    next_error: str
    previous_error: str
    folded: str
    """What is said of a run too long to be shown whole; empty for others."""
    earlier: str
    later: str
    at: str
    self: str
    """The address of just this."""


def chosen(spans: Sequence[Span], story: Story, wanted: Wanted) -> Choice:
    """Which spans are shown, and which is selected."""
    return choose(spans, story.run, wanted=wanted.span, show=wanted.show, start=wanted.start)


def trace(
    story: Story, spans: tuple[Span, ...], choice: Choice, panel: Panel, wanted: Wanted, *, viewer: Member
) -> Trace:
    """Put a run together as one reader sees it."""
    start, end = story.run.created_at, story.run.ended_at or story.now
    laid_out = axis(spans, start=start, end=end, is_true_scale=wanted.is_true_scale)
    return Trace(
        head=_head(story, viewer),
        spending=spending(spans, start=start, end=end),
        axis=laid_out,
        rows=rows(choice, laid_out, now=story.now, address=lambda span: wanted.address(span=span.id)),
        shows=_shows(spans, wanted),
        scales=_scales(laid_out, wanted),
        selected=choice.selected.id,
        panel=panel,
        next_error=_error(spans, choice, wanted, step=1),
        previous_error=_error(spans, choice, wanted, step=-1),
        folded=_folded(spans) if choice.is_folded else "",
        earlier=wanted.address(**{"from": str(max(choice.earlier, 0) or "")}) if choice.earlier else "",
        later=wanted.address(**{"from": str(choice.later)}) if choice.later else "",
        at=clock.clock(story.now, now=story.now),
        self=wanted.address(span=choice.selected.id),
    )


def _head(story: Story, viewer: Member) -> Head:
    run = story.run
    is_live = run.status in words.LIVE
    return Head(
        key=str(run.key),
        id=run.key.hex[:6],
        title=run.request.title,
        agent=_("%(agent)s %(version)s") % {"agent": run.agent, "version": run.agent_version},
        started=clock.clock(run.created_at, now=story.now),
        started_at=run.created_at.isoformat(),
        standing=words.STOPPING if is_live and run.cancelled_at else words.STANDINGS[RunStatus(run.status)],
        told=(sentence(story), *people(story)),
        world=world(story),
        asked=tuple((one.pk, str(one)) for one in story.escalations if asking.is_seen(one))[-3:],
        is_live=is_live,
        can_cancel=is_live and run.cancelled_at is None and viewer.can_decide,
        cancel_reason=story.cancelled.reason,
    )


def _shows(spans: Sequence[Span], wanted: Wanted) -> tuple[Option, ...]:
    labels = {
        Show.ALL: _("All %(n)s"),
        Show.ERRORS: _("Errors %(n)s"),
        Show.GATES: _("Gates %(n)s"),
        Show.PEOPLE: _("People %(n)s"),
    }
    return tuple(
        Option(
            label % {"n": f"{sum(matches(span, show) for span in spans):,}"},
            wanted.address(show="" if show is Show.ALL else show.value, **{"from": ""}),
            show is wanted.show,
        )
        for show, label in labels.items()
    )


def _scales(laid_out: Axis, wanted: Wanted) -> tuple[Option, ...]:
    """The switch is there only where the two differ."""
    if not laid_out.breaks and not wanted.is_true_scale:
        return ()
    return (
        Option(_("Waits shortened"), wanted.address(scale=""), not wanted.is_true_scale),
        Option(_("True scale"), wanted.address(scale="true"), wanted.is_true_scale),
    )


def _error(spans: Sequence[Span], choice: Choice, wanted: Wanted, *, step: int) -> str:
    """Where the next or previous error is, seen from the selected span; empty where there is none."""
    at = spans.index(choice.selected)
    ways = [span for span in choice.errors if (spans.index(span) - at) * step > 0]
    found = ways[0 if step > 0 else -1] if ways else None
    return wanted.address(span=found.id) if found else ""


def _folded(spans: Sequence[Span]) -> str:
    said = ngettext("%(n)s span", "%(n)s spans", len(spans)) % {"n": f"{len(spans):,}"}
    return _(
        "%(spans)s, %(page)s calls and turns a page. A call opens when it is selected; errors are always shown."
    ) % {
        "spans": said,
        "page": PAGE_SIZE,
    }

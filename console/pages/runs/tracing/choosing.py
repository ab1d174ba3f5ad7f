"""Which spans a page shows, and which one it opens on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from agents.domain.run import RunStatus
from agents.models import Run
from console.pages.runs.tracing.spans import Kind, Span

MOST_UNFOLDED = 500
"""A run with more spans is folded: a call opens when it is selected."""
PAGE_SIZE = 300
MOST_ERRORS = 100


class Show(StrEnum):
    """What the reader wants to see of a run."""

    ALL = "all"
    ERRORS = "errors"
    GATES = "gates"
    PEOPLE = "people"


MATCHES: dict[Show, frozenset[Kind]] = {
    Show.ALL: frozenset(Kind),
    Show.ERRORS: frozenset(),
    Show.GATES: frozenset({Kind.GATE}),
    Show.PEOPLE: frozenset({Kind.ESCALATION, Kind.PERSON, Kind.UNDO}),
}


@dataclass(frozen=True)
class Choice:
    """The spans of one page, in order."""

    shown: tuple[Span, ...]
    selected: Span
    is_folded: bool = False
    earlier: int = 0
    """Where the page before begins, and the one after; 0 where there is none (`earlier` -1 for the first)."""
    later: int = 0
    errors: tuple[Span, ...] = field(default=(), repr=False)


def matches(span: Span, show: Show) -> bool:
    """Whether a span is one of those; errors are told by how they ended."""
    return span.is_error and span.depth > 0 if show is Show.ERRORS else span.kind in MATCHES[show]


def choose(spans: Sequence[Span], run: Run, *, wanted: str, show: Show, start: int) -> Choice:
    """Choose what a page shows; `wanted` is the id of the span to select, `start` where a page of a long run begins."""
    selected = next((span for span in spans if span.id == wanted), None) or opening(spans, run)
    errors = tuple(span for span in spans if matches(span, Show.ERRORS))
    if show is not Show.ALL:
        ids = {span.id for span in spans if matches(span, show)}
        ids |= {span.parent for span in spans if span.id in ids} - {""}
        found = [span for span in spans if span.id in ids | {"run", selected.id}]
        return Choice(tuple(found[:MOST_UNFOLDED]), selected, errors=errors)
    if len(spans) <= MOST_UNFOLDED:
        return Choice(tuple(spans), selected, errors=errors)
    return _folded(spans, selected, errors, start=start)


def _folded(spans: Sequence[Span], selected: Span, errors: tuple[Span, ...], *, start: int) -> Choice:
    """Steps only, a page of them; the root, errors and what belongs to the selected step always."""
    steps = [span for span in spans if span.depth == 1]
    begin = max(start, 0) if start < len(steps) else 0
    page = {span.id for span in steps[begin : begin + PAGE_SIZE]}
    always = {"run", selected.id, selected.parent, *(span.id for span in errors[:MOST_ERRORS])}
    always |= {span.parent for span in errors[:MOST_ERRORS]}
    opened = selected.id if selected.depth == 1 else selected.parent
    shown = tuple(span for span in spans if span.id in page | always or (span.depth == 2 and span.parent == opened))
    later = begin + PAGE_SIZE if begin + PAGE_SIZE < len(steps) else 0
    earlier = 0 if begin == 0 else (begin - PAGE_SIZE) if begin > PAGE_SIZE else -1
    return Choice(shown, selected, is_folded=True, earlier=earlier, later=later, errors=errors)


def opening(spans: Sequence[Span], run: Run) -> Span:
    """The span a reader most likely came for: the error that ended it, what it waits for, what it changed."""
    root, rest = spans[0], spans[1:]
    match RunStatus(run.status):
        case RunStatus.FAILED:
            found = [span for span in rest if span.is_error]
        case RunStatus.WAITING:
            found = [span for span in rest if span.kind is Kind.ESCALATION and span.is_running]
            found = found or [span for span in rest if span.is_running and not span.is_parent]
        case RunStatus.RUNNING:
            found = [span for span in rest if span.is_running and not span.is_parent]
        case RunStatus.SUCCEEDED | RunStatus.CANCELLED:
            found = [span for span in rest if span.kind is Kind.EFFECT]
        case _:
            found = []
    return found[-1] if found else root

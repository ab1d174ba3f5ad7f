"""The list beside the pane: rows in groups by deadline."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.domain.escalation import Kind, Status
from approvals.models import Escalation, Member
from console.pages.presenting import clock, words
from console.pages.presenting.head import claim
from console.pages.presenting.words import Word

COUNTED = 1_000
"""Counting stops here: past it the page says `999+`, whatever the queue holds."""


@dataclass(frozen=True)
class Row:
    """One escalation in the list; `title` and `line` may hold values of the call."""

    id: int
    version: int
    icon: str
    tone: str
    risk: Word
    title: str
    line: str
    due: clock.Due | None
    kind: Word
    state: str
    """Empty, `held`, `voted` or `done`."""
    is_current: bool


@dataclass(frozen=True)
class Group:
    """Rows that are due about the same time."""

    key: str
    title: Word
    rows: tuple[Row, ...]
    goes_on: bool
    """More of it stands on the next page."""


@dataclass(frozen=True)
class Counts:
    """How much waits, counted up to a ceiling."""

    open: str
    soon: str
    new: int = 0


@dataclass(frozen=True)
class Listing:
    """One page of the list; `more` is where the next page begins, empty at the end."""

    groups: tuple[Group, ...]
    more: str
    newest: int


GROUP_TITLES: dict[str, Promise] = {
    "soon": gettext_lazy("Due within 15 minutes"),
    "hour": gettext_lazy("Due within the hour"),
    "today": gettext_lazy("Later today"),
    "later": gettext_lazy("Later"),
    "others": gettext_lazy("Approved by you, waits for another"),
}


def listing(
    found: Sequence[Escalation],
    *,
    viewer: Member,
    now: datetime,
    current: int | None,
    newest: int,
    size: int,
    voted: Sequence[Escalation] = (),
) -> Listing:
    """Write a page of open escalations; `found` holds one more than `size` when another page follows.

    `voted` wait for others than the viewer, and stand below all that waits for the viewer.
    """
    rows, rest = found[:size], found[size:]
    following = _group(rest[0].due_at, now=now) if rest else ""
    groups = tuple(
        Group(key, GROUP_TITLES[key], _rows(members, viewer=viewer, now=now, current=current), key == following)
        for key, members in groupby(rows, key=lambda one: _group(one.due_at, now=now))
    )
    if voted and not rest:
        below = _rows(voted, viewer=viewer, now=now, current=current)
        groups = (*groups, Group("others", GROUP_TITLES["others"], below, goes_on=False))
    last = rows[-1] if rest else None
    return Listing(groups, f"{last.due_at.isoformat()},{last.pk}" if last else "", newest)


def _rows(found: Iterable[Escalation], *, viewer: Member, now: datetime, current: int | None) -> tuple[Row, ...]:
    return tuple(row(one, viewer=viewer, now=now, current=current) for one in found)


def row(escalation: Escalation, *, viewer: Member, now: datetime, current: int | None = None) -> Row:
    """Write one row of the list."""
    kind, risk = Kind(escalation.kind), words.risk_of(escalation.risk)
    icon, tone = words.KIND_ICONS.get(kind, (risk.icon, risk.tone))
    held = claim(escalation, viewer=viewer, now=now)
    is_voted = getattr(escalation, "has_voted", False)
    is_open = escalation.status == Status.OPEN and not _is_over(escalation, now=now)
    return Row(
        id=escalation.pk,
        version=escalation.version,
        icon=icon,
        tone=tone,
        risk=risk.word,
        title=escalation.title,
        line=_line(escalation, held.by if not held.is_mine else "", now=now),
        due=clock.due(escalation.due_at, now=now) if is_open else None,
        kind="" if not is_open else _("Approved") if is_voted else words.KINDS[kind],
        state=_state(is_open=is_open, is_voted=is_voted, is_held=bool(held.by) and not held.is_mine),
        is_current=escalation.pk == current,
    )


def _state(*, is_open: bool, is_voted: bool, is_held: bool) -> str:
    if not is_open:
        return "done"
    return "voted" if is_voted else "held" if is_held else ""


def _is_over(escalation: Escalation, *, now: datetime) -> bool:
    """Its time is over, and whoever closes it looks once a second; an incident waits on."""
    return escalation.due_at <= now and escalation.kind != Kind.INCIDENT


def counts(numbers: dict[str, int], *, new: int = 0) -> Counts:
    """Write how many wait; `numbers` holds `open` and `soon`, each counted to the ceiling."""
    return Counts(_capped(numbers["open"]), _capped(numbers["soon"]), new)


def _capped(number: int) -> str:
    return f"{COUNTED - 1:,}+" if number >= COUNTED else f"{number:,}"


def _line(escalation: Escalation, held_by: str, *, now: datetime) -> str:
    if escalation.status in (Status.DECIDED, Status.APPLIED):
        decision = escalation.decision
        return _("%(outcome)s by %(name)s") % {
            "outcome": words.past(decision.kind).word,
            "name": words.author(decision),
        }
    if escalation.status != Status.OPEN:
        return str(words.closed(escalation))
    if _is_over(escalation, now=now):
        return str(words.CLOSED[Status.EXPIRED])
    if getattr(escalation, "has_voted", False):
        return _("you approved, waits for another")
    if held_by:
        return _("Held by %(name)s") % {"name": held_by}
    return ", ".join(_facts(escalation))


def _facts(escalation: Escalation) -> Iterator[str]:
    """What helps to choose the next one, the strongest first: the server's facts, and no word of the agent."""
    if (escalation.revises_id or escalation.supersedes_id) and not _is_taken_over(escalation):
        yield _came_back(escalation)
    if escalation.failed_checks:
        yield _("%(n)s failed") % {"n": escalation.failed_checks}
    if escalation.went_to:
        yield _("with %(name)s now") % {"name": escalation.went_to}
    if escalation.brief and escalation.kind != Kind.QUESTION:
        yield escalation.brief
    yield escalation.stopped_by


def _is_taken_over(escalation: Escalation) -> bool:
    """A conversation that somebody took: it follows another item, and nothing came back."""
    before = escalation.supersedes
    return escalation.kind == Kind.HANDOFF and before is not None and before.kind != Kind.HANDOFF


def _came_back(escalation: Escalation) -> str:
    """Why it stands here again, as far as the row before it and what the user said tell."""
    before = escalation.supersedes
    if before is None or before.status != Status.SUPERSEDED:
        return _("came back")
    if before.kind == Kind.CONFIRMATION:
        user = escalation.evidence.value().material.user
        return _("the user says: not mine") if user and user.why == "not_theirs" else _("the user was asked first")
    return _("decision taken back") if before.decided_at else _("came back")


def _group(due_at: datetime, *, now: datetime) -> str:
    if due_at - now < clock.SOON:
        return "soon"
    if due_at - now < timedelta(hours=1):
        return "hour"
    return "today" if timezone.localtime(due_at).date() == timezone.localtime(now).date() else "later"

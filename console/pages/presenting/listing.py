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
    """Empty, `held` or `done`."""
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
}


def listing(
    found: Sequence[Escalation], *, viewer: Member, now: datetime, current: int | None, newest: int, size: int
) -> Listing:
    """Write a page of open escalations; `found` holds one more than `size` when another page follows."""
    rows, rest = found[:size], found[size:]
    following = _group(rest[0].due_at, now=now) if rest else ""
    groups = tuple(
        Group(key, GROUP_TITLES[key], _rows(members, viewer=viewer, now=now, current=current), key == following)
        for key, members in groupby(rows, key=lambda one: _group(one.due_at, now=now))
    )
    last = rows[-1] if rest else None
    return Listing(groups, f"{last.due_at.isoformat()},{last.pk}" if last else "", newest)


def _rows(found: Iterable[Escalation], *, viewer: Member, now: datetime, current: int | None) -> tuple[Row, ...]:
    return tuple(row(one, viewer=viewer, now=now, current=current) for one in found)


def row(escalation: Escalation, *, viewer: Member, now: datetime, current: int | None = None) -> Row:
    """Write one row of the list."""
    kind, risk = Kind(escalation.kind), words.risk_of(escalation.risk)
    icon, tone = words.KIND_ICONS.get(kind, (risk.icon, risk.tone))
    held = claim(escalation, viewer=viewer, now=now)
    is_open = escalation.status == Status.OPEN
    return Row(
        id=escalation.pk,
        version=escalation.version,
        icon=icon,
        tone=tone,
        risk=risk.word,
        title=escalation.title,
        line=_line(escalation, held.by if not held.is_mine else ""),
        due=clock.due(escalation.due_at, now=now) if is_open else None,
        kind=words.KINDS[kind] if is_open else "",
        state="done" if not is_open else "held" if held.by and not held.is_mine else "",
        is_current=escalation.pk == current,
    )


def counts(numbers: dict[str, int], *, new: int = 0) -> Counts:
    """Write how many wait; `numbers` holds `open` and `soon`, each counted to the ceiling."""
    return Counts(_capped(numbers["open"]), _capped(numbers["soon"]), new)


def _capped(number: int) -> str:
    return f"{COUNTED - 1:,}+" if number >= COUNTED else f"{number:,}"


def _line(escalation: Escalation, held_by: str) -> str:
    if escalation.status in (Status.DECIDED, Status.APPLIED):
        decision = escalation.decision
        return _("%(outcome)s by %(name)s") % {
            "outcome": words.past(decision.kind).word,
            "name": words.author(decision),
        }
    if escalation.status != Status.OPEN:
        return str(words.closed(escalation))
    if held_by:
        return _("Held by %(name)s") % {"name": held_by}
    return ", ".join(_facts(escalation))


def _facts(escalation: Escalation) -> Iterator[str]:
    """What helps to choose the next one, the strongest first: the server's facts, and no word of the agent."""
    if escalation.revises_id or escalation.supersedes_id:
        yield _("came back")
    if escalation.failed_checks:
        yield _("%(n)s failed") % {"n": escalation.failed_checks}
    if escalation.went_to:
        yield _("with %(name)s now") % {"name": escalation.went_to}
    if escalation.brief and escalation.kind != Kind.QUESTION:
        yield escalation.brief
    yield escalation.stopped_by


def _group(due_at: datetime, *, now: datetime) -> str:
    if due_at - now < clock.SOON:
        return "soon"
    if due_at - now < timedelta(hours=1):
        return "hour"
    return "today" if timezone.localtime(due_at).date() == timezone.localtime(now).date() else "later"

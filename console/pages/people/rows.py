"""People and keys as their tables show them, with every time written as the rest of the console writes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from approvals.models import AgentKey, Member
from console.pages.presenting import clock


@dataclass(frozen=True)
class Person:
    """One person; the name and the e-mail are an admin's words."""

    pk: int
    name: str
    email: str
    role: str
    is_active: bool
    teams: str
    seen_at: str
    """When they last signed in, with the zone; empty for never."""
    seen: str


@dataclass(frozen=True)
class Key:
    """One agent key with what it is now."""

    pk: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    agent: str
    """As whom it asks before actions; empty for a key that does not."""
    made_by: str
    made_at: str
    made: str
    state: str
    """`usable`, `expired` or `revoked`."""
    tone: str
    said: str


def people(found: Iterable[Member], *, now: datetime) -> tuple[Person, ...]:
    """Write people; their teams must be at hand."""
    return tuple(_person(member, now=now) for member in found)


def key(found: AgentKey) -> Key:
    """Write a key that was read with its `state`."""
    state = str(getattr(found, "state", ""))
    tone, said = _standing(found, state)
    return Key(
        pk=found.pk,
        name=found.name,
        prefix=found.prefix,
        scopes=tuple(found.scopes),
        agent=found.agent,
        made_by=found.created_by.name,
        made_at=found.created_at.isoformat(),
        made=day(found.created_at),
        state=state,
        tone=tone,
        said=said,
    )


def day(at: datetime) -> str:
    """A day with its year, in the spelling that times without one have: `20 Nov 2026`."""
    return date_format(timezone.localtime(at), "j M Y")


def _person(member: Member, *, now: datetime) -> Person:
    seen = member.last_login
    return Person(
        pk=member.pk,
        name=member.name,
        email=member.email,
        role=member.role,
        is_active=member.is_active,
        teams=", ".join(team.name for team in member.teams.all()),
        seen_at=seen.isoformat() if seen else "",
        seen=clock.clock(seen, now=now) if seen else "",
    )


def _standing(found: AgentKey, state: str) -> tuple[str, str]:
    if state == "revoked" and found.revoked_at:
        return "", _("revoked on %(day)s") % {"day": day(found.revoked_at)}
    if found.expires_at is None:
        return "ok", _("works until revoked")
    if state == "expired":
        return "warn", _("expired on %(day)s") % {"day": day(found.expires_at)}
    return "ok", _("works until %(day)s") % {"day": day(found.expires_at)}

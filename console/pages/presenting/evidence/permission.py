"""What approving takes of the person who looks: several persons, time to look, the password again; in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.escalation import Friction, Kind, Status
from approvals.inbox import deciding
from approvals.models import Escalation, Member
from console.pages.presenting import clock
from console.pages.presenting.revealing import plain


@dataclass(frozen=True)
class Permission:
    """What stands in the bar besides its own friction; empty sentences where nothing more is asked."""

    several: str = ""
    look: str = ""
    """From when on it can be approved, while that has not come."""
    is_password_asked: bool = False
    barred: str = ""
    """Why this person can only reject it."""


@dataclass(frozen=True)
class Voted:
    """The viewer has approved it, and others have to as well; how many have is told to nobody."""

    sentence: str
    is_own: bool
    """Whether it was given by this very account, which can take it back."""
    template: str = "queue/bar/say/_voted.html"


def permission(escalation: Escalation, *, viewer: Member, session: bytes | None, now: datetime) -> Permission:
    """What approving this takes of the viewer now."""
    if escalation.status != Status.OPEN or escalation.kind not in (Kind.APPROVAL, Kind.INCIDENT):
        return Permission()
    if deciding.is_barred(escalation, viewer):
        return Permission(barred=_barred(escalation, viewer))
    until = deciding.looks_until(escalation, by=viewer)
    is_proven = not escalation.step_up or deciding.proof_of(viewer, session=session) is not None
    return Permission(
        several=several(escalation.persons) if escalation.persons > 1 else "",
        look=_look(escalation, until, now=now),
        is_password_asked=not is_proven,
    )


def voted(escalation: Escalation, *, viewer: Member, now: datetime) -> Voted | None:
    """The bar of somebody whose vote is in."""
    own = deciding.own_vote(escalation, viewer)
    if own is None:
        return None
    said = _("You approved this at %(time)s. It runs once %(n)s persons have, each unseen by the others.")
    parts = {"time": clock.clock(own.voted_at, now=now), "n": escalation.persons}
    return Voted(said % parts, own.by_id == viewer.pk)


def several(persons: int) -> str:
    """That one person alone does not approve it."""
    return _("%(n)s persons approve this, each unseen by the others.") % {"n": persons}


def look_longer(until: datetime) -> str:
    """What is said to somebody who was too fast."""
    said = _("Look at it first: it can be approved from %(time)s. Nothing was sent.")
    return said % {"time": date_format(until.astimezone(), "H:i:s")}


def told(friction: Friction) -> str:
    """What an approval takes, as a list in words."""
    return ", ".join(_parts(friction)) or _("nothing more")


def _barred(escalation: Escalation, viewer: Member) -> str:
    """Why this person is kept out: nobody made the key of a request but who answers for what it asks."""
    if escalation.owner is not None and escalation.owner.person_id == viewer.person_id:
        return _("You answer for this agent, so somebody else approves it. You can reject it.")
    return _("You asked for this, or a key that you made did, so somebody else approves it. You can reject it.")


def _look(escalation: Escalation, until: datetime | None, *, now: datetime) -> str:
    if not escalation.delay_seconds:
        return ""
    if until is None:
        said = ngettext(
            "Looked at for %(n)s second it can be approved.",
            "Looked at for %(n)s seconds it can be approved.",
            escalation.delay_seconds,
        )
        return said % {"n": escalation.delay_seconds}
    return _("It can be approved from %(time)s.") % {"time": clock.clock(until, now=now)}


def _parts(friction: Friction) -> Iterator[str]:
    if friction.persons > 1:
        yield _("%(n)s persons, not the requester or the owner of the agent") % {"n": friction.persons}
    elif friction.separate:
        yield _("somebody else than the requester or the owner of the agent")
    if friction.delay_seconds:
        yield ngettext("a look of %(n)s second", "a look of %(n)s seconds", friction.delay_seconds) % {
            "n": friction.delay_seconds
        }
    if friction.step_up:
        yield _("the password again")
    if friction.typed:
        yield _("typing %(paths)s") % {"paths": _(" or ").join(plain(path) for path in friction.typed)}

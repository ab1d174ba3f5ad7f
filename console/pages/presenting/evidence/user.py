"""What the end user has to do with an escalation: asked now, or asked before and not answered."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from approvals.domain.evidence import Evidence
from console.pages.presenting import clock


@dataclass(frozen=True)
class Before:
    """That the user was asked first, and why a reviewer is asked now."""

    sentence: str
    is_odd: bool
    """Something is wrong with who has the link."""


def before(evidence: Evidence, *, now: datetime) -> Before | None:
    """What went before with the user; None where nobody asked one."""
    user = evidence.material.user
    if user is None:
        return None
    since = clock.from_iso(user.since)
    values = {"since": clock.clock(since, now=now) if since else user.since, "name": user.by}
    match user.why:
        case "unanswered":
            return Before(_("The user was asked at %(since)s and gave no answer in time.") % values, is_odd=False)
        case "taken":
            return Before(_("The user was asked at %(since)s. %(name)s took it over.") % values, is_odd=False)
        case "not_theirs":
            said = _("The user was asked at %(since)s. Whoever opened the link said that it is not theirs.")
            return Before(said % values, is_odd=True)

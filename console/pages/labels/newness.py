"""How long the second admin had been one, where that is less than a day: who makes accounts could be both."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.models import Member


def before(details: Mapping[str, int | None] | None) -> str:
    """What the audit kept of it (`acting.newly`), in words; empty for who had been an admin for longer."""
    if not details or "admin_seconds" not in details:
        return ""
    seconds, by = details["admin_seconds"] or 0, details.get("admin_by")
    maker = Member.objects.filter(pk=by).first() if by else None
    if maker is None:
        return _("an admin for %(span)s then") % {"span": _span(seconds)}
    said = {"by": maker.signature, "span": _span(seconds)}
    return _("made an admin or given a password by %(by)s %(span)s before") % said


def _span(seconds: int) -> str:
    if seconds < 60:
        return _("less than a minute")
    if seconds < 3600:
        return ngettext("%(n)s minute", "%(n)s minutes", seconds // 60) % {"n": seconds // 60}
    return ngettext("%(n)s hour", "%(n)s hours", seconds // 3600) % {"n": seconds // 3600}

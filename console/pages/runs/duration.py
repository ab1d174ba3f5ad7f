"""How long something took, as the console writes it: `310 ms`, `5.0 s`, `3 m 05 s`, `2 h 05 m`, `3 d 4 h`."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _


def said(took: timedelta) -> str:
    """A span of time in two units at most; what is negative by a clock's error reads 0 ms."""
    seconds = max(took.total_seconds(), 0.0)
    if seconds < 0.9995:
        return _("%(n)s ms") % {"n": round(seconds * 1000)}
    if seconds < 59.95:
        return _("%(n)s s") % {"n": f"{seconds:.1f}"}
    return _whole(round(seconds))


def between(start: datetime | None, end: datetime | None) -> str:
    """From one moment to the next; empty when either is missing."""
    return said(end - start) if start and end else ""


def _whole(seconds: int) -> str:
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if minutes < 60:
        return _("%(m)s m %(s)s s") % {"m": minutes, "s": f"{seconds % 60:02}"}
    if hours < 48:
        return _("%(h)s h %(m)s m") % {"h": hours, "m": f"{minutes % 60:02}"}
    return _("%(d)s d %(h)s h") % {"d": days, "h": hours % 24}

"""The page of health: what stands still, what is left alone, what was ended."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.models import Letter
from console.access import auditor_or_admin_required, member_of
from console.pages.health.forms import BreakerForm
from console.pages.health.halts import proving
from console.pages.health.presenting import breakers, letters, stops
from console.pages.presenting import clock


@dataclass(frozen=True)
class Told:
    """What became of something an admin tried, where it was not done; said beside it."""

    letter_id: int = 0
    breaker_id: int = 0
    sentence: str = ""
    typed: str = ""
    """What they had typed: nothing is lost."""


@require_safe
@auditor_or_admin_required
def health(request: HttpRequest) -> HttpResponse:
    """Dead letters by cause, breakers, runs that were ended."""
    return page(request)


def page(
    request: HttpRequest, *, told: Told | None = None, form: BreakerForm | None = None, status: int = 200
) -> HttpResponse:
    """The whole page, with what could not be done."""
    member, now = member_of(request), timezone.now()
    found = letters.groups(member, now=now)
    shown = breakers.breakers(member, now=now)
    context = {
        "area": "health",
        "groups": found,
        "dead": sum(group.count for group in found),
        "last_letter": "" if found else _last_letter(member.tenant_id, now=now),
        "most_rows": letters.MOST_ROWS,
        "breakers": shown,
        "open": sum(not breaker.is_closed for breaker in shown),
        "stops": stops.stops(member, now=now),
        "most_stops": stops.MOST_SHOWN,
        "lanes": proving.rows(),
        "form": form or BreakerForm(),
        "told": told,
    }
    return render(request, "health/page.html", context, status=status)


def _last_letter(tenant_id: int, *, now: datetime) -> str:
    last = Letter.objects.filter(tenant_id=tenant_id).order_by("-pk").values_list("buried_at", flat=True).first()
    return clock.clock(last, now=now) if last else ""

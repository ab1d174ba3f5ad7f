"""The page of labels."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals.models import Role
from console.access import member_of, member_required
from console.pages.labels import finding
from console.pages.labels.listing import listing
from console.pages.labels.words import WORDS
from console.pages.runs.filter import grammar


@require_safe
@member_required
def labels(request: HttpRequest) -> HttpResponse:
    """A page of labels; a filter that cannot be understood shows none and says why."""
    member, now = member_of(request), timezone.now()
    found = grammar.read(request.GET.get("q", ""), WORDS)
    before = _id(request.GET.get("before", ""))
    rows = [] if found.wrong else finding.page_of(member, found, before=before, now=now)
    shown = listing(
        rows,
        finding.traced(member, rows) if rows else set(),
        found=found,
        count=finding.count(member, found, now=now) if rows else 0,
        lacking=() if rows or found.wrong else finding.lacking(member, found, now=now),
        until=finding.watermark(member),
        is_first=before is None,
        may_export=member.role in (Role.AUDITOR, Role.ADMIN),
        now=now,
    )
    return render(request, "labels/page.html", {"area": "labels", "listing": shown}, status=400 if found.wrong else 200)


def _id(text: str) -> int | None:
    """Where a page begins; a doubtful one begins at the start."""
    return int(text) if text.isdecimal() and len(text) < 19 else None

"""The list of runs, and how many came since it was read."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from approvals.models import Member
from console.access import member_of, member_required
from console.pages.runs import finding
from console.pages.runs.filter import grammar
from console.pages.runs.filter.grammar import Filter
from console.pages.runs.filter.words import WORDS
from console.pages.runs.listing.page import empty, listing


@require_safe
@member_required
def runs(request: HttpRequest) -> HttpResponse:
    """A page of runs; a filter that cannot be understood shows none and says why."""
    member, now = member_of(request), timezone.now()
    found = grammar.read(request.GET.get("q", ""), WORDS)
    if found.wrong:
        return _page(request, empty=empty(found, ()), status=400)
    after = _key(request.GET.get("after", ""))
    shown = finding.page_of(member, found, after=after, now=now)
    if not shown:
        return _page(request, empty=empty(found, _lacking(member, found, now=now)))
    told, pasts = finding.around(member, shown), finding.pasts(member, found, now=now)
    return _page(request, listing=listing(shown, told, pasts, found=found, is_first=after is None, now=now))


@require_safe
@member_required
def runs_new(request: HttpRequest) -> HttpResponse:
    """The slot above the list: how many runs of the same filter came after `?since=`."""
    found, since = grammar.read(request.GET.get("q", ""), WORDS), _key(request.GET.get("since", ""))
    count = 0
    if since and not found.wrong:
        count = finding.how_many_new(member_of(request), found, since=since, now=timezone.now())
    return render(request, "runs/_new.html", {"count": count, "found": found, "since": since})


def _lacking(member: Member, found: Filter, *, now: datetime) -> list[int]:
    return finding.lacking(member, found, now=now)


def _page(request: HttpRequest, *, status: int = 200, **context: object) -> HttpResponse:
    return render(request, "runs/page.html", {"area": "runs", **context}, status=status)


def _key(text: str) -> UUID | None:
    """Where a page begins; a doubtful one begins at the start."""
    try:
        return UUID(text)
    except ValueError:
        return None

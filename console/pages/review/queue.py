"""The queue: its list, how many wait, and one row of it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from console.access import member_of, member_required
from console.pages.htmx import fragment, is_htmx
from console.pages.presenting import bar, listing
from console.pages.review import finding
from console.pages.review.answering import PAGE_SIZE, counted, listed, page, pane_of, shown

MOST_ROWS = 200


@require_safe
@member_required
def queue(request: HttpRequest) -> HttpResponse:
    """The list with the first escalation that nobody holds; small screens show the list alone."""
    member = member_of(request)
    found = finding.first(member)
    if found:
        found = finding.escalation(member, found.pk)
        return shown(request, found) if is_htmx(request) else page(request, pane_of(request, found), is_list=True)
    last = finding.last_decision(member)
    undo = bar.undo(last, now=timezone.now()) if last else None
    if is_htmx(request):
        return fragment(request, "queue/_empty.html", {"undo": undo})
    return page(request, None, is_list=True, undo=undo)


@require_safe
@member_required
def queue_list(request: HttpRequest) -> HttpResponse:
    """A page of rows; `?rows=` asks for as many as are on the screen, `?after=` for those that follow."""
    wanted, current = _number(request, "rows"), _number(request, "current")
    size = min(max(wanted, PAGE_SIZE), MOST_ROWS)
    rows = listed(request, current=current, size=size)
    after = request.GET.get("after", "").rpartition(",")[2]
    return fragment(request, "queue/list/_rows.html", {"listing": rows, "prefix": f"after-{after}-" if after else ""})


@require_safe
@member_required
def queue_row(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """One row as it stands now."""
    found = finding.escalation(member_of(request), escalation_id)
    row = listing.row(found, viewer=member_of(request), now=timezone.now(), current=_number(request, "current"))
    return fragment(request, "queue/list/_row.html", {"row": row})


@require_safe
@member_required
def queue_counts(request: HttpRequest) -> HttpResponse:
    """How many wait and how many are new since `?since=`, as the leaves of the page that show it."""
    since = _number(request, "since")
    return fragment(request, "queue/list/_numbers.html", {"counts": counted(request, since=since or None)})


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0

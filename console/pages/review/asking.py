"""Ask the agent back about what waits, without deciding anything."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from approvals.domain.decision import DecisionKind
from approvals.domain.errors import InstructionsMissing, StillAsking
from approvals.inbox.claiming import inquiring
from console.access import member_of, reviewer_required
from console.pages.htmx import is_htmx
from console.pages.presenting.bar import Draft
from console.pages.review import finding
from console.pages.review.answering import answered, bar_again, check_shown, pane_of


@require_POST
@reviewer_required
@answered
def ask(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Put one question to the agent; the escalation stays open, and shows the answer when it comes."""
    member, text = member_of(request), request.POST.get("reason", "")
    found = finding.escalation(member, escalation_id)
    check_shown(request, found)
    draft = Draft(kind=DecisionKind.REVISE, reason=text[:2_000])
    try:
        if not getattr(found, "has_trace", False):
            return bar_again(request, pane_of(request, found, error=_("This agent cannot be asked here.")), status=409)
        inquiring.ask(found, by=member, key=UUID(request.POST.get("key", "")), question=text)
    except (InstructionsMissing, ValueError):
        error = _("Ask something, in at most 1,000 characters. Nothing was sent.")
        return bar_again(request, pane_of(request, found, draft=draft, error=error), status=422)
    except StillAsking:
        error = _("The agent has not answered the last question yet. Nothing was sent.")
        return bar_again(request, pane_of(request, found, draft=draft, error=error), status=409)
    if not is_htmx(request):
        return redirect("escalation", escalation_id)
    return bar_again(request, pane_of(request, finding.escalation(member, escalation_id)), status=200)

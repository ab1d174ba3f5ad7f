"""What a reviewer can do about a question to the end user: see the link to hand it on."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from approvals.confirming import overseeing
from approvals.domain.escalation import link
from console.access import member_of, reviewer_required
from console.pages.presenting import bar as bars
from console.pages.review import finding
from console.pages.review.answering import answered, bar_again, check_shown, pane_of


@require_POST
@reviewer_required
@answered
def show_link(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """The user's link, for a message that went astray; that somebody saw it is kept."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    check_shown(request, found)
    token = overseeing.token_for(found, by=member)
    address = request.build_absolute_uri(reverse("confirm", args=[link.write(token)]))
    return bar_again(request, pane_of(request, found, bar=bars.asking(found, link=address, can_take=True)), status=200)

"""One escalation: see it, hold it, decide it, take the decision back."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.errors import TooLate
from approvals.domain.escalation import Status
from approvals.inbox import claiming, deciding, undoing
from approvals.models import Decision, Escalation, Member
from console.access import member_of, member_required, reviewer_required
from console.pages.htmx import fragment, is_htmx
from console.pages.presenting import bar as bars
from console.pages.review import changing, finding, proving
from console.pages.review.answering import answered, asked_again, bar_again, check_shown, pane_of, shown
from console.pages.review.deciding_form import DecidingForm


@require_safe
@member_required
def escalation(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """One escalation in the queue. Where it takes time to look at, that begins with a page that somebody opened."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    # With scripts the claim says it, because what they load may be loaded ahead of being seen.
    if request.method == "GET" and not is_htmx(request) and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        deciding.look(found, by=member)
    return shown(request, found)


@require_safe
@member_required
def escalation_bar(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """The decision bar as it stands now, for a page on which something changed while it was open."""
    member, now = member_of(request), timezone.now()
    found = finding.escalation(member, escalation_id)
    bar = None if found.status == Status.OPEN else bars.conflict(found, viewer=member, now=now, draft=bars.Draft())
    return bar_again(request, pane_of(request, found, bar=bar), status=200)


@require_POST
@reviewer_required
@answered
def claim(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Hold it for five minutes, if it still is what was shown; `look` only says that it is being looked at."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    check_shown(request, found)
    deciding.look(found, by=member)
    if request.POST.get("look") != "1" and not found.has_voted:  # type: ignore[attr-defined]
        claiming.claim(found, by=member)
    if not is_htmx(request):
        return redirect("escalation", escalation_id)
    seen = pane_of(request, finding.escalation(member, escalation_id))
    return fragment(request, "queue/head/_claim.html", {"pane": seen, "claim": seen.head.claim})


@require_POST
@reviewer_required
def release(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Let go of it; nothing happens when one does not hold it."""
    member = member_of(request)
    claiming.release(finding.escalation(member, escalation_id), by=member)
    return HttpResponse(status=204) if is_htmx(request) else redirect("escalation", escalation_id)


@require_POST
@reviewer_required
@answered
def decide(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Take one decision, and go on to the next escalation."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    form = DecidingForm(request.POST, escalation=found)
    proving.prove(request, found)
    if form.is_edit:
        decided = changing.approve(request, found, form)
        if isinstance(decided, HttpResponse):
            return decided
        decision = decided
    elif not form.is_valid():
        return asked_again(request, found, form, error=form.sentence())
    else:
        told = _say(request, found, form)
        if told is None:
            return _voted(request, found)
        decision = told
    if not is_htmx(request):
        return _onward(member, found)
    response = fragment(request, "queue/bar/_undo.html", {"undo": bars.undo(decision, now=timezone.now())})
    return _told(response, "decided", id=found.pk, target="#undo")


def _say(request: HttpRequest, found: Escalation, form: DecidingForm) -> Decision | None:
    """Decide, or vote where several have to; None for a vote that others have to follow."""
    member, said, session = member_of(request), form.said(), proving.session_of(request)
    if deciding.takes_votes(found, said):
        return deciding.vote(found, by=member, said=said, session=session)
    return deciding.decide(found, by=member, said=said, session=session)


def _voted(request: HttpRequest, found: Escalation) -> HttpResponse:
    """The bar that says so; without script the next escalation."""
    member = member_of(request)
    if not is_htmx(request):
        claiming.release(found, by=member)
        return _onward(member, found)
    response = bar_again(request, pane_of(request, finding.escalation(member, found.pk)), status=200)
    response["HX-Trigger-After-Swap"] = json.dumps({"voted": {"id": found.pk}})
    return response


@require_POST
@reviewer_required
@answered
def withdraw_vote(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Take one's own vote back while others are missing."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    deciding.withdraw(found, by=member)
    response = bar_again(request, pane_of(request, finding.escalation(member, found.pk)), status=200)
    response["HX-Trigger-After-Swap"] = json.dumps({"voted": {"id": found.pk}})
    return response


@require_POST
@reviewer_required
@answered
def undo(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Take a decision back within its time, and show the escalation that waits again."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    if bars.decision_of(found) is None:
        raise TooLate
    successor = undoing.undo(found, by=member)
    if not is_htmx(request):
        return redirect("escalation", successor.pk)
    response = shown(request, finding.escalation(member, successor.pk))
    return _told(response, "undone", id=successor.pk, of=found.pk, target="#decision")


def _onward(member: Member, decided: Escalation) -> HttpResponse:
    following = finding.first(member, behind=decided)
    return redirect("escalation", following.pk) if following else redirect("queue")


def _told(response: HttpResponse, event: str, *, target: str, **details: int) -> HttpResponse:
    """Aim a fragment elsewhere than the form did, and tell the script what happened."""
    response["HX-Retarget"] = target
    response["HX-Reswap"] = "outerHTML"
    response["HX-Trigger-After-Swap"] = json.dumps({event: details})
    return response

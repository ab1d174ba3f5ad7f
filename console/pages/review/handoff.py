"""Have the conversation of a run: take it, write to the user, and keep what is not sent yet."""

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.confirming import overseeing
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.errors import MessageMissing, NotHeld, NotOpen
from approvals.domain.escalation import Kind
from approvals.inbox.claiming import claim, conversing, taking
from approvals.models import Escalation
from console.access import member_of, member_required, reviewer_required
from console.pages.htmx import fragment, is_htmx
from console.pages.presenting.bar import Draft
from console.pages.presenting.evidence import conversation
from console.pages.presenting.evidence.inquiries import inquired
from console.pages.review import finding
from console.pages.review.answering import answered, bar_again, check_shown, pane_of


@require_safe
@member_required
def handoff(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Where a handoff is, for a link that says what it is."""
    return redirect("escalation", finding.escalation(member_of(request), escalation_id).pk)


@require_POST
@reviewer_required
@answered
def take(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Take what somebody else has over: the agent's conversation, a handoff nobody has, or what the user is asked."""
    member = member_of(request)
    found = finding.escalation(member, escalation_id)
    check_shown(request, found)
    match found.kind:
        case Kind.HANDOFF:
            claim(found, by=member)
            return redirect("escalation", found.pk)
        case Kind.CONFIRMATION:
            return redirect("escalation", overseeing.take(found, by=member).pk)
    if not getattr(found, "has_trace", False):
        return bar_again(request, pane_of(request, found, error=_("Its conversation is not carried here.")), status=409)
    said = Said(kind=DecisionKind.TAKE_OVER, evidence_sha256=found.evidence.digest, version=found.version)
    return redirect("escalation", taking.take_over(found, by=member, said=said).pk)


@require_POST
@reviewer_required
@answered
def say(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Send one message to the user, and go on writing; what cannot be sent is kept as a draft."""
    member, text = member_of(request), request.POST.get("answer", "")
    found = _handoff(request, escalation_id)
    try:
        conversing.send(found, by=member, key=_key(request), text=text)
    except MessageMissing:
        return _again(request, found, text, _("Write something the user can read. Nothing was sent."), status=422)
    except NotHeld:
        conversing.save_draft(found, by=member, text=text)
        return _again(request, found, text, _("Nothing was sent. Your draft is kept."), status=409)
    if not is_htmx(request):
        return redirect("escalation", escalation_id)
    found = finding.escalation(member, escalation_id)
    bar = conversation.bar(found, viewer=member, now=timezone.now(), draft=Draft(), text="")
    return bar_again(request, pane_of(request, found, bar=replace(bar, is_said=True)), status=200)


@require_POST
@reviewer_required
@answered
def keep_draft(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """Keep what is being written; nothing is shown, and nothing is sent."""
    found = _handoff(request, escalation_id)
    conversing.save_draft(found, by=member_of(request), text=request.POST.get("answer", ""))
    return HttpResponse(status=204)


@require_safe
@member_required
def talk(request: HttpRequest, escalation_id: int) -> HttpResponse:
    """What was said since, with the user or with the agent, for a page on which somebody writes."""
    found, now = finding.escalation(member_of(request), escalation_id), timezone.now()
    if found.kind == Kind.HANDOFF:
        shown = conversation.conversation(found, found.evidence.value(), now=now)
        return fragment(request, "queue/handoff/_live.html", {"talk": shown})
    return fragment(request, "queue/before/_inquiries.html", {"inquiries": inquired(found, now=now)})


def _handoff(request: HttpRequest, escalation_id: int) -> Escalation:
    found = finding.escalation(member_of(request), escalation_id)
    if not conversation.is_open(found):
        raise NotOpen
    return found


def _again(request: HttpRequest, found: Escalation, text: str, error: str, *, status: int) -> HttpResponse:
    """The bar once more with what was entered and why it was not sent."""
    member, kept = member_of(request), text[: conversing.LONGEST]
    found = finding.escalation(member, found.pk)
    bar = conversation.bar(found, viewer=member, now=timezone.now(), draft=Draft(), error=error, text=kept)
    return bar_again(request, pane_of(request, found, bar=bar), status=status)


def _key(request: HttpRequest) -> UUID:
    """What tells this form from every other; MessageMissing for what no form of ours sends."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise MessageMissing from None

"""Answers of the queue: the pane or the whole page, and what each error of a service becomes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.domain import errors
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status
from approvals.models import Decision, Escalation
from console.access import member_of
from console.pages.errors import too_many
from console.pages.htmx import fragment, is_htmx, unstored
from console.pages.people.attempts import TooManyAttempts
from console.pages.presenting import bar as bars
from console.pages.presenting import clock, listing
from console.pages.presenting.bar import AnyBar, Draft
from console.pages.presenting.evidence import permission
from console.pages.presenting.evidence.question import NONE, place_of
from console.pages.presenting.listing import Counts, Listing
from console.pages.presenting.pane import Pane, pane
from console.pages.review import finding
from console.pages.review.deciding_form import DecidingForm
from console.pages.review.proving import WrongPassword, session_of

P = ParamSpec("P")
PAGE_SIZE = 50
LONGEST_NUMBER = 19


def page(
    request: HttpRequest, shown: Pane | None, *, status: int = 200, is_list: bool = False, **more: Any
) -> HttpResponse:
    """The whole queue with one escalation in it, or with none."""
    context = {
        "area": "queue",
        "pane": shown,
        "listing": listed(request, current=shown.id if shown else None),
        "counts": counted(request),
        "is_list": is_list,
        **more,
    }
    return unstored(render(request, "queue/page.html", context, status=status))


def listed(request: HttpRequest, *, current: int | None, size: int = PAGE_SIZE) -> Listing:
    """A page of the list for the person who asks, from where `?after=` says."""
    member, after = member_of(request), _cursor(request.GET.get("after", ""))
    found = finding.page_of(member, after=after, size=size)
    newest, now = finding.newest(member), timezone.now()
    voted = finding.waiting_for_others(member) if len(found) <= size else ()
    return listing.listing(found, viewer=member, now=now, current=current, newest=newest, size=size, voted=voted)


def counted(request: HttpRequest, *, since: int | None = None) -> Counts:
    """How many wait for the person who asks, and how many of them came after `since`."""
    member = member_of(request)
    new = finding.how_many_new(member, since=since) if since is not None else 0
    return listing.counts(finding.numbers(member), new=new)


def pane_of(request: HttpRequest, found: Escalation, **more: Any) -> Pane:
    """One escalation as the person who asks sees it now."""
    member = member_of(request)
    last, others = finding.last_decision(member), finding.others(member, found)
    session = session_of(request)
    return pane(found, viewer=member, now=timezone.now(), last=last, others=others, session=session, **more)


def shown(request: HttpRequest, found: Escalation, *, status: int = 200) -> HttpResponse:
    """An escalation: its pane for htmx, else the page around it."""
    seen = pane_of(request, found, draft=_earlier(request, found))
    if is_htmx(request):
        return fragment(request, "queue/_pane.html", {"pane": seen}, status=status)
    return page(request, seen, status=status)


def bar_again(request: HttpRequest, seen: Pane, *, status: int) -> HttpResponse:
    """The decision bar in another state; for a plain form the page with that bar in it."""
    if is_htmx(request):
        return fragment(request, "queue/_state.html", {"pane": seen}, status=status)
    return page(request, seen, status=status)


def asked_again(request: HttpRequest, found: Escalation, form: DecidingForm, *, error: str) -> HttpResponse:
    """The form once more with what was entered and what is wrong with it."""
    seen = pane_of(request, found, draft=form.draft(), error=error)
    return bar_again(request, replace(seen, **form.shown()), status=422)


def check_shown(request: HttpRequest, found: Escalation) -> None:
    """Raise unless the form speaks of what is open now, and this person may decide it."""
    if not member_of(request).can_decide:
        raise errors.NotAllowedToDecide
    if found.status != Status.OPEN:
        raise errors.NotOpen
    is_same = request.POST.get("version") == str(found.version)
    if not is_same or request.POST.get("evidence_sha256") != found.evidence.digest:
        raise errors.StaleEvidence


def answered(
    view: Callable[Concatenate[HttpRequest, int, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Turn what a service refuses into the answer for it, the same for every door of the queue."""

    @wraps(view)
    def tried(request: HttpRequest, escalation_id: int, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, escalation_id, *args, **kwargs)
        except (errors.ApprovalError, WrongPassword) as refusal:
            return _refused(request, escalation_id, refusal)
        except TooManyAttempts as refusal:
            return too_many(request, until=refusal.until)

    return tried


def _refused(request: HttpRequest, escalation_id: int, refusal: errors.ApprovalError | WrongPassword) -> HttpResponse:
    member, now = member_of(request), timezone.now()
    found = finding.escalation(member, escalation_id)
    form = DecidingForm(request.POST, escalation=found)
    form.is_valid()
    match refusal:
        case errors.TypedFactWrong() | errors.ReasonMissing() | errors.InstructionsMissing() | errors.AnswerMissing():
            return asked_again(request, found, form, error=_wrong(refusal, found))
        case WrongPassword() | errors.StepUpNeeded() | errors.LookLonger() | errors.SeveralNeeded():
            return asked_again(request, found, form, error=_taken(refusal, found))
        case errors.AlreadyVoted() | errors.NotSeparate():
            return _aimed(bar_again(request, pane_of(request, found), status=_code(refusal)))
        case errors.StaleEvidence():
            return bar_again(request, pane_of(request, found, bar=bars.Stale(form.draft())), status=409)
        case errors.AlreadyDecided() | errors.NotOpen():
            bar = bars.conflict(found, viewer=member, now=now, draft=form.draft())
            return bar_again(request, pane_of(request, found, bar=bar), status=409)
        case errors.TooLate():
            return _too_late(request, found)
        case errors.NotAllowedToDecide():
            return _not_allowed(request, found)
        case _:
            raise refusal


def _too_late(request: HttpRequest, found: Escalation) -> HttpResponse:
    """The slot of the undo, saying when it was sent; where nothing was decided, what there is instead."""
    decision, seen = bars.decision_of(found), pane_of(request, found)
    if decision is None:
        return bar_again(request, seen, status=409)
    late = bars.undo(decision, now=timezone.now(), is_late=True)
    if is_htmx(request):
        return fragment(request, "queue/bar/_undo.html", {"undo": late}, status=409)
    return page(request, replace(seen, undo=late), status=409)


def _aimed(response: HttpResponse) -> HttpResponse:
    """Put a bar where the bar is, whatever part of it sent the form."""
    response["HX-Retarget"], response["HX-Reswap"] = "#bar", "outerHTML"
    return response


def _wrong(refusal: errors.ApprovalError, found: Escalation) -> str:
    fact = found.evidence.value().material.preview.typed_fact
    if isinstance(refusal, errors.TypedFactWrong) and fact:
        return _("That is not %(what)s. Nothing was sent.") % {"what": fact.label}
    if isinstance(refusal, errors.InstructionsMissing) and found.kind != Kind.HANDOFF:
        return _("Say what the agent should change. Nothing was sent.")
    if isinstance(refusal, errors.AnswerMissing):
        return _("Choose an answer, or write one. Nothing was sent.")
    if found.kind == Kind.HANDOFF:
        return _("Say it in a sentence, for the agent or for whoever reads why it ended. Nothing was sent.")
    if found.kind == Kind.INCIDENT:
        return _("Say in one sentence how you know. Nothing was sent.")
    return _("Give a reason, so that the agent can be told. Nothing was sent.")


def _not_allowed(request: HttpRequest, found: Escalation) -> HttpResponse:
    """The bar of somebody who may not; where it is decided, by whom it was."""
    decision = bars.decision_of(found)
    if decision is None:
        bar: AnyBar = bars.Reading(member_of(request).role)
        return bar_again(request, pane_of(request, found, bar=bar), status=403)
    return _aimed(bar_again(request, pane_of(request, found, bar=bars.not_yours(decision)), status=403))


def _code(refusal: errors.ApprovalError) -> int:
    return 403 if isinstance(refusal, errors.NotSeparate) else 409


def _taken(refusal: errors.ApprovalError | WrongPassword, found: Escalation) -> str:
    """What approving takes that was not there."""
    match refusal:
        case errors.LookLonger(until=until):
            return permission.look_longer(until)
        case errors.StepUpNeeded():
            return _("Type your password again to approve this. Nothing was sent.")
        case errors.SeveralNeeded():
            return permission.several(found.persons)
    return str(refusal)


def _earlier(request: HttpRequest, found: Escalation) -> Draft | None:
    """What the person said who undid it, to be said again or otherwise."""
    before = own_before(request, found)
    if before is None or found.status != Status.OPEN:
        return None
    match before.kind:
        case DecisionKind.REJECT | DecisionKind.REVISE:
            return Draft(before.kind, before.reason_code, before.reason)
        case DecisionKind.ANSWER:
            place = place_of(found.evidence.value(), before.reason)
            return Draft(before.kind, option=place, answer=before.reason if place == NONE else "")
    return None


def own_before(request: HttpRequest, found: Escalation) -> Decision | None:
    """The decision this one stands in for, when the person who asks took and undid it."""
    old = found.supersedes
    before = bars.decision_of(old) if old is not None and old.status == Status.SUPERSEDED else None
    return before if before is not None and before.by_id == member_of(request).pk else None


def _cursor(text: str) -> tuple[Any, int] | None:
    """Where a page of the list begins; a doubtful one begins at the start."""
    at, _comma, number = text.rpartition(",")
    moment = clock.from_iso(at)
    if not (moment and moment.tzinfo and number.isascii() and number.isdecimal() and len(number) < LONGEST_NUMBER):
        return None
    try:
        return moment.astimezone(UTC), int(number)
    except OverflowError:
        return None

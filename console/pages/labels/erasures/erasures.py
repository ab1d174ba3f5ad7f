"""Ask for the erasure of somebody's data, do what another admin has asked for, see what was erased."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.errors import NotAllowedToDecide, ReasonMissing
from approvals.learning.dataset import erasing
from approvals.learning.dataset.erasing import AskedAlready, BadSubject, NothingToErase, ScopeChanged, StillAtWork
from approvals.learning.tuning.refusals import NewAdmin
from approvals.models import Erasure
from approvals.models.proof.audit import About
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.labels.erasures import presenting
from console.pages.labels.erasures.forms import ErasureForm
from console.pages.labels.erasures.presenting import NOTHING, Refused

LARGEST_ID = 2**63


@require_safe
@auditor_or_admin_required
def erasures(request: HttpRequest) -> HttpResponse:
    """What waits for another admin, what is over, and the form that asks."""
    return _page(request, ErasureForm())


@require_POST
@admin_required
def new_erasure(request: HttpRequest) -> HttpResponse:
    """Ask for one; nothing is erased yet."""
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    kind, subject = About(form.cleaned_data["kind"]), form.cleaned_data["subject"]
    try:
        erasing.ask(kind, subject, by=member_of(request), reason=form.cleaned_data["reason"])
    except ReasonMissing:
        form.refuse("reason", _("Say why, in words that can be read."))
    except BadSubject as refusal:
        form.refuse("subject", str(refusal))
    except NothingToErase:
        form.refuse("subject", _("There is nothing of that here, or it is erased already."))
    except AskedAlready:
        form.refuse("subject", _("Somebody has asked for this already: it is in the list."))
    else:
        return redirect("erasures")
    return _page(request, form, status=422)


@require_POST
@admin_required
def erase(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Do it, for good. How many runs it is about is typed, as the fact of this case."""
    found, typed = _found(request, erasure_id), request.POST.get("runs", "").strip()[:20]
    scope = erasing.scope_of(found)
    if typed != str(len(scope.runs)):
        return _refused(request, found, typed, _("That is not how many runs it is about. Nothing was erased."), 422)
    try:
        erasing.erase(found, by=member_of(request), seen=request.POST.get("seen", ""))
    except NotAllowedToDecide:
        said = _("You asked for it, so another admin does it. Nothing was erased.")
        return _refused(request, found, typed, said, 403)
    except NewAdmin:
        said = _(
            "You became an admin, or got a new password, within the last 24 hours. Somebody who has been one for longer"
            " does it, or you do tomorrow. Nothing was erased."
        )
        return _refused(request, found, typed, said, 403)
    except ScopeChanged:
        said = _("It is about other runs now than were shown. Look once more. Nothing was erased.")
        return _refused(request, found, typed, said, 409)
    except StillAtWork:
        said = _("One of these runs still waits for somebody, or may still run. End it first. Nothing was erased.")
        return _refused(request, found, typed, said, 409)
    except NothingToErase:
        return _refused(request, found, typed, _("There is nothing of it any more."), 409)
    return redirect("erasures")


@require_POST
@admin_required
def discard(request: HttpRequest, erasure_id: int) -> HttpResponse:
    """Let it be; one that has ended meanwhile stays as it ended."""
    try:
        erasing.discard(_found(request, erasure_id), by=member_of(request))
    except NothingToErase:
        return _page(request, ErasureForm(), status=409)
    return redirect("erasures")


def _found(request: HttpRequest, erasure_id: int) -> Erasure:
    if erasure_id >= LARGEST_ID:
        raise Http404
    return get_object_or_404(Erasure, pk=erasure_id, tenant_id=member_of(request).tenant_id)


def _refused(request: HttpRequest, found: Erasure, typed: str, error: str, status: int) -> HttpResponse:
    return _page(request, ErasureForm(), refused=Refused(found.pk, error, typed), status=status)


def _page(request: HttpRequest, form: ErasureForm, *, refused: Refused = NOTHING, status: int = 200) -> HttpResponse:
    viewer, now = member_of(request), timezone.now()
    context = {
        "area": "labels",
        "form": form,
        "waiting": presenting.waiting(viewer, now=now, refused=refused),
        "over": presenting.over(viewer, now=now),
    }
    return render(request, "labels/erasures/page.html", context, status=status)

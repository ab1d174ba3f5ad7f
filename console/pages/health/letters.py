"""Send dead letters again, or give them up."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents.domain.errors import AlreadySettled
from agents.engine.answers import resending
from agents.models import Letter
from agents.models.letter import Settlement
from approvals.domain.errors import ReasonMissing
from console.access import admin_required, member_of
from console.pages.health.health import Told, page
from console.pages.presenting import clock

LONGEST_NUMBER = 18
MOST_AT_ONCE = 500
"""Letters that one press sends again; the rest of a larger group waits for the next."""


@require_POST
@admin_required
def resend_letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Let one step be tried again."""
    letter = _letter(request, letter_id)
    try:
        resending.resend(letter, by=member_of(request))
    except AlreadySettled:
        return page(request, told=_late(letter), status=409)
    return redirect("health")


@require_POST
@admin_required
def discard_letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """Give one run up, with a reason."""
    letter, reason = _letter(request, letter_id), request.POST.get("reason", "")
    try:
        resending.discard(letter, by=member_of(request), reason=reason)
    except ReasonMissing:
        sentence = _("Say why it is given up. It is still there.")
        return page(request, told=Told(letter_id=letter.pk, sentence=sentence, typed=reason), status=422)
    except AlreadySettled:
        return page(request, told=_late(letter), status=409)
    return redirect("health")


@require_POST
@admin_required
def resend_letters(request: HttpRequest) -> HttpResponse:
    """Send a group again as it was shown: what was buried since is not among them."""
    by, up_to = member_of(request), request.POST.get("up_to", "")
    is_number = up_to.isascii() and up_to.isdigit() and len(up_to) <= LONGEST_NUMBER
    ours = Letter.objects.filter(tenant_id=by.tenant_id)
    newest = ours.filter(pk=int(up_to)).first() if is_number else None
    if newest is None:
        sentence = _("That group is not there any more. Nothing was sent.")
        return page(request, told=Told(sentence=sentence), status=422)
    group = ours.filter(settled_at=None, cause=newest.cause, subject=newest.subject, pk__lte=newest.pk)
    sent = resending.resend_all(list(group.select_related("run").order_by("pk")[:MOST_AT_ONCE]), by=by)
    if not sent:
        sentence = _("Somebody else has settled all of them. Nothing was sent.")
        return page(request, told=Told(sentence=sentence), status=409)
    return redirect("health")


def _letter(request: HttpRequest, letter_id: int) -> Letter:
    tenant_id = member_of(request).tenant_id
    return get_object_or_404(Letter.objects.select_related("run"), pk=letter_id, tenant_id=tenant_id)


def _late(letter: Letter) -> Told:
    """Who was first."""
    letter = Letter.objects.select_related("settled_by").get(pk=letter.pk)
    if letter.settled_by is None or letter.settled_at is None:
        return Told(sentence=_("Its run was cancelled before you. Nothing was sent."))
    names = {"name": letter.settled_by.name, "time": clock.clock(letter.settled_at, now=timezone.now())}
    if letter.settlement == Settlement.RESENT:
        return Told(sentence=_("%(name)s sent it again at %(time)s, before you.") % names)
    return Told(sentence=_("%(name)s discarded it at %(time)s, before you.") % names)

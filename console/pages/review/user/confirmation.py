"""The one page an end user has: GET shows and never decides, POST answers once. The link is all the right there is."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from approvals.confirming import answering
from approvals.domain.errors import AlreadyDecided, NotOpen, StaleEvidence
from approvals.domain.escalation import link
from approvals.models import Confirmation, Member
from console.pages.review.user import presenting
from console.pages.review.user.presenting import Question, Told

LONGEST = 64


def unlisted(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address is a secret: no cache keeps the page, no search engine lists it, no link passes it on."""

    @wraps(view)
    def kept(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


# No cookie gives any right here, so there is nothing another site's form could ride on: it would have to know the link.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@unlisted
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The question of a link, or what became of it; a POST answers it and leads back here."""
    known = _signed(token)
    if known is None:
        told = Told(_("This link leads nowhere"), (_("Open it again from the message, or ask whoever sent it."),))
        return _shown(request, told, status=404)
    if request.method != "POST":
        return _shown(request, presenting.page_of(known.escalation, now=timezone.now()))
    if isinstance(request.user, Member):
        return _shown(request, presenting.page_of(known.escalation, now=timezone.now()), status=403)
    return _answered(request, known, token)


def _signed(text: str) -> Confirmation | None:
    token = link.read(text)
    return Confirmation.objects.signed(token) if token else None


def _answered(request: HttpRequest, known: Confirmation, token: str) -> HttpResponse:
    """What an answer came to; whoever is too late, or was shown something else, sees what is so now."""
    said, seen = request.POST.get("say", ""), request.POST.get("evidence_sha256", "")[:LONGEST]
    try:
        match said:
            case "yes" | "no":
                raw = link.read(token) or b""
                answering.answer(known, raw, is_yes=said == "yes", evidence_sha256=seen)
            case "not_mine":
                answering.disown(known)
            case _:
                return _again(request, known, status=422, error=_("Choose one of the answers. Nothing was sent."))
    except StaleEvidence:
        return _again(request, known, status=409, error=_("Look at it again. Nothing was sent."))
    except (AlreadyDecided, NotOpen):
        return _again(request, known, status=409, error=_("You were not the first. Nothing you chose was sent."))
    return redirect("confirm", token)


def _again(request: HttpRequest, known: Confirmation, *, status: int, error: str) -> HttpResponse:
    asked = Confirmation.objects.select_related("escalation__evidence").get(pk=known.pk).escalation
    return _shown(request, presenting.page_of(asked, now=timezone.now()), status=status, error=error)


def _shown(request: HttpRequest, page: Question | Told, *, status: int = 200, error: str = "") -> HttpResponse:
    member = request.user.name if isinstance(request.user, Member) else ""
    context = {"page": page, "is_open": isinstance(page, Question), "member": member, "error": error}
    return render(request, "account/confirm.html", context, status=status)

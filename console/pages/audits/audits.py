"""The audits that wait, one of them, and the answer to it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.decision import REJECT_REASONS
from approvals.domain.errors import AlreadyDecided, ReasonMissing, StaleEvidence
from approvals.domain.label import Teaching
from approvals.inbox.checking import auditing
from approvals.inbox.checking.auditing import Opinion
from approvals.models import BlindAudit, Label
from console.access import member_of, reviewer_required
from console.pages.audits import presenting
from console.pages.audits.presenting import Entered
from console.pages.htmx import fragment
from console.pages.presenting.words import REASONS

ANSWERS = (Teaching.RIGHT.value, Teaching.WRONG.value)
LONGEST_SHOWN = 2_000


@require_safe
@reviewer_required
def audits(request: HttpRequest) -> HttpResponse:
    """Every audit that waits, the oldest first."""
    found = auditing.waiting(member_of(request))
    rows = presenting.rows(found, now=timezone.now())
    return fragment(request, "audits/list.html", {"area": "audits", "rows": rows})


@require_safe
@reviewer_required
def audit(request: HttpRequest, audit_id: int) -> HttpResponse:
    """One audit, beside the others that wait."""
    return _shown(request, _found(request, audit_id))


@require_POST
@reviewer_required
def answer_audit(request: HttpRequest, audit_id: int) -> HttpResponse:
    """Store what an expert says, and go on to the next; what is wrong with it is said beside what was entered."""
    found, entered = _found(request, audit_id), _entered(request)
    said = request.POST.get("teaching", "")
    if said not in ANSWERS:
        return _shown(request, found, entered, error=_("Say whether it is right or wrong."), status=422)
    opinion = Opinion(
        Teaching(said), request.POST.get("evidence_sha256", ""), entered.reason_code, request.POST.get("reason", "")
    )
    try:
        auditing.answer(found, by=member_of(request), opinion=opinion)
    except ReasonMissing:
        return _shown(request, found, entered, error=_("Say what is wrong with it. Nothing was stored."), status=422)
    except StaleEvidence:
        return _shown(request, found, entered, error=_("Look at it once more. Nothing was stored."), status=409)
    except AlreadyDecided:
        return _shown(request, found, entered, error=_("Nothing you entered was stored."), status=409)
    following = next(iter(auditing.waiting(member_of(request))), None)
    return redirect("audit", following.pk) if following else redirect("audits")


def _shown(
    request: HttpRequest, found: BlindAudit, entered: Entered | None = None, *, error: str = "", status: int = 200
) -> HttpResponse:
    now, answer = timezone.now(), Label.objects.filter(audit=found).select_related("by").first()
    if entered is not None:
        entered = Entered(entered.reason_code, entered.reason, error)
    page = presenting.page(found, answer=answer, now=now, entered=entered)
    rows = presenting.rows(auditing.waiting(member_of(request)), now=now, current=found.pk)
    context = {"area": "audits", "page": page, "pane": page, "rows": rows, "choices": _choices(page.entered)}
    return fragment(request, "audits/page.html", context, status=status)


def _found(request: HttpRequest, audit_id: int) -> BlindAudit:
    """One of the person's tenant, or a 404 that does not tell absent from foreign."""
    if audit_id >= 2**63:
        raise Http404
    rows = auditing.open_to(member_of(request)).select_related("verdict", "evidence")
    return get_object_or_404(rows, pk=audit_id)


def _entered(request: HttpRequest) -> Entered:
    return Entered(request.POST.get("reason_code", "")[:40], request.POST.get("reason", "")[:LONGEST_SHOWN])


def _choices(entered: Entered) -> list[dict[str, object]]:
    return [
        {"value": code, "words": REASONS[code], "is_chosen": entered.reason_code == code}
        for code, _said in REJECT_REASONS
    ]

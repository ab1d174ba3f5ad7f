"""The page of the dataset, and what is done and taken along from it."""

from collections.abc import Iterator

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.domain.decision import REJECT_REASONS
from approvals.domain.errors import AlreadyDecided, NotAllowedToDecide, ReasonMissing, StaleEvidence
from approvals.domain.label import Teaching
from approvals.learning import exporting
from approvals.learning.dataset import disagreeing, preferring, versions
from approvals.learning.dataset.splitting import Part
from approvals.learning.manifest import Format
from approvals.models import Snapshot, Verdict
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.htmx import fragment
from console.pages.labels.dataset import presenting
from console.pages.labels.dataset.presenting import NOTHING, Entered, Upload
from console.pages.labels.exports import TYPES, later
from console.pages.presenting.words import REASONS

MOST_VERSIONS = 50
SHARES = ("0", "0.1", "0.2", "0.3", "0.5")
LARGEST_ID = 2**63


@require_safe
@auditor_or_admin_required
def dataset(request: HttpRequest) -> HttpResponse:
    """What experts disagree on, and the versions there are."""
    return page(request)


@require_POST
@admin_required
def settle(request: HttpRequest, verdict_id: int) -> HttpResponse:
    """Say what is so of an action that experts disagree on; whatever is wrong with it is said beside it."""
    member, given = member_of(request), request.POST
    if verdict_id >= LARGEST_ID:
        raise Http404
    get_object_or_404(Verdict, pk=verdict_id, tenant_id=member.tenant_id)
    reason, code = given.get("reason", "")[:2000], given.get("reason_code", "")[:40]
    said, seen = given.get("teaching", ""), given.get("seen", "")
    entered = Entered(verdict_id, "", reason, code)
    if said not in (Teaching.RIGHT, Teaching.WRONG) or not (seen.isdecimal() and len(seen) < 19):
        return _refused(request, entered, _("Say whether it is right or wrong."))
    try:
        disagreeing.settle(
            verdict_id, by=member, teaching=Teaching(said), seen=int(seen), reason_code=code, reason=reason
        )
    except ReasonMissing:
        return _refused(request, entered, _("Say what is wrong with it. Nothing was stored."))
    except NotAllowedToDecide:
        return _refused(request, entered, _("You took part, so somebody else settles it. Nothing was stored."), 403)
    except StaleEvidence:
        return _refused(request, entered, _("Somebody said more about it. Look once more. Nothing was stored."), 409)
    except AlreadyDecided:
        return page(request, error=_("Somebody else has settled this. Nothing of yours was stored."), status=409)
    return redirect("dataset")


@require_POST
@admin_required
def make_version(request: HttpRequest) -> HttpResponse:
    """Keep what the labels say now as a version."""
    name, share = request.POST.get("name", ""), request.POST.get("test_share", "")
    wrong = _("A version needs a name of up to %(n)s characters, and a share from the list. Nothing was stored.")
    refusal = wrong % {"n": versions.LONGEST_NAME}
    if share not in SHARES:
        return page(request, error=refusal, name=name, status=422)
    try:
        versions.make(name, by=member_of(request), test_share=float(share))
    except versions.BadVersion:
        return page(request, error=refusal, name=name, status=422)
    except exporting.StillWriting:
        return later(request)
    return redirect("dataset")


@require_safe
@auditor_or_admin_required
def version_file(request: HttpRequest, number: int, part: Part, chosen: Format) -> HttpResponseBase:
    """One half of a version, streamed; its hash is in the page and in a header."""
    rows = Snapshot.objects.filter(tenant_id=member_of(request).tenant_id)
    found = get_object_or_404(rows, number=number) if number < 2**31 else None
    if found is None:
        raise Http404
    name = f"dataset-{found.number}-{part}.{chosen}"
    response = streamed(request, versions.content(found, part, chosen), TYPES[chosen], name)
    response["Labels-Until"] = str(found.until)
    response["Content-SHA256"] = versions.manifest_of(found)["parts"][part]["files"][chosen]["sha256"]
    return response


@require_safe
@auditor_or_admin_required
def pairs(request: HttpRequest) -> HttpResponseBase:
    """What people made of proposals, as pairs: before, after, and why."""
    tenant_id = member_of(request).tenant_id
    try:
        until = exporting.settled(tenant_id)
    except exporting.StillWriting:
        return later(request)
    lines = preferring.lines(tenant_id, until=until)
    response = streamed(request, lines, TYPES[Format.JSONL], f"pairs-until-{until}.jsonl")
    response["Labels-Until"] = str(until)
    return response


def streamed(request: HttpRequest, parts: Iterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    """A file to take along, made while it is sent."""
    content = exporting.in_turn(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _refused(request: HttpRequest, entered: Entered, error: str, status: int = 422) -> HttpResponse:
    again = Entered(entered.about, error, entered.reason, entered.reason_code)
    return page(request, entered=again, status=status)


def page(
    request: HttpRequest,
    *,
    entered: Entered = NOTHING,
    error: str = "",
    name: str = "",
    upload: Upload | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, with what was wrong in one of its forms."""
    member, now = member_of(request), timezone.now()
    found = disagreeing.disagreements(member.tenant_id)
    kept = Snapshot.objects.filter(tenant_id=member.tenant_id).select_related("made_by").order_by("-number")
    context = {
        "area": "labels",
        "imports": presenting.imports(member.tenant_id, now=now),
        "upload": upload,
        "disagreements": presenting.opened(found, viewer=member, now=now, entered=entered),
        "versions": presenting.versions(list(kept[:MOST_VERSIONS]), now=now),
        "shares": [(share, f"{float(share):.0%}") for share in SHARES],
        "reasons": [(code, REASONS[code]) for code, _said in REJECT_REASONS],
        "error": error,
        "name": name[: versions.LONGEST_NAME],
    }
    return fragment(request, "labels/dataset/page.html", context, status=status)

"""Labels of other consoles: brought in from a file, and taken along again."""

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from approvals.learning.dataset import importing
from approvals.learning.dataset.importing import NothingInIt, Outcome, TooManyWrong, WrongLines
from approvals.learning.manifest import Format
from approvals.models import Import
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.labels.dataset.dataset import LARGEST_ID, page, streamed
from console.pages.labels.dataset.presenting import Upload
from console.pages.labels.exports import TYPES

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes a page takes; the command takes more."""


@require_POST
@admin_required
def import_labels(request: HttpRequest) -> HttpResponse:
    """Store the labels of a file, all of them or none; says which lines are wrong, and why."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _refused(request, _("Choose a file."))
    if (file.size or 0) > LARGEST_FILE:
        mega = LARGEST_FILE // 1024**2
        return _refused(request, _("Larger than %(n)s MB: use the command import_labels.") % {"n": mega}, status=413)
    member, is_skipping = member_of(request), request.POST.get("skip_invalid") == "1"
    try:
        outcome = importing.bring_in(
            file, tenant_id=member.tenant_id, by=member, name=file.name or "", skip_invalid=is_skipping
        )
    except NothingInIt:
        return _refused(request, _("There is no line in this file. Nothing was stored."))
    except TooManyWrong as refusal:
        said = _("Given up after %(n)s wrong lines: this is no file of labels, or a broken one. Nothing was stored.")
        return page(request, upload=_upload(said, refusal.outcome, is_refused=True), status=422)
    except WrongLines as refusal:
        said = _("Wrong lines: %(n)s. Nothing was stored. Mend the file and choose it once more.")
        return page(request, upload=_upload(said, refusal.outcome, is_refused=True), status=422)
    said = _("New labels: %(stored)s. Here already: %(known)s. Lines left out: %(n)s.")
    return page(request, upload=_upload(said, outcome))


@require_safe
@auditor_or_admin_required
def imported_labels(request: HttpRequest, batch_id: int) -> HttpResponseBase:
    """What one file brought in."""
    if batch_id >= LARGEST_ID:
        raise Http404
    batch = get_object_or_404(Import, pk=batch_id, tenant_id=member_of(request).tenant_id)
    return streamed(request, importing.content(batch), TYPES[Format.JSONL], f"imported-{batch.pk}.jsonl")


def _upload(said: str, outcome: Outcome, *, is_refused: bool = False) -> Upload:
    counts = {"n": outcome.left_out, "stored": outcome.stored, "known": outcome.known}
    more = outcome.left_out - len(outcome.wrong)
    return Upload(said % counts, is_refused=is_refused, wrong=tuple(outcome.wrong), more=more)


def _refused(request: HttpRequest, said: str, *, status: int = 422) -> HttpResponse:
    return page(request, upload=Upload(said, is_refused=True), status=status)

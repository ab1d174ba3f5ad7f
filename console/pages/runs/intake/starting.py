"""Start a run by hand."""

from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from agents.domain.errors import BadRequest, TooManyOpen
from agents.engine import accepting
from agents.models import Request, Run
from approvals.domain.redaction import redact_json
from approvals.models import AuditEntry, Member
from console.access import member_of, reviewer_required
from console.pages.runs.intake.forms import StartForm

ORIGIN = "person"


@require_http_methods(["GET", "POST"])
@reviewer_required
@never_cache
def start_run(request: HttpRequest) -> HttpResponse:
    """A form, and the run that it begins: one, however often the form is sent."""
    form = StartForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        try:
            run = _started(form, by=member_of(request))
        except TooManyOpen as error:
            form.refuse(None, str(error))
            status = 429
        except BadRequest as error:
            form.refuse(None, error.detail)
        else:
            if run is not None:
                return redirect("trace", run.key)
            form = _again(request)
    if form.errors and status == 200:
        status = 422
    return render(request, "runs/intake/start.html", {"area": "runs", "form": form}, status=status)


def _started(form: StartForm, *, by: Member) -> Run | None:
    """The run of this form; None when the same form has begun another one before."""
    said, wanted = form.cleaned_data, uuid4()
    body = {"message": said["message"]} if said["message"] else {}
    with transaction.atomic():
        run = accepting.accept(
            agent=said["agent"],
            title=said["title"],
            body=body,
            tenant_id=by.tenant_id,
            source=ORIGIN,
            dedupe_key=_key(said["key"], by=by),
            priority=said["priority"],
            key=wanted,
        )
        if run.key == wanted:
            AuditEntry.objects.create(tenant_id=by.tenant_id, by=by, verb="run.start", object=str(run.key))
            return run
    asked = {"agent": said["agent"], "title": said["title"], "body": redact_json(body), "priority": said["priority"]}
    return run if Request.objects.filter(pk=run.request_id, **asked).exists() else None


def _key(key: UUID, *, by: Member) -> str:
    """Of this person: nobody learns by a key what another one has started."""
    return f"{by.pk}:{key}"


def _again(request: HttpRequest) -> StartForm:
    """The form with everything that was typed, and a key of its own."""
    form = StartForm({**request.POST.dict(), "key": str(uuid4())})
    form.refuse(None, _("This form has begun a run already, with other words. Send it again to begin another one."))
    return form

"""The page of tools elsewhere, the form that classifies one, and what confirms or ends it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from approvals.domain.errors import ReasonMissing
from approvals.models import OutsideAction, OutsideTool
from approvals.outside.actions import classifying
from approvals.outside.actions.submission import recalled
from console.access import admin_required, auditor_or_admin_required, member_of
from console.pages.htmx import fragment
from console.pages.people.elsewhere import presenting
from console.pages.people.elsewhere.forms import ClassificationForm

SENTENCES = {
    classifying.OwnProposal: gettext_lazy("You proposed this; another admin confirms it."),
    classifying.NotOpenAnyMore: gettext_lazy("Somebody has confirmed or ended this meanwhile. This is how it is now."),
}


@require_safe
@auditor_or_admin_required
def elsewhere(request: HttpRequest) -> HttpResponse:
    """Tools that count as unknown, and those that somebody classified."""
    return _page(request)


@require_http_methods(["GET", "POST"])
@admin_required
def classify(request: HttpRequest, action_id: int) -> HttpResponse:
    """Say what a tool does, as one of its calls declared it."""
    by = member_of(request)
    asked = get_object_or_404(OutsideAction, pk=action_id, tenant_id=by.tenant_id)
    form = ClassificationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            classifying.propose(asked, form.answer(), by=by)
        except ReasonMissing:
            form.refuse("reason", _("Say it in words that can be read."))
        except classifying.AlreadyProposed:
            form.refuse(None, _("A classification of this tool waits already. Confirm it, or take it back first."))
        else:
            return redirect("elsewhere")
    declared = recalled(bytes(asked.document), {})
    context = {
        "area": "policies",
        "form": form,
        "asked": asked,
        "description": declared.tool.description,
        "schema": presenting.schema(declared.declared()),
    }
    return fragment(request, "policies/elsewhere/classify.html", context, status=422 if form.errors else 200)


@require_POST
@admin_required
def confirm(request: HttpRequest, tool_id: int) -> HttpResponse:
    """Put what another admin proposed in force."""
    return _settled(request, tool_id, is_confirmed=True)


@require_POST
@admin_required
def end(request: HttpRequest, tool_id: int) -> HttpResponse:
    """Take a proposal back, or end what is in force: the tool is unknown from now on."""
    return _settled(request, tool_id, is_confirmed=False)


def _settled(request: HttpRequest, tool_id: int, *, is_confirmed: bool) -> HttpResponse:
    by = member_of(request)
    row = get_object_or_404(OutsideTool, pk=tool_id, tenant_id=by.tenant_id)
    try:
        if is_confirmed:
            classifying.confirm(row, by=by)
        else:
            classifying.end(row, by=by)
    except tuple(SENTENCES) as refusal:
        return _page(request, refusal=str(SENTENCES[type(refusal)]), status=409)
    return redirect("elsewhere")


def _page(request: HttpRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    member = member_of(request)
    context = {
        "area": "policies",
        "unknown": presenting.unknown(member.tenant_id),
        "classified": presenting.classified(member),
        "refusal": refusal,
    }
    return fragment(request, "policies/elsewhere/page.html", context, status=status)

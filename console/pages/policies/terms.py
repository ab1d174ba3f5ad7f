"""What approving takes and which triggers ask, by forms; it is looked at as a draft before it is live."""

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from approvals.domain.gate import Classes
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.tool import Reversibility
from console.access import admin_required
from console.pages.htmx import fragment
from console.pages.policies import editing
from console.pages.policies.draft.work import Work
from console.pages.policies.forms import FrictionForm, TermsForm, TriggersForm
from console.pages.thresholds.shown import Shown

LEGENDS: dict[Reversibility, Promise] = {
    Reversibility.REVERSIBLE: _("What can be undone"),
    Reversibility.COSTLY: _("What is costly to undo"),
    Reversibility.IRREVERSIBLE: _("What is irreversible"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def edit_terms(request: HttpRequest) -> HttpResponse:
    """Times and friction by class; a POST goes on to the draft that has them."""
    shown = Shown.of(request)
    work = editing.posted(shown) if request.method == "POST" else Work.on(shown.live)
    if work.rules is None:
        return editing.answer(shown, work)
    data = request.POST if request.method == "POST" else None
    decide = work.rules.decide
    form = TermsForm(data, initial={"minutes": decide.minutes, "undo_seconds": decide.undo_seconds})
    forms = {
        risk: FrictionForm.of(getattr(decide.friction, risk.value), data=data, prefix=risk.value) for risk in LEGENDS
    }
    if data is not None and all(one.is_valid() for one in (form, *forms.values())):
        return _looked(shown, work, _with_terms(work.rules, form, forms))
    classes = [(LEGENDS[risk], one) for risk, one in forms.items()]
    context = {"area": "policies", "form": form, "classes": classes, "work": work}
    return fragment(request, "policies/terms/terms.html", context, status=200 if data is None else 422)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def edit_triggers(request: HttpRequest) -> HttpResponse:
    """Which triggers ask; a POST goes on to the draft in which these do and no others."""
    shown = Shown.of(request)
    work = editing.posted(shown) if request.method == "POST" else Work.on(shown.live)
    if work.rules is None:
        return editing.answer(shown, work)
    data = request.POST if request.method == "POST" else None
    form = TriggersForm(data, initial={"triggers": [one.value for one in work.rules.triggers]})
    if data is not None and form.is_valid():
        return _looked(shown, work, work.rules.model_copy(update={"triggers": form.chosen(work.rules.triggers)}))
    context = {"area": "policies", "form": form, "work": work}
    return fragment(request, "policies/terms/triggers.html", context, status=200 if data is None else 422)


def _with_terms(rules: Rules, form: TermsForm, forms: dict[Reversibility, FrictionForm]) -> Rules:
    friction = Classes(**{risk.value: one.friction() for risk, one in forms.items()})
    return rules.model_copy(
        update={"decide": rules.decide.model_copy(update={**form.cleaned_data, "friction": friction})}
    )


def _looked(shown: Shown, work: Work, rules: Rules) -> HttpResponse:
    return editing.answer(shown, Work.with_rules(rules, seen=work.seen))

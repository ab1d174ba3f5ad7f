"""One rule by a form: add it, change it, take it away; what comes of it is looked at as a draft before it is live."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.tools import registry
from approvals.domain.escalation import Friction
from approvals.domain.gate import Rule
from console.access import admin_required
from console.pages.htmx import fragment
from console.pages.policies import editing
from console.pages.policies.draft import building
from console.pages.policies.draft.work import Work
from console.pages.policies.forms import FrictionForm, RuleForm, initial
from console.pages.thresholds.presenting import arguments
from console.pages.thresholds.shown import Shown

TAKES = "takes"
"""What the names of the fields about friction begin with."""


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def new_rule(request: HttpRequest) -> HttpResponse:
    """An empty form, `?tools=` filled in; a POST goes on to the draft that has the rule as well."""
    shown = Shown.of(request)
    if request.method != "POST":
        return _form(shown, Work.on(shown.live), RuleForm(initial={"tools": request.GET.get("tools", "")[:2000]}))
    work = editing.posted(shown)
    if work.rules is None:
        return editing.answer(shown, work)
    return _looked(shown, work, None)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def rule(request: HttpRequest, name: str) -> HttpResponse:
    """The form of one rule; a POST goes on to the draft in which it is another one, or none."""
    shown = Shown.of(request)
    work = editing.posted(shown) if request.method == "POST" else Work.on(shown.live)
    if work.rules is None:
        return editing.answer(shown, work)
    found = next((one for one in work.rules.rules if one.name == name), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        return _form(shown, work, RuleForm(initial=initial(found)), rule=found)
    return _looked(shown, work, found)


def _looked(shown: Shown, work: Work, found: Rule | None) -> HttpResponse:
    """The draft with what the form says, or the form with what is wrong with it."""
    assert work.rules is not None
    act = shown.request.POST.get("act", "")
    if act == "carry":
        return _form(shown, work, RuleForm())
    if found and act == "remove":
        rules = building.without_rule(work.rules, found.name)
        return editing.answer(shown, Work.with_rules(rules, seen=work.seen))
    form, takes = RuleForm(shown.request.POST), FrictionForm(shown.request.POST, prefix=TAKES)
    if not (form.is_valid() & takes.is_valid()):
        return _form(shown, work, form, rule=found, takes=takes, status=422)
    friction = takes.friction()
    made = form.rule().model_copy(update={"friction": friction if friction != Friction() else None})
    if any(one.name == made.name and one is not found for one in work.rules.rules):
        form.add_error("name", _("Another rule has this name."))
        return _form(shown, work, form, rule=found, takes=takes, status=422)
    rules = building.with_rule(work.rules, made, instead_of=found.name if found else "")
    return editing.answer(shown, Work.with_rules(rules, seen=work.seen))


def _form(
    shown: Shown,
    work: Work,
    form: RuleForm,
    *,
    rule: Rule | None = None,
    takes: FrictionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    friction = (rule.friction if rule else None) or Friction()
    takes = takes or FrictionForm.of(friction, data=None, prefix=TAKES)
    context = {"area": "policies", "form": form, "takes": takes, "rule": rule, "work": work}
    context |= {"tools": [tool.card.name for tool in registry.tools()], "arguments": arguments.names()}
    return fragment(shown.request, "policies/rule.html", context, status=status)

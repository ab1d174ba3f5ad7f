"""The test box: a call that is pasted or picked from history, judged by the live rules and by a draft. Nothing runs."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agents.tools import registry
from approvals.domain.errors import BadAction
from approvals.domain.tool import ToolCard
from approvals.learning import backtesting
from approvals.learning.backtesting import Case, Lost
from console.access import auditor_or_admin_required
from console.pages.htmx import fragment
from console.pages.policies import finding
from console.pages.policies.draft.wanted import Wanted, wanted
from console.pages.policies.draft.work import number, running
from console.pages.policies.forms import CallForm
from console.pages.policies.presenting import answers, history
from console.pages.thresholds.shown import Shown


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_or_admin_required
def try_action(request: HttpRequest) -> HttpResponse:
    """An empty box, one with a recorded call (`?verdict=`), or what the gate says of the call in the form."""
    shown, other = Shown.of(request), wanted(Shown.of(request))
    picked = _picked(shown)
    like = picked if isinstance(picked, Case) else None
    # A draft that is brought along from another page comes without a call.
    if request.method != "POST" or "tool" not in request.POST:
        return _page(shown, other, CallForm(initial=_initial(like)), picked=picked, case=like)
    form = CallForm(request.POST)
    if not form.is_valid():
        return _page(shown, other, form, picked=picked, status=422)
    try:
        case = _imagined(shown, form, like)
    except (BadAction, RecursionError):
        form.add_error(
            "arguments", _("Canonical JSON cannot say these arguments: a number is too large, or a text odd.")
        )
        return _page(shown, other, form, picked=picked, status=422)
    return _page(shown, other, form, picked=picked, case=case)


def declared(name: str) -> ToolCard | None:
    """The tool of this name as it is declared today."""
    found = registry.find_tool(name)
    return found.card if found else None


def _picked(shown: Shown) -> Case | Lost | None:
    """The recorded call that the address or the form names."""
    given = shown.request.POST if shown.request.method == "POST" else shown.request.GET
    verdict_id = number(given.get("verdict", ""))
    if verdict_id is None:
        return None
    found = backtesting.find(shown.member.tenant_id, verdict_id, cards=declared)
    if found is None:
        raise Http404
    return found


def _imagined(shown: Shown, form: CallForm, like: Case | None) -> Case:
    said = form.cleaned_data
    name = said["tool"]
    is_same = like is not None and like.action.tool == name
    return backtesting.imagine(
        like.facts.tool if like and is_same and not declared(name) else registry.card_of(name),
        said["arguments"],
        tenant_id=shown.member.tenant_id,
        agent=said["agent"],
        source=said["source"],
        sure=said["sure"],
        extra=said["extra"],
        like=like,
    )


def _initial(like: Case | None) -> dict[str, Any]:
    if like is None:
        return {}
    return {"tool": like.action.tool, "arguments": like.action.arguments, "agent": like.facts.agent}


def _page(
    shown: Shown,
    other: Wanted,
    form: CallForm,
    *,
    picked: Case | Lost | None,
    case: Case | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "area": "policies",
        "form": form,
        "other": other,
        "verdict": number((shown.request.POST or shown.request.GET).get("verdict", "")),
        "picked": picked if isinstance(picked, Case) else None,
        "lost": history.LOST[picked] if isinstance(picked, Lost) else "",
        "tools": [tool.card.name for tool in registry.tools()],
        "recent": history.recent(finding.recent_calls(shown.member.tenant_id), now=timezone.now()),
        **(_answers(shown, other, case) if case else {}),
    }
    return fragment(shown.request, "policies/try/page.html", context, status=422 if other.problem else status)


def _answers(shown: Shown, other: Wanted, case: Case) -> dict[str, Any]:
    live = backtesting.weigh(case, running(shown.live))
    title = _("Live, version %(n)s") % {"n": shown.live.version if shown.live else 1}
    if other.rules is None:
        return {"answers": [answers.answer(title, live)]}
    draft = backtesting.weigh(case, other.rules)
    both = [answers.answer(title, live, against=draft), answers.answer(other.title, draft, against=live)]
    return {"answers": both, "difference": answers.difference(live, draft)}

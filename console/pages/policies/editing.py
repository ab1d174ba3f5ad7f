"""Write other rules: look at what they change, then make them live, or propose them where they loosen."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from approvals.domain.errors import ApprovalError, BadRuleset
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.learning.tuning.refusals import StaleDraft
from approvals.models import RulesetProposal
from console.access import admin_required, member_of
from console.pages.htmx import fragment
from console.pages.policies.draft import building
from console.pages.policies.draft.work import Work, number, running
from console.pages.policies.presenting import draft as drafts
from console.pages.thresholds import finding
from console.pages.thresholds.forms import LONGEST_REASON, ReasonForm
from console.pages.thresholds.presenting import history
from console.pages.thresholds.refusing import refused
from console.pages.thresholds.shown import Shown


@require_http_methods(["GET", "HEAD", "POST"])
@admin_required
def edit_rules(request: HttpRequest) -> HttpResponse:
    """The text of the rules: `?draft=` or `?version=` begins from another text than the live one.

    A POST reads the text and says what it changes; `act=limits` adds the standard limits to it; with `act=propose` and
    a reason it goes live, or to another admin.
    """
    shown = Shown.of(request)
    if request.method != "POST":
        return answer(shown, begun(shown))
    work = posted(shown)
    act = request.POST.get("act")
    if act == "limits" and work.rules:
        work = Work.with_rules(building.with_limits(work.rules), seen=work.seen)
    if act != "propose":
        return answer(shown, work)
    return _propose(shown, work)


def begun(shown: Shown) -> Work:
    """What the address asks to begin from."""
    seen = shown.live.version if shown.live else 1
    if draft_id := number(shown.request.GET.get("draft", "")):
        return Work.with_rules(tuning.rules_of(finding.draft(shown.member, draft_id)), seen=seen)
    if version := number(shown.request.GET.get("version", "")):
        return Work.with_rules(rulesets.of(finding.version(shown.member, version)), seen=seen)
    return Work.on(shown.live)


def posted(shown: Shown) -> Work:
    """What a form sends along; without a text the rules that are live."""
    text, seen = shown.request.POST.get("document", ""), number(shown.request.POST.get("seen", ""))
    return Work.of(text, seen=seen or _live(shown)) if text.strip() else Work.on(shown.live)


def answer(
    shown: Shown, work: Work, *, refusal: str = "", meanwhile: Sequence[str] = (), status: int = 200
) -> HttpResponse:
    """The page with a text in hand: what it changes, or what is wrong with it."""
    live = running(shown.live)
    context: dict[str, Any] = {
        "area": "policies",
        "work": work,
        "differs": drafts.differences(live, work.rules) if work.rules else None,
        "refused": refusal,
        "meanwhile": meanwhile,
        "reason": shown.request.POST.get("reason", "")[:LONGEST_REASON],
        "live": _live(shown),
        "is_alone": finding.is_only_admin(shown.member),
    }
    code = 422 if work.problem and status == 200 and shown.request.method == "POST" else status
    return fragment(shown.request, "policies/edit.html", context, status=code)


def _propose(shown: Shown, work: Work) -> HttpResponse:
    form = ReasonForm(shown.request.POST)
    if work.rules is None:
        return answer(shown, work)
    if not form.is_valid():
        return answer(shown, work, refusal=form.sentence(), status=422)
    member, seen, reason = member_of(shown.request), form.cleaned_data["seen"], form.cleaned_data["reason"]
    if shown.live is None:
        rulesets.install_default(member.tenant_id)
    try:
        made = tuning.rewrite(work.rules, by=member, seen_version=seen, reason=reason)
    except StaleDraft:
        return _overtaken(Shown.of(shown.request), work, seen=seen)
    except BadRuleset as refusal:
        return answer(shown, work, refusal=refusal.detail, status=422)
    except ApprovalError as refusal:
        return answer(shown, work, refusal=refused(refusal), status=422)
    if isinstance(made, RulesetProposal):
        return redirect("draft", made.pk)
    return redirect(f"{reverse('version', args=[made.version])}?done={made.version}")


def _overtaken(shown: Shown, work: Work, *, seen: int) -> HttpResponse:
    """Other rules went live meanwhile: nothing is done, the text stays, and is compared with what is live now."""
    before = next((one for one in finding.versions(shown.member, size=finding.MOST_STEPS) if one.version == seen), None)
    live = shown.live_or_404()
    now = {"hands": history.hands(live), "n": live.version}
    said = _("Version %(n)s, %(hands)s, went live after this was begun. Nothing was done, and what you wrote is below.")
    meanwhile = history.differences(rulesets.of(before), rulesets.of(live)) if before else ()
    return answer(shown, replace(work, seen=live.version), refusal=said % now, meanwhile=meanwhile, status=409)


def _live(shown: Shown) -> int:
    return shown.live.version if shown.live else 1

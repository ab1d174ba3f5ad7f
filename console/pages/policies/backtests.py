"""What would have happened: a draft over recorded verdicts. Nothing runs and nothing is stored."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals.learning import backtesting, tuning
from console.access import auditor_or_admin_required
from console.pages.htmx import fragment
from console.pages.policies.draft.wanted import Wanted, wanted
from console.pages.policies.draft.work import running
from console.pages.policies.presenting import outcome
from console.pages.policies.trying import declared
from console.pages.thresholds import finding
from console.pages.thresholds.shown import Shown


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_or_admin_required
def backtest(request: HttpRequest) -> HttpResponse:
    """The draft of the form, of `?draft=` or of `?version=` against what is live; without one, which there are."""
    shown = Shown.of(request)
    return page(shown, wanted(shown))


def page(shown: Shown, other: Wanted, *, refusal: str = "", status: int = 200) -> HttpResponse:
    """What would have happened, and for a draft that is stored what it said since it is watched."""
    now = timezone.now()
    context = {
        "area": "policies",
        "other": other,
        "live": shown.live,
        "drafts": shown.drafted() if other.rules is None else [],
        "most": f"{backtesting.MOST_CALLS:,}",
        "refused": refusal,
        "watch": _watch(shown, other.draft, now) if other.draft else None,
    }
    if other.rules is not None:
        found = backtesting.backtest(
            shown.member.tenant_id, live=running(shown.live), draft=other.rules, cards=declared
        )
        examples = outcome.examples(found)
        behind = finding.behind([one.case.verdict_id for one in examples])
        context |= {"page": outcome.page(found, examples, behind, now=now), "since": found.since}
    code = 422 if other.problem else status
    return fragment(shown.request, "policies/backtest.html", context, status=code)


def _watch(shown: Shown, draft_id: int, now: datetime) -> outcome.Watch:
    draft = finding.draft(shown.member, draft_id)
    shadow = tuning.shadow_of(draft)
    seen = backtesting.watched(shadow) if shadow else None
    return outcome.watch(draft, shadow, seen, now=now)

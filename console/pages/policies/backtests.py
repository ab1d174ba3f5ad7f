"""What would have happened: a draft over recorded verdicts. Nothing runs and nothing is stored."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from approvals.learning import backtesting
from console.access import auditor_or_admin_required
from console.pages.htmx import fragment
from console.pages.policies.presenting import outcome
from console.pages.policies.trying import declared
from console.pages.policies.wanted import wanted
from console.pages.policies.work import running
from console.pages.thresholds import finding
from console.pages.thresholds.shown import Shown


@require_http_methods(["GET", "HEAD", "POST"])
@auditor_or_admin_required
def backtest(request: HttpRequest) -> HttpResponse:
    """The draft of the form, of `?draft=` or of `?version=` against what is live; without one, which there are."""
    shown = Shown.of(request)
    other, now = wanted(shown), timezone.now()
    context = {
        "area": "policies",
        "other": other,
        "live": shown.live,
        "drafts": shown.drafted() if other.rules is None else [],
        "most": f"{backtesting.MOST_CALLS:,}",
    }
    if other.rules is not None:
        found = backtesting.backtest(
            shown.member.tenant_id, live=running(shown.live), draft=other.rules, cards=declared
        )
        examples = outcome.examples(found)
        behind = finding.behind([one.case.verdict_id for one in examples])
        context |= {"page": outcome.page(found, examples, behind, now=now), "since": found.since}
    return fragment(request, "policies/backtest.html", context, status=422 if other.problem else 200)

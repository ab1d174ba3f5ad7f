"""The rules that are live, as a page and as their document."""

from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from agents.tools import registry
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import dump_ruleset
from approvals.gating import limiting
from console.access import auditor_or_admin_required
from console.pages.htmx import fragment, unstored
from console.pages.policies import finding
from console.pages.policies.draft.work import running
from console.pages.policies.presenting import overview
from console.pages.thresholds.presenting import history
from console.pages.thresholds.shown import Shown


@require_safe
@auditor_or_admin_required
def policies(request: HttpRequest) -> HttpResponse:
    """What is live, in sentences; what nobody classified stands first."""
    shown, now = Shown.of(request), timezone.now()
    rules, tools = running(shown.live), registry.tools()
    unknown = finding.unknown_tools(shown.member.tenant_id, registered=[tool.card.name for tool in tools])
    context = {
        "area": "policies",
        "live": shown.live,
        "since": history.since(shown.live, now=now) if shown.live else None,
        "drafts": shown.drafted(),
        "page": overview.overview(rules, unknown=unknown, tools=tools, used=_used(shown, rules, now), now=now),
        "document": dump_ruleset(rules),
    }
    return fragment(request, "policies/page.html", context)


def _used(shown: Shown, rules: Rules, now: datetime) -> dict[str, Decimal]:
    """What is used today, where there are limits."""
    return finding.used_today(shown.member.tenant_id, limiting.today(now, rules.time_zone)) if rules.limits else {}


@require_safe
@auditor_or_admin_required
def document(request: HttpRequest) -> HttpResponse:
    """The document that is live, byte for byte."""
    live = Shown.of(request).live
    content = bytes(live.document) if live else dump_ruleset(running(None)).encode()
    response = HttpResponse(content, content_type="text/plain; charset=utf-8")
    name = f"ruleset-{live.version if live else 1}.yaml"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return unstored(response)

"""What each refusal of the services becomes."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from approvals.domain.errors import ApprovalError, BadRuleset
from approvals.domain.gate import Ruleset as Rules
from approvals.learning.tuning import refusals
from approvals.models import Role
from console.access import RoleNeeded
from console.pages.htmx import fragment
from console.pages.thresholds import finding
from console.pages.thresholds.presenting import history
from console.pages.thresholds.shown import Shown

SENTENCES: dict[type[ApprovalError], Promise] = {
    refusals.NoChange: _("These are the rules that are live already."),
    refusals.NoReason: _("Say why. It is shown in the history and to the second admin."),
    refusals.DraftOpen: _("Another draft is open here. Approve it or discard it first."),
    refusals.NoSuchRoute: _("This route cannot be given thresholds: its calls are not of one known agent and tool."),
    refusals.SecondAdminNeeded: _("You proposed this, so another admin approves it."),
    refusals.NewAdmin: _(
        "You became an admin, or got a new password, within the last 24 hours. Somebody who has been one for longer"
        " approves it, or you do tomorrow."
    ),
    refusals.ProposerGone: _("Who proposed this is no longer an admin. Discard it and propose it anew."),
    refusals.DraftClosed: _("This draft was approved or discarded in the meantime."),
    refusals.CanaryRunning: _("A canary of another draft is running. Stop that first."),
    refusals.StaleDraft: _("Other rules went live since this was drafted, so it can no longer be tried."),
    BadRuleset: _("These rules cannot be used."),
}


def refused(refusal: ApprovalError) -> str:
    """A refusal in words; RoleNeeded for somebody who is no admin any more, and itself when it is not ours."""
    if isinstance(refusal, refusals.AdminNeeded):
        raise RoleNeeded(frozenset({Role.ADMIN})) from refusal
    if type(refusal) not in SENTENCES:
        raise refusal
    return str(SENTENCES[type(refusal)])


def conflict(
    shown: Shown, *, seen: int, wanted: Rules, route: str, reason: str, again: tuple[str, str]
) -> HttpResponse:
    """Other rules went live meanwhile: what somebody saw, what is live and what they want, side by side.

    `again` is where to go on, with the words for it.
    """
    before, live = finding.version(shown.member, seen), shown.live_or_404()
    compared = history.compared(before, live, wanted, route=route, now=timezone.now())
    context = {"area": "policies", "compared": compared, "wanted_reason": reason}
    place, says = again
    context |= {"again": place, "again_says": says}
    return fragment(shown.request, "thresholds/history/conflict.html", context, status=409)

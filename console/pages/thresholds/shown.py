"""The state of the rules as one request sees it, and pages beside the list of routes."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from approvals.domain.gate import Ruleset as Rules
from approvals.gating import rulesets
from approvals.models import Member, Ruleset, RulesetProposal
from console.access import member_of
from console.pages.htmx import fragment
from console.pages.thresholds import finding
from console.pages.thresholds.finding import Known
from console.pages.thresholds.presenting import history, listing
from console.pages.thresholds.presenting.history import Drafted

MOST_DIGITS = 9


@dataclass(frozen=True)
class Shown:
    """Who asks and what is live; everything else is read when it is first needed."""

    request: HttpRequest
    member: Member
    live: Ruleset | None

    @classmethod
    def of(cls, request: HttpRequest) -> "Shown":
        """The state for the person who asks."""
        member = member_of(request)
        return cls(request, member, finding.live(member))

    @cached_property
    def known(self) -> tuple[Known, ...]:
        """Every route."""
        return finding.routes(self.member.tenant_id, self._rules)

    @property
    def _rules(self) -> Rules | None:
        return rulesets.of(self.live) if self.live else None

    @cached_property
    def drafts(self) -> list[RulesetProposal]:
        """Drafts that are open."""
        return finding.open_drafts(self.member)

    def find(self, name: str) -> Known | None:
        """One route, if there is one of this name."""
        return finding.route(self.member.tenant_id, self._rules, name)

    def route(self, name: str) -> Known:
        """One route, or a 404 that does not tell absent from foreign."""
        found = self.find(name)
        if found is None:
            raise Http404
        return found

    def draft_of(self, name: str) -> RulesetProposal | None:
        """The open draft of a route."""
        return next((draft for draft in self.drafts if draft.route == name), None)

    def drafted(self) -> list[Drafted]:
        """The open drafts in words."""
        return [history.drafted(draft, viewer=self.member, now=timezone.now()) for draft in self.drafts]

    def done(self) -> str:
        """What became of the version that an act has led here with (`?done=` its number); else empty."""
        number = self.request.GET.get("done", "")
        if self.live is None or not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
            return ""
        made = finding.own_version(self.member, int(number))
        return history.done(made, self.live) if made else ""

    def live_or_404(self) -> Ruleset:
        """The live version; before the first call was judged there is nothing to change."""
        if self.live is None:
            raise Http404
        return self.live

    def answer(self, template: str, context: dict[str, Any], *, current: str = "", status: int = 200) -> HttpResponse:
        """A page with the list of routes beside it."""
        groups = listing.listing(self.known, self.drafts, current=current)
        return fragment(self.request, template, {"area": "policies", "groups": groups, **context}, status=status)

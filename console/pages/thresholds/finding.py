"""Find what the pages of thresholds show: routes, drafts and versions of the person's own tenant."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from django.shortcuts import get_object_or_404

from agents.models import Run
from agents.tools import registry
from approvals.domain.gate import Route
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.tool import Reversibility
from approvals.learning import previewing, tuning
from approvals.learning.previewing import RouteSummary
from approvals.learning.tuning import Cuts
from approvals.models import AuditEntry, Decision, Escalation, Member, Role, Ruleset, RulesetProposal, Verdict
from approvals.models.ruleset import ProposalStatus, RulesetStatus

MOST_STEPS = 200
"""How many versions are walked back."""
FIRST_RATE, FIRST_LIMIT = Route(name="new").coin_rate, Route(name="new").wrong_limit
_HARM = list(Reversibility)


@dataclass(frozen=True)
class Known:
    """A route that calls were recorded on, or that the live rules name."""

    name: str
    tools: tuple[str, ...]
    """As recorded; the globs of the route where nothing is."""
    calls: int
    alone: int
    route: Route | None
    """As the live rules have it; None for one without thresholds that only calls were recorded under."""

    @property
    def cuts(self) -> Cuts:
        """Its thresholds."""
        return tuning.cuts_of(self.route)

    @property
    def limit(self) -> float:
        """The share of runs that may end with a wrong automatic action."""
        return self.route.wrong_limit if self.route else FIRST_LIMIT

    def asked(self, cuts: Cuts) -> Cuts:
        """Thresholds as somebody asks for them: a limit that is the live one is no change."""
        return replace(cuts, limit=None) if cuts.limit == self.limit else cuts

    @property
    def coin_rate(self) -> float:
        """The share of runs that are audited once something runs alone."""
        return self.route.coin_rate if self.route else FIRST_RATE

    @property
    def risk(self) -> Reversibility | None:
        """The worst that its tools can do; None where no tool of this installation says so."""
        found = [tool.card.reversibility for name in self.tools if (tool := registry.find_tool(name))]
        return max(found, key=_HARM.index, default=None)


def routes(tenant_id: int, rules: Rules | None) -> tuple[Known, ...]:
    """Every route there is, by name."""
    summaries = {summary.name: summary for summary in previewing.summaries(tenant_id)}
    named = {route.name: route for route in rules.routes} if rules else {}
    return tuple(_known(name, summaries.get(name), named.get(name)) for name in sorted({*summaries, *named}))


def route(tenant_id: int, rules: Rules | None, name: str) -> Known | None:
    """One of them, without counting the others; None for one that nobody knows here."""
    summary = next(iter(previewing.summaries(tenant_id, only=name)), None)
    found = tuning.route_of_name(rules, name) if rules else None
    return _known(name, summary, found) if summary or found else None


def is_only_admin(member: Member) -> bool:
    """Whether nobody else could approve what this admin proposes."""
    admins = Member.objects.filter(tenant_id=member.tenant_id, role=Role.ADMIN, is_active=True)
    return member.is_admin and not admins.exclude(pk=member.pk).exists()


def live(member: Member) -> Ruleset | None:
    """The live version, with who made it."""
    return _versions(member).filter(status=RulesetStatus.LIVE).first()


def version(member: Member, number: int) -> Ruleset:
    """One version that is or was live, or a 404."""
    return get_object_or_404(_versions(member), version=number)


def own_version(member: Member, number: int) -> Ruleset | None:
    """The version of this number, where this person made or approved it."""
    theirs = Q(created_by=member) | Q(proposal__approved_by=member)
    return _versions(member).filter(theirs, version=number).first()


def versions(member: Member, *, below: int | None = None, size: int) -> list[Ruleset]:
    """Versions, the newest first, one more than `size` when there are more."""
    found = _versions(member).order_by("-version")
    return list((found.filter(version__lt=below) if below else found)[: size + 1])


def before(member: Member, one: Ruleset) -> Ruleset | None:
    """The version that was live before another one; None for the first."""
    return next(iter(versions(member, below=one.version, size=1)), None)


def drafts(member: Member) -> QuerySet[RulesetProposal]:
    """Drafts of the tenant with their people and their bases."""
    rows = RulesetProposal.objects.filter(tenant_id=member.tenant_id)
    people = ("proposed_by", "approved_by", "discarded_by")
    return rows.select_related("base", "restores", "ruleset", *people).annotate(newly=_approval("pk"))


def open_drafts(member: Member) -> list[RulesetProposal]:
    """Those that wait, the oldest first."""
    return list(drafts(member).filter(status=ProposalStatus.OPEN).order_by("pk"))


def draft(member: Member, draft_id: int) -> RulesetProposal:
    """One draft, or a 404."""
    return get_object_or_404(drafts(member), pk=draft_id)


@dataclass(frozen=True)
class Found:
    """Where calls came from and were decided, by verdict."""

    escalations: dict[int, Escalation]
    """The last one of each, with its decision."""
    runs: dict[int, UUID]
    """The runs of this installation; an agent that runs elsewhere has none here."""


def behind(verdict_ids: Sequence[int]) -> Found:
    """What is behind these calls."""
    rows = Escalation.objects.filter(verdict__in=verdict_ids).select_related("decision__by").order_by("pk")
    keys = dict(Verdict.objects.filter(pk__in=verdict_ids).values_list("pk", "run_key"))
    ours = set(Run.objects.filter(key__in=keys.values()).values_list("key", flat=True))
    return Found({row.verdict_id: row for row in rows}, {pk: key for pk, key in keys.items() if key in ours})


def decision_of(escalation: Escalation) -> Decision | None:
    """The decision, where there is one."""
    return getattr(escalation, "decision", None)


def _versions(member: Member) -> QuerySet[Ruleset]:
    rows = Ruleset.objects.filter(tenant_id=member.tenant_id).exclude(status=RulesetStatus.DRAFT)
    # What is restored at once has no draft; the audit keeps from which version.
    about = Concat(Value("ruleset:"), Cast(OuterRef("pk"), TextField()))
    told = AuditEntry.objects.filter(tenant_id=OuterRef("tenant_id"), object=about, verb=tuning.Verb.TIGHTEN)
    restored = Subquery(told.values("details__restores")[:1])
    return rows.select_related("created_by", "proposal__approved_by", "proposal__restores").annotate(
        restored=restored, newly=_approval("proposal__pk")
    )


def _approval(draft: str) -> Subquery:
    """What the audit keeps of the approval of a draft."""
    about = Concat(Value("rulesetproposal:"), Cast(OuterRef(draft), TextField()))
    told = AuditEntry.objects.filter(tenant_id=OuterRef("tenant_id"), object=about, verb=tuning.Verb.APPROVE)
    return Subquery(told.values("details")[:1])


def _known(name: str, summary: RouteSummary | None, route: Route | None) -> Known:
    tools = summary.tools if summary else route.tools if route else ()
    return Known(name, tools, summary.calls if summary else 0, summary.alone if summary else 0, route)

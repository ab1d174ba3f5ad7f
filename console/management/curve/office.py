"""A tenant of its own with its people, who do what people do: decide, audit, and loosen what is proven."""

from dataclasses import dataclass
from typing import Any

from approvals.domain.decision import DecisionKind, Said
from approvals.domain.escalation import Kind
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import dump_ruleset
from approvals.domain.label import Teaching
from approvals.gating import rulesets
from approvals.inbox import deciding
from approvals.inbox.checking import auditing
from approvals.inbox.checking.auditing import Opinion
from approvals.learning import tuning
from approvals.learning.calibrating import looking, standing
from approvals.learning.calibrating.looking import Look
from approvals.learning.tuning import Cuts
from approvals.models import BlindAudit, Escalation, Member, Role, Ruleset, RulesetProposal, Tenant, Threshold
from approvals.models.ruleset import RulesetStatus
from console.management.replay.expert import Expert

WORTH_IT = 0.005
"""By so much a threshold must fall before admins take the trouble."""
REASON = "replay: the certificate carries it"


@dataclass(frozen=True)
class Office:
    """One tenant: its reviewer, who knows what the labels know, and two admins."""

    tenant_id: int
    reviewer: Member
    admin: Member
    second: Member
    expert: Expert

    def decide(self, escalation: Escalation, *, record_id: str, index: str) -> None:
        """Answer what the gate asks."""
        deciding.decide(escalation, by=self.reviewer, said=self._said(escalation, record_id, index))

    def _said(self, escalation: Escalation, record_id: str, index: str) -> Said:
        seen, version = escalation.evidence.digest, escalation.version
        if escalation.kind == Kind.HANDOFF:
            return Said(kind=DecisionKind.GIVE_BACK, evidence_sha256=seen, version=version, reason="go on")
        if escalation.kind == Kind.QUESTION:
            return Said(kind=DecisionKind.ANSWER, evidence_sha256=seen, version=version, answer="as you think best")
        if self.expert.approves(record_id, index, is_harmless=False):
            return Said(kind=DecisionKind.APPROVE, evidence_sha256=seen, version=version)
        code = self.expert.reason_code(record_id, index)
        return Said(
            kind=DecisionKind.REJECT, evidence_sha256=seen, version=version, reason_code=code, reason="as labelled"
        )

    def audit(self, item: BlindAudit, *, record_id: str, index: str) -> None:
        """Say whether what ran alone was right."""
        is_right = self.expert.approves(record_id, index, is_harmless=False)
        code = "" if is_right else self.expert.reason_code(record_id, index)
        teaching = Teaching.RIGHT if is_right else Teaching.WRONG
        auditing.answer(
            item, by=self.reviewer, opinion=Opinion(teaching, item.evidence.digest, code, "" if is_right else "labels")
        )

    def look(self, route: str) -> Look:
        """Renew the route's certificate, and loosen where it now carries clearly more than is live."""
        seen = looking.look(self.tenant_id, route)
        proven = seen.certificates[Threshold.AUTO].threshold
        live = tuning.live_of(self.tenant_id)
        assert live is not None
        now = tuning.cuts_of(tuning.route_of_name(rulesets.of(live), route)).auto
        if proven is not None and (now is None or proven <= now - WORTH_IT):
            self._loosen(route, proven, seen_version=live.version)
        return seen

    def routes(self) -> list[dict[str, Any]]:
        """How each route stands: what is live, and what its newest certificate rests on."""
        row = tuning.live_of(self.tenant_id)
        named = {route.name: route for route in rulesets.of(row).routes} if row else {}
        return [
            {
                "route": name,
                "epoch": one.epoch.number,
                "test_runs": one.n,
                "wrong": one.wrong,
                "limit": one.limit,
                "limit_tested": one.limit_tested,
                "upper_limit": one.upper_limit,
                "live": (stood := standing.standing(one, named.get(name))).live,
                "is_certified": stood.is_certified,
            }
            for name, one in standing.newest(self.tenant_id).items()
        ]

    def _loosen(self, route: str, threshold: float, *, seen_version: int) -> None:
        draft = tuning.tune(route, Cuts(threshold), by=self.admin, seen_version=seen_version, reason=REASON)
        assert isinstance(draft, RulesetProposal)
        tuning.approve(draft, by=self.second)


def opened(number: int, rules: Rules, expert: Expert) -> Office:
    """A new tenant in which these rules are live and nothing runs alone."""
    tenant = Tenant.objects.create(name=f"order {number}", slug=f"order-{number}")
    Ruleset.objects.create(
        tenant_id=tenant.pk,
        version=1,
        document=dump_ruleset(asking(rules)).encode(),
        status=RulesetStatus.LIVE,
        is_sample=True,
        reason="replay: nothing runs alone at first",
    )

    def person(name: str, role: Role) -> Member:
        return Member.objects.create_user(f"{name}@order-{number}.invalid", None, name=name, role=role, tenant=tenant)

    people = person("reviewer", Role.REVIEWER), person("admin", Role.ADMIN), person("second", Role.ADMIN)
    return Office(tenant.pk, *people, expert)


def asking(rules: Rules) -> Rules:
    """The same rules with no threshold set: what runs alone later was proven first."""
    none = {"auto_threshold": None, "ask_threshold": None}
    return rules.model_copy(update={"routes": tuple(route.model_copy(update=none) for route in rules.routes)})

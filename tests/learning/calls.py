"""Recorded calls and rules, put into the database without an engine."""

from collections.abc import Iterable
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db.models.functions import Now

from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import dump_ruleset, parse_ruleset
from approvals.domain.label import Source, Teaching
from approvals.domain.verdict import Outcome
from approvals.models import Label, Member, Role, Ruleset, Tenant, Verdict
from approvals.models.ruleset import RulesetStatus
from tests import cast

ROUTE = "desk/modify_user_address"
_payloads = count(1)


def rules(routes: str = "", more: str = "", *, version: int = 1) -> Rules:
    """A ruleset with these routes, in the notation of its document."""
    return parse_ruleset(f"version: {version}\nname: tests\nroutes: [{routes}]\n{more}\n")


def live(routes: str = "", more: str = "", *, tenant_id: int = Tenant.DEFAULT) -> Ruleset:
    """The first version of a tenant, live."""
    document = dump_ruleset(rules(routes, more)).encode()
    return Ruleset.objects.create(tenant_id=tenant_id, version=1, document=document, status=RulesetStatus.LIVE)


def call(score: float | None, said: Teaching | None = None, **columns: Any) -> Verdict:
    """One counted call that asked for its score alone; `said` is the review it got."""
    tenant_id = columns.get("tenant_id", Tenant.DEFAULT)
    ruleset = Ruleset.objects.filter(tenant_id=tenant_id).order_by("version").first() or live(tenant_id=tenant_id)
    given = {
        "tenant_id": tenant_id,
        "origin": uuid4(),
        "run_key": uuid4(),
        "seq_in_run": 1,
        "payload": f"payload {next(_payloads)}".encode(),
        "tool": "modify_user_address",
        "effect": "write",
        "is_counted": True,
        "agent": "desk",
        "agent_version": "1",
        "outcome": Outcome.ASK,
        "reasons": [{"code": "no_threshold", "outcome": "ask", "sentence": "", "rule": ""}],
        "route": ROUTE,
        "score": None if score is None else f"{score:.5f}",
        "zone": "human",
        "ruleset": ruleset,
        "coin_u": "0.5",
        "coin_rate": "1",
        "is_test": True,
        "label_propensity": "1",
    }
    made = Verdict.objects.create(**{**given, **columns})
    if said is not None:
        label(made, said)
    return made


def held(score: float, code: str = "rule", **columns: Any) -> Verdict:
    """A call that asked for another reason than its score."""
    reasons = [
        {"code": code, "outcome": "ask", "sentence": "", "rule": ""},
        {"code": "score", "outcome": "allow", "sentence": "", "rule": ""},
    ]
    return call(score, reasons=reasons, **columns)


def alone(score: float, said: Teaching | None = None, *, threshold: float = 0.85) -> Verdict:
    """A call that ran alone."""
    reasons = [{"code": "score", "outcome": "allow", "sentence": "", "rule": ""}]
    columns = {"auto_threshold": f"{threshold:.5f}", "label_propensity": "0.1"}
    return call(score, said, outcome=Outcome.ALLOW, zone="automatic", reasons=reasons, **columns)


def label(of: Verdict, said: Teaching, *, source: Source = Source.REVIEW, **columns: Any) -> Label:
    """What an expert said of a call."""
    columns = {"tenant_id": of.tenant_id, "opened_at": Now()} | columns
    return Label.objects.create(verdict=of, source=source, teaching=said, **columns)


def calls(scores: Iterable[float], said: Teaching | None) -> None:
    """Several calls of which the same was said."""
    for score in scores:
        call(score, said)


def run_key(number: int) -> UUID:
    """The same key for the same number."""
    return UUID(int=number)


def admins() -> tuple[Member, Member]:
    """Two admins: who proposes, and who approves."""
    return cast.ada(), cast.member("Bea", Role.ADMIN)

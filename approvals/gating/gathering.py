"""Gather the facts of one judgement: one query for what the database knows, the rest from the proposal."""

from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from jsonschema.exceptions import ValidationError

from approvals.domain.calibration.coin import coin
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Facts, Ruleset, route_of
from approvals.gating import rulesets, schema, triggers
from approvals.gating.grounding import share
from approvals.gating.objects import Named, survey
from approvals.gating.proposal import Proposal
from approvals.models import rows
from approvals.models.columns import digest

log = structlog.get_logger(__name__)

STANDING = """
SELECT (SELECT ARRAY[id::text, encode(document_sha256, 'hex')] FROM approvals_ruleset
        WHERE tenant_id = %(tenant)s AND status = 'live'),
       (SELECT coalesce(max(seq_in_run), 0) + 1 FROM approvals_verdict WHERE run_key = %(run)s),
       (SELECT count(DISTINCT origin) FROM approvals_verdict
        WHERE run_key = %(run)s AND payload_sha256 = %(sha256)s AND origin <> %(origin)s),
       ARRAY(SELECT shape FROM approvals_knownshape
             WHERE tenant_id = %(tenant)s AND agent = %(agent)s AND tool = %(tool)s
             ORDER BY shape <> %(shape)s LIMIT 1),
       ARRAY(SELECT scope || ' ' || key FROM approvals_halt WHERE lifted_at IS NULL AND tenant_id = %(tenant)s
             AND (scope = 'everything' OR (scope = 'agent' AND key = %(agent)s) OR (scope = 'tool' AND key = %(tool)s)
                  OR (scope = 'run' AND key = %(run_text)s))),
       EXISTS (SELECT 1 FROM approvals_verdict v JOIN approvals_escalation e ON e.verdict_id = v.id
               JOIN approvals_decision d ON d.escalation_id = e.id WHERE v.run_key = %(run)s AND d.kind = 'revise'),
       (SELECT ARRAY[p.id::text, encode(p.document_sha256, 'hex')]
        FROM approvals_shadow s JOIN approvals_rulesetproposal p ON p.id = s.proposal_id AND p.status = 'open'
        WHERE s.tenant_id = %(tenant)s AND s.ended_at IS NULL),
       (SELECT ARRAY[c.id::text, c.share::text, r.id::text, encode(r.document_sha256, 'hex')]
        FROM approvals_canary c JOIN approvals_ruleset r ON r.id = c.ruleset_id
             JOIN approvals_rulesetproposal p ON p.id = c.proposal_id AND p.status = 'open'
             JOIN approvals_ruleset b ON b.id = p.base_id AND b.status = 'live'
        WHERE c.tenant_id = %(tenant)s AND c.ended_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM approvals_verdict v WHERE v.run_key = %(run)s AND v.ruleset_id <> r.id))
"""


class Standing(NamedTuple):
    """What the database knows, in the order of `STANDING`."""

    live: list[str] | None
    seq: int
    repeated: int
    known: list[str]
    halts: list[str]
    was_sent_back: bool
    draft: list[str] | None
    canary: list[str] | None


class Shadowed(NamedTuple):
    """An open draft that is asked beside the live rules."""

    draft_id: int
    rules: Ruleset


@dataclass(frozen=True)
class Gathered:
    """Everything one judgement reads."""

    facts: Facts
    ruleset: Ruleset
    ruleset_id: int
    seq_in_run: int
    coin_u: float
    coin_rate: float
    is_test: bool
    shape: str = ""
    """Which arguments of which kinds the call has."""
    was_sent_back: bool = False
    """Somebody has asked for a revision of a proposal of this run, which this one may answer."""
    shadow: Shadowed | None = None
    """A draft that is asked as well, and changes nothing."""


def gather(proposal: Proposal, *, grounding: tuple[Grounding, ...]) -> Gathered:
    """Read halts, the live ruleset and the run's count in one query, and add what the proposal says."""
    shape = triggers.shape_of(proposal.action.arguments, proposal.card.parameters)
    standing = _standing(proposal, shape)
    tried = _tried(standing.canary, proposal)
    ruleset_id, sha256 = tried or _live(standing, proposal.tenant_id)
    rules = rulesets.parsed(ruleset_id, sha256)
    route = route_of(rules, agent=proposal.agent, tool=proposal.action.tool, tenant=str(proposal.tenant_id))
    # While nothing on the route runs alone every run is a test run: that is how a first certificate is earned.
    # And while a draft is tried on a run, somebody looks at all of it.
    rate = 1.0 if tried else route.audit_rate
    u, is_test = coin(settings.COIN_KEY.decode(), str(proposal.run_key), rate)
    facts = _facts(proposal, standing, shape, grounding=grounding, coin=(u, rate, is_test))
    seq, draft = standing.seq, standing.draft
    shadow = Shadowed(int(draft[0]), rulesets.drafted(int(draft[0]), draft[1])) if draft else None
    return Gathered(facts, rules, ruleset_id, seq, u, rate, is_test, shape, standing.was_sent_back, shadow)


def _facts(
    proposal: Proposal,
    standing: Standing,
    shape: str,
    *,
    grounding: tuple[Grounding, ...],
    coin: tuple[float, float, bool],
) -> Facts:
    heard, faults = triggers.gather(_heard(proposal))
    known = {
        "repeated": standing.repeated,
        "new_tool": not standing.known,
        "new_shape": standing.known != [shape],
    }
    named = _named(proposal)
    if named is None:
        named, faults = Named(facts={}), (*faults, "objects")
    return Facts(
        tool=proposal.card,
        agent=proposal.agent,
        agent_version=proposal.agent_version,
        tenant=str(proposal.tenant_id),
        coin=coin,
        halted=tuple(standing.halts),
        schema_errors=schema_errors(proposal),
        grounding=grounding,
        parts={**proposal.parts, "grounding": share(grounding)},
        objects=named.objects,
        objected=proposal.objected,
        extra={**named.facts, **heard, **_measured(proposal), **known},
        faults=faults,
    )


def _live(standing: Standing, tenant_id: int) -> tuple[int, str]:
    """The live rules of a tenant, which are installed where there are none yet."""
    if standing.live is not None:
        return int(standing.live[0]), standing.live[1]
    installed = rulesets.install_default(tenant_id)
    return installed.pk, digest(installed.document_sha256)


def _heard(proposal: Proposal) -> triggers.Heard:
    return triggers.Heard(proposal.seen.user_texts(), proposal.action.tool, proposal.seen.user_words())


def _named(proposal: Proposal) -> Named | None:
    """The objects that a call touches; None where that could not be found out."""
    if not proposal.card.is_counted:
        return Named()
    try:
        found = survey(proposal.action.arguments, proposal.seen)
    except Exception:
        # Law 5: results that others wrote are read here; whatever they break, a person is asked.
        log.exception("objects_failed", tool=proposal.action.tool)
        return None
    answered: object = found
    return answered if isinstance(answered, Named) else None


def _measured(proposal: Proposal) -> dict[str, float]:
    """The parts of the confidence that somebody measured, as facts for rules; those an agent states are none."""
    agreement = proposal.parts.get("agreement")
    return {"agreement": float(agreement)} if isinstance(agreement, int | float) else {}


def _standing(proposal: Proposal, shape: str) -> Standing:
    names: dict[str, Any] = {
        "tenant": proposal.tenant_id,
        "run": proposal.run_key,
        "run_text": str(proposal.run_key),
        "agent": proposal.agent,
        "tool": proposal.action.tool,
        "sha256": proposal.action.sha256,
        "origin": proposal.origin,
        "shape": shape,
    }
    return Standing(*rows.fetch(STANDING, names)[0])


def _tried(canary: list[str] | None, proposal: Proposal) -> tuple[int, str] | None:
    """The drafted rules that this run is judged by; None for a run that the canary's coin did not draw.

    A coin of its own, so that who is in a canary says nothing of who is audited, and the next canary draws others.
    """
    if canary is None:
        return None
    number, share_of_runs, ruleset_id, sha256 = canary
    _, is_in = coin(settings.COIN_KEY.decode(), f"canary {number} {proposal.run_key}", float(share_of_runs))
    return (int(ruleset_id), sha256) if is_in else None


def schema_errors(proposal: Proposal) -> tuple[str, ...] | None:
    """What is wrong with the arguments, as sentences with their place; None when the schema itself cannot be used."""
    try:
        found = schema.misfits(proposal.card.parameters, proposal.action.arguments)
        return tuple(_sentence(error) for error in islice(found, 10))
    except schema.Unusable:
        return None


def _sentence(error: ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path) or "the arguments"
    return f"{place}: {error.message[:200]}"

"""Gather the facts of one judgement: one query for what the database knows, the rest from the proposal."""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable

from approvals.domain.calibration.coin import coin
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Facts, Ruleset, route_of
from approvals.gating import rulesets, triggers
from approvals.gating.grounding import share
from approvals.gating.proposal import Proposal
from approvals.models import rows
from approvals.models.columns import digest

STANDING = """
SELECT (SELECT ARRAY[id::text, encode(document_sha256, 'hex')] FROM approvals_ruleset
        WHERE tenant_id = %(tenant)s AND status = 'live'),
       (SELECT coalesce(max(seq_in_run), 0) + 1 FROM approvals_verdict WHERE run_key = %(run)s),
       EXISTS (SELECT 1 FROM approvals_verdict WHERE run_key = %(run)s AND tool = %(tool)s),
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
        WHERE s.tenant_id = %(tenant)s AND s.ended_at IS NULL)
"""
Standing = tuple[list[str] | None, int, bool, int, list[str], list[str], bool, list[str] | None]


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
    is_again: bool
    """This tool was judged before in this run."""
    shape: str = ""
    """Which arguments of which kinds the call has."""
    was_sent_back: bool = False
    """Somebody has asked for a revision of a proposal of this run, which this one may answer."""
    shadow: Shadowed | None = None
    """A draft that is asked as well, and changes nothing."""


def gather(proposal: Proposal, *, grounding: tuple[Grounding, ...]) -> Gathered:
    """Read halts, the live ruleset and the run's count in one query, and add what the proposal says."""
    shape = triggers.shape_of(proposal.action.arguments, proposal.card.parameters)
    live, seq, is_again, repeated, known, halts, was_sent_back, draft = _standing(proposal, shape)
    if live is None:
        installed = rulesets.install_default(proposal.tenant_id)
        live = [str(installed.pk), digest(installed.document_sha256)]
    ruleset_id = int(live[0])
    rules = rulesets.parsed(ruleset_id, live[1])
    route = route_of(rules, agent=proposal.agent, tool=proposal.action.tool, tenant=str(proposal.tenant_id))
    # While nothing on the route runs alone every run is a test run: that is how a first certificate is earned.
    rate = route.audit_rate
    u, is_test = coin(settings.COIN_KEY.decode(), str(proposal.run_key), rate)
    heard, faults = triggers.gather(_heard(proposal))
    facts = Facts(
        tool=proposal.card,
        agent=proposal.agent,
        agent_version=proposal.agent_version,
        tenant=str(proposal.tenant_id),
        coin=(u, rate, is_test),
        halted=tuple(halts),
        schema_errors=schema_errors(proposal),
        grounding=grounding,
        parts={**proposal.parts, "grounding": share(grounding)},
        extra={
            **heard,
            **_measured(proposal),
            "repeated": repeated,
            "new_tool": not known,
            "new_shape": known != [shape],
        },
        faults=faults,
    )
    shadow = Shadowed(int(draft[0]), rulesets.drafted(int(draft[0]), draft[1])) if draft else None
    return Gathered(facts, rules, ruleset_id, seq, u, rate, is_test, is_again, shape, was_sent_back, shadow)


def _heard(proposal: Proposal) -> triggers.Heard:
    return triggers.Heard(proposal.seen.user_texts(), proposal.action.tool, proposal.seen.user_words())


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
    standing: list[Standing] = rows.fetch(STANDING, names)
    return standing[0]


def schema_errors(proposal: Proposal) -> tuple[str, ...] | None:
    """What is wrong with the arguments, as sentences with their place; None when the schema itself cannot be used."""
    try:
        validator = _validator(json.dumps(proposal.card.parameters, sort_keys=True))
        return tuple(_sentence(error) for error in list(validator.iter_errors(proposal.action.arguments))[:10])
    except (SchemaError, Unresolvable, RecursionError):
        return None


@lru_cache(maxsize=1024)
def _validator(schema_text: str) -> Draft202012Validator:
    """One validator a declared schema, kept because building it costs more than using it."""
    schema = json.loads(schema_text)
    Draft202012Validator.check_schema(schema)
    # An empty registry: a schema that points elsewhere cannot be used, and nothing is fetched for it.
    return Draft202012Validator(schema, registry=Registry())


def _sentence(error: ValidationError) -> str:
    place = ".".join(str(part) for part in error.absolute_path) or "the arguments"
    return f"{place}: {error.message[:200]}"

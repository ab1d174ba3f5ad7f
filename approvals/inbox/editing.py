"""Edit an action before approving it: checked against the frozen schema, with difference and checks computed anew."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from approvals.domain.action import Action, action
from approvals.domain.decision import with_fact
from approvals.domain.errors import BadAction, BadEdit
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Preview
from approvals.domain.gate import leaves
from approvals.domain.verdict import Outcome
from approvals.gating import gathering, judging
from approvals.gating.grounding import Index, Source, confirming
from approvals.gating.grounding.telling import told
from approvals.gating.proposal import Proposal
from approvals.gating.schema import Unusable, misfits
from approvals.inbox import surveying
from approvals.models import Escalation, Seed


@dataclass(frozen=True)
class Examined:
    """An edited action with what it would do, computed by the server; nothing of it is stored yet."""

    action: Action
    preview: Preview
    title: str
    changed: tuple[str, ...]
    """Paths of the arguments that differ from the proposal."""


def examine(escalation: Escalation, value: EvidenceValue, arguments: dict[str, Any]) -> Examined:
    """Check edited arguments and compute what they would do; writes nothing, and holds no transaction.

    Raises BadEdit with a sentence for each argument that does not fit the schema frozen in the evidence, when nothing
    was changed, or when the rules refuse the edited action: a person cannot edit their way past a refusal.
    """
    edited = _action(escalation, arguments)
    problems = _problems(value.tool.parameters, arguments)
    if problems:
        raise BadEdit(problems)
    changed = _changed(value.arguments, arguments)
    if not changed:
        raise BadEdit({"": "Nothing is changed; approve it as it is."})
    _check_refusal(escalation, value, edited)
    origin = _surveyed(escalation)
    kept = [grounding for grounding in value.grounding if grounding.path not in changed]
    preview = told(surveying.preview(edited, origin=origin), arguments, kept)
    if not surveying.is_outside(origin):
        # What an agent elsewhere tells of a conversation confirms nothing.
        preview = confirming.checked(preview, arguments, value.material.conversation, value.tool)
    asked = with_fact(preview, value.friction, arguments, tool=value.tool.name)
    return Examined(edited, asked, surveying.title(edited, origin=origin), changed)


def edited_value(value: EvidenceValue, examined: Examined) -> EvidenceValue:
    """The evidence of the edited action, as it was on the screen when it was approved."""
    return value.model_copy(
        update={
            "arguments": examined.action.arguments,
            "payload_sha256": examined.action.digest,
            "material": value.material.model_copy(update={"preview": examined.preview, "title": examined.title}),
        }
    )


def _surveyed(escalation: Escalation) -> UUID:
    """Whose world it would change; a planted mistake has none, and borrows that of the call it was made of."""
    seed = Seed.objects.filter(escalation=escalation).select_related("source").first()
    return seed.source.origin if seed else escalation.origin


def _action(escalation: Escalation, arguments: dict[str, Any]) -> Action:
    proposed = json.loads(bytes(escalation.verdict.payload))
    try:
        return action(proposed["tool"], proposed["version"], arguments)
    except BadAction as error:
        raise BadEdit({"": str(error)}) from error


def _problems(schema: dict[str, Any], arguments: dict[str, Any]) -> dict[str, str]:
    try:
        errors = sorted(misfits(schema, arguments), key=lambda error: list(map(str, error.path)))
    except Unusable as error:
        return {"": f"Nothing can be checked against the tool's schema. {error}"}
    return {".".join(map(str, error.absolute_path)): error.message[:200] for error in reversed(errors)}


def _changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    old, new = dict(leaves(before)), dict(leaves(after))
    return tuple(path for path in {**old, **new} if old.get(path, NOTHING) != new.get(path, NOTHING))


NOTHING = object()


def _check_refusal(escalation: Escalation, value: EvidenceValue, edited: Action) -> None:
    proposal = Proposal(
        tenant_id=escalation.tenant_id,
        origin=escalation.origin,
        run_key=escalation.run_key,
        agent=escalation.agent,
        agent_version=escalation.verdict.agent_version,
        action=edited,
        card=value.tool,
        seen=Index([Source(kind="policy", name="a person", text=json.dumps(edited.arguments))]),
        material=value.material,
    )
    gathered = gathering.gather(proposal, grounding=proposal.grounded())
    judgement = judging.weigh(proposal, gathered)
    if judgement.outcome is Outcome.REFUSE:
        raise BadEdit({"": " ".join(r.sentence for r in judgement.reasons if r.outcome is Outcome.REFUSE)})

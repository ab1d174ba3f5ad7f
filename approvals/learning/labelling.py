"""Write labels: what each decision says of the action it was about."""

from typing import Any

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind
from approvals.domain.label import Source, Teaching, taught_by
from approvals.domain.verdict import SEED
from approvals.models import Decision, Escalation, Label, Member

# A part of the statement that decides: what was decided is in `won`, the decision's id in `decision`.
LABEL = """
label AS (
  INSERT INTO approvals_label (tenant_id, session_key, verdict_id, decision_id, by_id, source, teaching, material,
                               blind, saw_score, saw_suggestion, reason_code, reason, opened_at, decided_at,
                               supersedes_id)
  SELECT won.tenant_id, won.session_key, won.verdict_id, decision.id, %(by)s, %(source)s, %(teaching)s,
         %(is_material)s, false, %(saw_score)s, %(saw_suggestion)s, '', '', won.opened_at, won.decided_at,
         %(last_label)s
  FROM won, decision WHERE %(teaching)s <> '')
"""


def _source(escalation: Escalation) -> Source:
    if escalation.kind == Kind.CONFIRMATION:
        return Source.USER_CONFIRM
    return Source.SEED if escalation.verdict.outcome == SEED else Source.REVIEW


def taught(escalation: Escalation, kind: DecisionKind, *, is_material: bool, saw_suggestion: bool) -> dict[str, Any]:
    """What `LABEL` needs to store what a decision teaches, superseding the last label of the same action.

    Joins the deciding transaction. The end user sees no score, and teaches under a source of their own. An answer, a
    take-over and the settling of an incident are no verdict on the proposed action and leave no label: `teaching` is
    empty then.
    """
    is_user = escalation.kind == Kind.CONFIRMATION
    teaching = taught_by(kind, is_material=is_material) if is_user or escalation.kind == Kind.APPROVAL else None
    last = _standing(escalation) if teaching and escalation.supersedes_id else None
    return {
        "source": _source(escalation),
        "saw_score": not is_user,
        "teaching": teaching or "",
        "is_material": is_material,
        "saw_suggestion": saw_suggestion,
        "last_label": last.pk if last else None,
    }


def withdraw(decision: Decision, *, by: Member) -> Label | None:
    """Take back the label of an undone decision; nothing is deleted."""
    last = Label.objects.filter(decision=decision).first()
    if last is None:
        return None
    return Label.objects.create(
        tenant_id=last.tenant_id,
        session_key=last.session_key,
        verdict_id=last.verdict_id,
        decision=decision,
        by=by,
        source=last.source,
        teaching=Teaching.WITHDRAWN,
        opened_at=last.opened_at,
        supersedes=last,
    )


def _standing(escalation: Escalation) -> Label | None:
    """The label of this action that nothing supersedes yet, whichever attempt earned it."""
    labels = Label.objects.filter(verdict__origin=escalation.origin, superseded_by=None)
    return labels.order_by("-pk").first()

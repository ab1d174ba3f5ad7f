"""Write labels: what each decision says of the action it was about."""

from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind
from approvals.domain.label import Source, Teaching, taught_by
from approvals.models import Decision, Escalation, Label, Member, rows


def label_decision(decision: Decision, escalation: Escalation, *, is_material: bool = True) -> Label | None:
    """Store what a decision teaches, superseding the last label of the same action by the same source.

    Joins the deciding transaction. An answer, a take-over and the settling of an incident are no verdict on the
    proposed action and leave no label.
    """
    kind = DecisionKind(decision.kind)
    teaching = taught_by(kind, is_material=is_material)
    if teaching is None or escalation.kind != Kind.APPROVAL:
        return None
    label = Label(
        tenant_id=escalation.tenant_id,
        session_key=escalation.session_key,
        verdict_id=decision.verdict_id,
        decision=decision,
        by_id=decision.by_id,
        source=Source.REVIEW,
        teaching=teaching,
        material=is_material,
        opened_at=escalation.opened_at,
        decided_at=decision.decided_at,
        supersedes=_standing(escalation) if escalation.supersedes_id else None,
    )
    return rows.add(label)


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

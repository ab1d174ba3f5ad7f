"""Classify tools of agents elsewhere: an admin says what a tool does, another confirms it, any of them ends it."""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from approvals.domain.errors import ApprovalError, NotAllowedToDecide, ReasonMissing
from approvals.domain.redaction import clean, redact, visible
from approvals.domain.tool import Effect, EffectClass, Reversibility
from approvals.models import AuditEntry, Member, OutsideAction, OutsideTool
from approvals.outside.actions.submission import Submission, recalled

LONGEST_REASON = 1_000


class NotOpenAnyMore(ApprovalError):
    """Somebody else has confirmed or ended this meanwhile."""

    code = "not_open_any_more"


class OwnProposal(ApprovalError):
    """Another admin confirms what you proposed."""

    code = "own_proposal"


class AlreadyProposed(ApprovalError):
    """A classification of this tool waits already; confirm it, or take it back first."""

    code = "already_proposed"


@dataclass(frozen=True)
class Classification:
    """What a tool does to the world."""

    effect: Effect
    reversibility: Reversibility
    effect_class: EffectClass
    egress: bool
    reason: str


def in_force(tenant_id: int, agent: str, submission: Submission) -> OutsideTool | None:
    """What a submitted tool counts as; None where nobody confirmed it, or where it now declares another schema."""
    tool = submission.tool
    standing = OutsideTool.objects.filter(confirmed_at__isnull=False, ended_at=None)
    found = standing.filter(tenant_id=tenant_id, agent=agent, name=tool.name, version=tool.version).first()
    return found if found and bytes(found.parameters) == submission.declared() else None


def propose(asked: OutsideAction, said: Classification, *, by: Member) -> OutsideTool:
    """Propose what the tool of an asked action does, with the schema it declared there.

    Raises ReasonMissing, NotAllowedToDecide for who is no admin of the tenant, AlreadyProposed.
    """
    reason = redact(clean(said.reason.strip()))[:LONGEST_REASON]
    if not visible(reason):
        raise ReasonMissing("Say how you know what it does.")
    _check_admin(by, asked.tenant_id)
    sent = recalled(bytes(asked.document), {})
    tool = sent.tool
    row = OutsideTool(
        tenant_id=asked.tenant_id,
        agent=asked.agent,
        name=tool.name,
        version=tool.version,
        description=tool.description,
        parameters=sent.declared(),
        effect=said.effect,
        reversibility=said.reversibility,
        effect_class=said.effect_class,
        egress=said.egress,
        reason=reason,
        proposed_by=by,
    )
    try:
        with transaction.atomic():
            row.save()
            _record("propose", row, by)
    except IntegrityError as error:
        if "outside_tool_one_proposed" not in str(error):
            raise
        raise AlreadyProposed from error
    return row


def confirm(proposed: OutsideTool, *, by: Member) -> None:
    """Put a proposal in force in the place of what was; raises OwnProposal, NotOpenAnyMore, NotAllowedToDecide."""
    _check_admin(by, proposed.tenant_id)
    if proposed.proposed_by_id == by.pk:
        raise OwnProposal
    same = OutsideTool.objects.filter(
        tenant_id=proposed.tenant_id, agent=proposed.agent, name=proposed.name, version=proposed.version
    )
    with transaction.atomic():
        same.filter(confirmed_at__isnull=False, ended_at=None).update(ended_at=Now(), ended_by=by)
        waiting = OutsideTool.objects.filter(pk=proposed.pk, confirmed_at=None, ended_at=None)
        if waiting.update(confirmed_at=Now(), confirmed_by=by) != 1:
            raise NotOpenAnyMore
        _record("confirm", proposed, by)


def end(classified: OutsideTool, *, by: Member) -> None:
    """End a classification, or take a proposal back: from now on the tool is unknown; raises NotOpenAnyMore."""
    _check_admin(by, classified.tenant_id)
    with transaction.atomic():
        if OutsideTool.objects.filter(pk=classified.pk, ended_at=None).update(ended_at=Now(), ended_by=by) != 1:
            raise NotOpenAnyMore
        _record("end", classified, by)


def standing(tenant_id: int) -> QuerySet[OutsideTool]:
    """Classifications that wait or are in force, those that wait first."""
    rows = OutsideTool.objects.filter(tenant_id=tenant_id, ended_at=None).select_related("proposed_by", "confirmed_by")
    return rows.order_by("confirmed_at", "agent", "name", "version")


@dataclass(frozen=True)
class Unclassified:
    """A tool that counts as unknown, with the newest action that asked for it."""

    action: OutsideAction
    is_changed: bool
    """It is classified, and now declares another schema."""


MOST = 50
NEWEST = """
SELECT a.id FROM (SELECT DISTINCT ON (agent, tool_name, tool_version) * FROM approvals_outsideaction
                  WHERE tenant_id = %s ORDER BY agent, tool_name, tool_version, id DESC) a
WHERE a.tool_id IS NULL AND NOT EXISTS (
  SELECT 1 FROM approvals_outsidetool t WHERE t.tenant_id = a.tenant_id AND t.agent = a.agent AND t.name = a.tool_name
  AND t.version = a.tool_version AND t.confirmed_at IS NULL AND t.ended_at IS NULL)
ORDER BY a.id DESC LIMIT %s
"""


def unclassified(tenant_id: int) -> tuple[Unclassified, ...]:
    """Tools whose newest call was of an unknown one and which no proposal is about, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(NEWEST, [tenant_id, MOST])
        newest = [row[0] for row in cursor.fetchall()]
    known = {
        (one.agent, one.name, one.version): bytes(one.parameters)
        for one in standing(tenant_id).filter(confirmed_at__isnull=False)
    }
    found = []
    for action in OutsideAction.objects.filter(pk__in=newest).order_by("-pk"):
        schema = known.get((action.agent, action.tool_name, action.tool_version))
        if schema is None or schema != recalled(bytes(action.document), {}).declared():
            found.append(Unclassified(action, is_changed=schema is not None))
    return tuple(found)


def _check_admin(by: Member, tenant_id: int) -> None:
    if not by.is_admin or by.tenant_id != tenant_id:
        raise NotAllowedToDecide("Only admins classify tools.")


def _record(verb: str, row: OutsideTool, by: Member) -> None:
    details = {"agent": row.agent, "tool": row.name, "version": row.version, "effect": row.effect, "reason": row.reason}
    AuditEntry.objects.create(
        tenant_id=row.tenant_id, by=by, verb=f"outside_tool.{verb}", object=f"outsidetool:{row.pk}", details=details
    )

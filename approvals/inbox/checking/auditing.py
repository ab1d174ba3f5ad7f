"""Blind audits and second looks: items of what `learning` asks for, and what experts say to them."""

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from approvals.domain.decision import REJECT_REASONS
from approvals.domain.errors import AlreadyDecided, NotAllowedToDecide, ReasonMissing, StaleEvidence
from approvals.domain.escalation import Friction
from approvals.domain.evidence import Evidence as EvidenceValue
from approvals.domain.evidence import Material
from approvals.domain.label import Source, Teaching
from approvals.domain.redaction import clean, redact, visible
from approvals.inbox import opening
from approvals.models import AuditRequest, BlindAudit, ErasedRun, Evidence, Label, Member, Vote
from approvals.models.columns import digest

BATCH = 200
LONGEST_REASON = 4_000


@dataclass(frozen=True)
class Opinion:
    """What an expert says of an audited action, with what was on the screen."""

    teaching: Teaching
    """Right or wrong."""
    evidence_sha256: str
    reason_code: str = ""
    """For a wrong one; one of the reasons of a rejection."""
    reason: str = ""


def open_requested() -> int:
    """Make items of up to BATCH requests that have none; how many there were.

    Each in a transaction of its own. Two who open the same request at once open one. A request about an action whose
    evidence was never frozen gets no item, and its action becomes overdue: that counts as wrong.
    """
    rows = AuditRequest.objects.filter(item=None, verdict__evidence__isnull=False)
    waiting = rows.exclude(verdict__run_key__in=ErasedRun.objects.values("run_key")).distinct().order_by("pk")
    return sum(_open(request) for request in waiting.select_related("verdict")[:BATCH])


def waiting(member: Member) -> "list[BlindAudit]":
    """The items that nobody has answered, the oldest first; a page of them at most."""
    rows = open_to(member).filter(answer=None)
    return list(rows.select_related("verdict").order_by("pk")[:BATCH])


def open_to(member: Member) -> "QuerySet[BlindAudit]":
    """Those of the person's tenant, but for what this person has judged or voted on: a second look is somebody else's.

    Of what was erased nothing can be looked at: it stays unanswered, and counts as wrong.
    """
    accounts = member.accounts_of_person()
    mine = Label.objects.filter(by__in=accounts, audit=None).values("verdict")
    voted = Vote.objects.filter(by__in=accounts).values("escalation__verdict")
    rows = BlindAudit.objects.filter(tenant_id=member.tenant_id).exclude(verdict__in=mine).exclude(verdict__in=voted)
    return rows.exclude(verdict__run_key__in=ErasedRun.objects.values("run_key"))


def answer(audit: BlindAudit, *, by: Member, opinion: Opinion) -> Label:
    """Store what an expert says as a label; nothing is executed or taken back by it.

    Raises NotAllowedToDecide, StaleEvidence when something else was on the screen, ReasonMissing for a wrong one
    without a reason, and AlreadyDecided for whoever is second; the database refuses a second answer as well.
    """
    if not by.can_decide or not open_to(by).filter(pk=audit.pk).exists():
        raise NotAllowedToDecide
    if opinion.evidence_sha256 != audit.evidence.digest:
        raise StaleEvidence
    _check_reason(opinion)
    try:
        with transaction.atomic():
            return _labelled(audit, by, opinion)
    except IntegrityError as error:
        if "audit_id" not in str(error):
            raise
        raise AlreadyDecided("Somebody else has answered this audit.") from error


def blinded(value: EvidenceValue) -> EvidenceValue:
    """The same evidence without what says how sure the machine was, what the gate said, and what became of it."""
    nothing: dict[str, Any] = {"score": None, "parts": {}, "auto_threshold": None, "ask_threshold": None, "reasons": ()}
    nothing["friction"] = Friction()
    return value.model_copy(update={**nothing, "route": "", "ruleset_version": 0, "material": _blinded(value.material)})


def _blinded(material: Material) -> Material:
    reasoning = material.reasoning
    others = tuple(one.model_copy(update={"score": None}) for one in reasoning.alternatives)
    unsure = {"tool_choice": None, "arguments": None, "alternatives": others}
    hidden = {"gauges": (), "trace": (), "question": None, "incident": None, "returned": None, "objection": ""}
    return material.model_copy(update={**hidden, "reasoning": reasoning.model_copy(update=unsure)})


def _open(request: AuditRequest) -> bool:
    verdict = request.verdict
    frozen = Evidence.objects.filter(verdict=verdict).order_by("version").first()
    if frozen is None or (value := frozen.value()).payload_sha256 != digest(verdict.payload_sha256):
        return False
    try:
        with transaction.atomic():
            BlindAudit.objects.create(
                tenant_id=request.tenant_id,
                request=request,
                verdict=verdict,
                evidence=opening.freeze(verdict, blinded(value)),
                title=value.material.title[: opening.LONGEST_TITLE],
            )
    except IntegrityError:
        # Somebody else opened it in the same moment.
        return False
    return True


def _is_reviewed(audit: BlindAudit) -> bool:
    """Whether somebody decided it before, so that this is the second look at it."""
    said = Label.objects.filter(verdict_id=audit.verdict_id, source=Source.REVIEW, superseded_by=None)
    return bool(said.exclude(teaching=Teaching.WITHDRAWN).exists())


def _check_reason(opinion: Opinion) -> None:
    if opinion.teaching is Teaching.RIGHT:
        return
    if opinion.reason_code not in dict(REJECT_REASONS):
        raise ReasonMissing("Say what is wrong.")
    if opinion.reason_code == "other" and not visible(opinion.reason):
        raise ReasonMissing("Say which.")


def _labelled(audit: BlindAudit, by: Member, opinion: Opinion) -> Label:
    is_wrong = opinion.teaching is Teaching.WRONG
    return Label.objects.create(
        tenant_id=audit.tenant_id,
        session_key=audit.verdict.session_key,
        verdict_id=audit.verdict_id,
        audit=audit,
        by=by,
        source=Source.DOUBLE if _is_reviewed(audit) else Source.AUDIT,
        teaching=opinion.teaching,
        blind=True,
        saw_score=False,
        reason_code=opinion.reason_code if is_wrong else "",
        reason=redact(clean(opinion.reason[:LONGEST_REASON])) if is_wrong else "",
        opened_at=audit.opened_at,
    )

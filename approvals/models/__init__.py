"""Rows and their query sets, one file a family; the laws they obey are constraints and triggers in the migrations."""

from approvals.models.decision import Decision, Look, StepUp, Undo, Vote
from approvals.models.escalation import Confirmation, Draft, Escalation, Evidence, Inquiry, Message, Notice
from approvals.models.grant import Grant
from approvals.models.halt import Halt
from approvals.models.label import AuditRequest, BlindAudit, Import, ImportedLabel, Label, Planting, Seed, Snapshot
from approvals.models.outside.action import OutsideAction, OutsideTool, Redemption, RedemptionOutcome
from approvals.models.proof.audit import AuditEntry, ErasedRow, ErasedRun, Erasure, RemadeVersion, Seal, SealedEntry
from approvals.models.proof.certificate import Certificate, Epoch, Threshold
from approvals.models.ruleset import Canary, Ruleset, RulesetProposal, Shadow
from approvals.models.team import AgentKey, Member, Role, Team, Tenant
from approvals.models.verdict import Counter, KnownShape, Verdict

__all__ = [
    "AgentKey",
    "AuditEntry",
    "AuditRequest",
    "BlindAudit",
    "Canary",
    "Certificate",
    "Confirmation",
    "Counter",
    "Decision",
    "Draft",
    "Epoch",
    "ErasedRow",
    "ErasedRun",
    "Erasure",
    "Escalation",
    "Evidence",
    "Grant",
    "Halt",
    "Import",
    "ImportedLabel",
    "Inquiry",
    "KnownShape",
    "Label",
    "Look",
    "Member",
    "Message",
    "Notice",
    "OutsideAction",
    "OutsideTool",
    "Planting",
    "Redemption",
    "RedemptionOutcome",
    "RemadeVersion",
    "Role",
    "Ruleset",
    "RulesetProposal",
    "Seal",
    "SealedEntry",
    "Seed",
    "Shadow",
    "Snapshot",
    "StepUp",
    "Team",
    "Tenant",
    "Threshold",
    "Undo",
    "Verdict",
    "Vote",
]

"""What is sealed: of each kind of row the columns that never change again, written as one text by the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, models

from approvals.models import (
    AuditEntry,
    Confirmation,
    Decision,
    ErasedRow,
    ErasedRun,
    Erasure,
    Escalation,
    Evidence,
    Grant,
    Inquiry,
    Label,
    Message,
    OutsideAction,
    OutsideTool,
    Redemption,
    Ruleset,
    Undo,
    Verdict,
    Vote,
)

OF_VERDICT = "(SELECT v.run_key FROM approvals_verdict v WHERE v.id = r.verdict_id)"
OF_ESCALATION = "(SELECT e.run_key FROM approvals_escalation e WHERE e.id = r.escalation_id)"
OF_DECISION = (
    "(SELECT v.run_key FROM approvals_verdict v JOIN approvals_decision d ON d.verdict_id = v.id "
    "WHERE d.id = r.decision_id)"
)

ERASED = """EXISTS (
  SELECT 1 FROM approvals_erasedrow x JOIN approvals_erasure y ON y.id = x.erasure_id AND y.status = 'done'
    JOIN approvals_erasedrun z ON z.erasure_id = y.id AND z.run_key = s.run_key
  WHERE x.kind = s.kind AND x.row_id = s.row_id AND x.before_sha256 = s.sha256 AND x.after_sha256 = {digest})"""
"""Whether a sealed entry `s` is a row that an erasure made what it is now."""
OF_ORIGIN = "(SELECT v.run_key FROM approvals_verdict v WHERE v.origin = r.key ORDER BY v.id LIMIT 1)"
OF_REDEMPTION = "(SELECT v.run_key FROM approvals_verdict v WHERE v.origin = r.origin ORDER BY v.id LIMIT 1)"


@dataclass(frozen=True)
class Source:
    """One kind of entry. `run` and `is_final` are SQL about a row `r`; None where a row is of no run."""

    kind: str
    model: type[models.Model]
    at: str
    """The column that says when it came to be."""
    run: str | None = None
    columns: tuple[str, ...] = ()
    """Those that are sealed, by field; all of them when empty."""
    is_final: str = "true"
    """From when on it does not change any more; it is sealed then."""

    @property
    def table(self) -> str:
        """Where the rows are."""
        return str(self.model._meta.db_table)  # noqa: SLF001  # documented, for all its underscore

    @property
    def run_key(self) -> str:
        """The run as an SQL expression."""
        return self.run or "NULL::uuid"

    @property
    def sealed(self) -> "list[models.Field[object, object]]":
        """The columns that are sealed, in their order."""
        return [field for field in self.model._meta.concrete_fields if self._is_sealed(field)]  # noqa: SLF001

    @property
    def text(self) -> str:
        """A row as an SQL expression: its columns as the text of a JSON array, times in UTC, bytes as digests."""
        return f"jsonb_build_array('{self.kind}', {', '.join(map(_written, self.sealed))})::text"

    @property
    def digest(self) -> str:
        """The SHA-256 of that text as an SQL expression."""
        return f"sha256(convert_to({self.text}, 'UTF8'))"

    def _is_sealed(self, field: "models.Field[object, object]") -> bool:
        return not field.generated and (not self.columns or field.primary_key or field.name in self.columns)


def _written(field: "models.Field[object, object]") -> str:
    column = f"r.{connection.ops.quote_name(str(field.column))}"
    match field:
        case models.DateTimeField():
            return f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
        case models.BinaryField():
            return f"encode(sha256({column}), 'hex')"
    return column


_IDENTITY = (
    *("tenant", "session_key", "verdict", "evidence", "origin", "run_key", "kind", "title", "agent", "tool", "risk"),
    *("stopped_by", "brief", "failed_checks", "opened_at", "undo_seconds", "supersedes", "revises", "team"),
    *("persons", "delay_seconds", "step_up", "is_separate", "requester", "owner"),
)
_VOTE = ("escalation", "evidence", "kind", "payload_sha256", "by", "person", "step_up", "voted_at")
# Nobody learns from a seal that somebody voted before all have.
_ENDED = "(SELECT e.status <> 'open' FROM approvals_escalation e WHERE e.id = r.escalation_id)"
_ERASURE = (
    *("tenant", "kind", "subject_sha256", "reason", "status", "requested_by", "requested_at", "closed_by", "closed_at"),
    "counts",
)
_RIGHT = ("decision", "decision_kind", "verdict", "origin", "payload_sha256", "not_before", "expires_at")
_CLASSIFIED = (
    *("tenant", "agent", "name", "version", "description", "parameters", "effect", "reversibility", "effect_class"),
    *("egress", "reason", "proposed_by", "proposed_at"),
)
ASKED = ("escalation", "by", "key", "question", "asked_at", "answer", "answered_at")
_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Name more kinds of entries; called once by whoever owns their rows, when its app is ready."""
    _sources.update({source.kind: source for source in sources})


def sources() -> Iterable[Source]:
    """Every kind of entry that is sealed here."""
    return tuple(_sources.values())


register(
    Source("ruleset", Ruleset, "created_at", columns=("tenant", "version", "document", "created_by", "created_at")),
    Source("audit entry", AuditEntry, "at"),
    Source("verdict", Verdict, "created_at", "r.run_key"),
    Source("evidence", Evidence, "created_at", OF_VERDICT),
    Source("escalation", Escalation, "opened_at", "r.run_key", _IDENTITY),
    Source("confirmation", Confirmation, "issued_at", OF_ESCALATION),
    Source("vote", Vote, "voted_at", OF_ESCALATION, _VOTE, _ENDED),
    Source("decision", Decision, "decided_at", OF_VERDICT),
    Source("grant", Grant, "not_before", OF_VERDICT, _RIGHT),
    Source("undo", Undo, "undone_at", OF_DECISION),
    # Who confirmed or ended it is in the audit's own entries.
    Source("outside tool", OutsideTool, "proposed_at", columns=_CLASSIFIED),
    Source("outside action", OutsideAction, "created_at", OF_ORIGIN),
    Source("redemption", Redemption, "redeemed_at", OF_REDEMPTION, is_final="r.outcome IN ('succeeded', 'failed')"),
    Source("message", Message, "sent_at", "r.run_key"),
    Source("inquiry", Inquiry, "asked_at", OF_ESCALATION, is_final="r.answered_at IS NOT NULL", columns=ASKED),
    Source("label", Label, "decided_at", OF_VERDICT),
    Source("erasure", Erasure, "closed_at", columns=_ERASURE, is_final="r.status <> 'open'"),
    Source("erased run", ErasedRun, "erased_at"),
    Source("erased row", ErasedRow, "erased_at"),
)

"""What is sealed: of each kind of row the columns that never change again, written as one text by the database."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, models

from approvals.models import (
    AuditEntry,
    Confirmation,
    Decision,
    Escalation,
    Evidence,
    Grant,
    Inquiry,
    Label,
    Message,
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
    def digest(self) -> str:
        """The SHA-256 of a row as an SQL expression: of its columns as a JSON array, times in UTC, bytes as digests."""
        fields = [field for field in self.model._meta.concrete_fields if self._is_sealed(field)]  # noqa: SLF001
        written = ", ".join(_written(field) for field in fields)
        return f"sha256(convert_to(jsonb_build_array('{self.kind}', {written})::text, 'UTF8'))"

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
_RIGHT = ("decision", "decision_kind", "verdict", "origin", "payload_sha256", "not_before", "expires_at")
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
    Source("message", Message, "sent_at", "r.run_key"),
    Source("inquiry", Inquiry, "asked_at", OF_ESCALATION, is_final="r.answered_at IS NOT NULL", columns=ASKED),
    Source("label", Label, "decided_at", OF_VERDICT),
)

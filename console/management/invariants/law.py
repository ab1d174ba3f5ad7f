"""A law: its name, what must be so, and the question that finds the rows for which it is not."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Law:
    """One thing that must hold in every database, whatever happened to its workers, its broker and itself."""

    name: str
    says: str
    """What must be so, as a sentence for whoever reads the report."""
    query: str = ""
    """Gives a column `id` with one row for each violation: the kind of the row and its id."""
    look: Callable[[], list[str]] | None = None
    """For what SQL cannot tell: the same, from Python."""


@dataclass(frozen=True)
class Finding:
    """What one law came to."""

    law: Law
    count: int
    ids: tuple[str, ...] = ()
    """Up to five of the rows."""
    error: str = ""
    """Why it could not be asked; a law that cannot be asked does not hold."""

    @property
    def holds(self) -> bool:
        """Whether the law was asked and nothing speaks against it."""
        return not self.count and not self.error


def not_erased(run: str) -> str:
    """SQL for a condition: the run of this key was not erased. Of an erased one the bytes are gone and hashes stay."""
    return f"NOT EXISTS (SELECT 1 FROM approvals_erasedrun z WHERE z.run_key = {run})"  # noqa: S608  # an expression of ours


def hash_of(content: str, stored: str, *, run: str) -> str:
    """SQL for the hash of bytes, computed anew; the stored one where the run of this key was erased."""
    return f"CASE WHEN {not_erased(run)} THEN sha256({content}) ELSE {stored} END"

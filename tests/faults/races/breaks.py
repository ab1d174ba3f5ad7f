"""Broken variants of the services, each without one condition that a law hangs on, and the pair that must show it."""

from dataclasses import dataclass
from types import ModuleType

import pytest

from approvals.inbox import expiring, withdrawing
from approvals.inbox.deciding import recording
from tests.faults.laws import damage


@dataclass(frozen=True)
class Break:
    """One statement without one of its conditions."""

    name: str
    pair: tuple[str, str]
    seen: str
    """What the harness says, as a pattern."""
    module: ModuleType | None = None
    constant: str = ""
    changes: tuple[tuple[str, str], ...] = ()
    is_without_guards: bool = False
    """Whether the triggers and constraints are gone as well: then only `verify_invariants` can tell."""

    def install(self, patch: pytest.MonkeyPatch, database: str) -> None:
        """Break it, in this process or in the database."""
        if self.module is None:
            damage.execute(NEVER_MARKED_USED, database)
            return
        statement = vars(self.module)[self.constant]
        for before, after in self.changes:
            assert before in statement, f"{self.constant} no longer says {before!r}"
            statement = statement.replace(before, after)
        patch.setattr(self.module, self.constant, statement)


NEVER_MARKED_USED = """
DO $$
DECLARE said text := pg_get_functiondef('signalbox_operation_right'::regproc);
BEGIN
  EXECUTE replace(said, 'UPDATE approvals_grant SET used_at = clock_timestamp() WHERE id = NEW.grant_id;', 'NULL;');
END $$
"""

TWICE = (("status = 'open' AND version = %(version)s AND ", ""),)
BREAKS = (
    Break("UPDATE without status = open", ("approve", "reject"), "an error instead", recording, "DECIDE", TWICE),
    Break(
        "UPDATE without status = open, no guards",
        ("approve", "reject"),
        "one-decision",
        recording,
        "DECIDE",
        TWICE,
        is_without_guards=True,
    ),
    Break(
        "expire without status = open, no guards",
        ("approve", "expire"),
        "one-decision|label|version",
        expiring,
        "EXPIRE",
        (("status = 'open' AND ", ""),),
        is_without_guards=True,
    ),
    Break(
        "withdraw without status = open, no guards",
        ("expire", "cancel"),
        "version-of-moves",
        withdrawing,
        "WITHDRAW",
        ((" AND status IN ('open', 'decided')", ""),),
        is_without_guards=True,
    ),
    Break("grant not marked used", ("approve", "apply"), "grant-used-once"),
)

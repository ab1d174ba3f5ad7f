"""Ask every law of one database in one snapshot; nothing is written, whatever is found."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

from console.management.invariants import decisions, escalations, history, permissions, rights, rules, runs
from console.management.invariants.law import Finding, Law

LAWS: tuple[Law, ...] = (
    *rights.LAWS,
    *escalations.LAWS,
    *decisions.LAWS,
    *permissions.LAWS,
    *runs.LAWS,
    *rules.LAWS,
    *history.LAWS,
)
SHOWN = 5

# One snapshot for all laws, so that whatever works meanwhile cannot look like a fault; and nothing may be written.
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
# Whole tables are joined: in memory where they fit.
ROOM = "SET LOCAL work_mem = '64MB'"

ASK = """
WITH found AS MATERIALIZED ({query})
SELECT (SELECT count(*) FROM found), ARRAY(SELECT id::text FROM found ORDER BY id LIMIT {shown})
"""

ROWS = """
SELECT (SELECT count(*) FROM approvals_verdict) + (SELECT count(*) FROM approvals_evidence)
     + (SELECT count(*) FROM approvals_escalation) + (SELECT count(*) FROM approvals_decision)
     + (SELECT count(*) FROM approvals_grant) + (SELECT count(*) FROM approvals_label)
     + (SELECT count(*) FROM agents_run) + (SELECT count(*) FROM agents_step) + (SELECT count(*) FROM agents_operation)
"""


@dataclass(frozen=True)
class Report:
    """What all laws came to."""

    findings: tuple[Finding, ...]
    rows: int
    """How many rows of the large tables were looked at."""
    seconds: float

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The laws that do not hold."""
        return tuple(finding for finding in self.findings if not finding.holds)

    @property
    def names(self) -> frozenset[str]:
        """The names of the laws that do not hold."""
        return frozenset(finding.law.name for finding in self.broken)


def check(laws: Sequence[Law] = LAWS) -> Report:
    """Ask these laws; needs a connection outside of any transaction.

    A law that cannot be asked (bytes that are no JSON, a missing table) is a finding of its own, and the others are
    asked all the same.
    """
    started = time.monotonic()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(SNAPSHOT)
            cursor.execute(ROOM)
            cursor.execute(ROWS)
            rows = int(cursor.fetchone()[0])
        findings = tuple(_ask(law) for law in laws)
    return Report(findings, rows, time.monotonic() - started)


def _ask(law: Law) -> Finding:
    try:
        with transaction.atomic():
            if law.look is not None:
                ids = law.look()
                return Finding(law, len(ids), tuple(ids[:SHOWN]))
            with connection.cursor() as cursor:
                # A percent sign would be a parameter otherwise; the laws are ours and name no values.
                cursor.execute(ASK.format(query=law.query, shown=SHOWN))
                count, ids = cursor.fetchone()
                return Finding(law, int(count), tuple(ids))
    except DatabaseError as error:
        return Finding(law, 0, error=str(error).splitlines()[0])

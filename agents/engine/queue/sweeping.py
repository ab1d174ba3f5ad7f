"""Look for what time alone has made due: what is overdue, what was decided and never heard, and what may be claimed."""

from typing import NamedTuple

from django.db import connection

from agents.tools import registry

MOST = 8
"""So many due steps are counted: more workers than that are not woken at once."""

# One statement, so that an idle second costs one transaction; what it finds is moved by those who find it again.
LOOK = """
SELECT EXISTS (SELECT 1 FROM approvals_escalation
               WHERE status = 'open' AND kind NOT IN ('incident', 'handoff') AND due_at <= statement_timestamp()),
       EXISTS (SELECT 1 FROM approvals_escalation e JOIN agents_step s ON s.key = e.origin AND s.status = 'waiting'
               WHERE e.status = 'decided' AND e.undo_until <= now()),
       EXISTS (SELECT 1 FROM approvals_planting WHERE planted_at IS NULL AND due_at <= statement_timestamp())
       OR EXISTS (SELECT 1 FROM approvals_escalation e JOIN approvals_seed p ON p.escalation_id = e.id
                  WHERE e.status = 'decided' AND e.undo_until <= statement_timestamp()),
       EXISTS (SELECT 1 FROM approvals_escalation e
               WHERE e.kind = 'handoff' AND e.status = 'open' AND e.agent = ANY(%s)
                 AND (SELECT m.by_id IS NOT NULL FROM approvals_message m
                      WHERE m.run_key = e.run_key ORDER BY m.id DESC LIMIT 1))
       OR EXISTS (SELECT 1 FROM approvals_inquiry i JOIN approvals_escalation e ON e.id = i.escalation_id
                  WHERE i.answered_at IS NULL AND i.taken_at IS NULL AND e.status = 'open'),
       EXISTS (SELECT 1 FROM agents_schedule WHERE paused_at IS NULL AND next_at <= statement_timestamp()),
       EXISTS (SELECT 1 FROM approvals_escalation WHERE status = 'open' AND level_at <= statement_timestamp()),
       (SELECT count(*) FROM (SELECT 1 FROM agents_step WHERE status = 'ready' AND wake_at <= now() LIMIT %s) due)
"""


class Due(NamedTuple):
    """What a look found."""

    overdue: bool
    unheard: bool
    planting: bool
    """A known mistake is to be planted, or what was said to one can be applied."""
    unanswered: bool
    """Somebody has written to a simulated customer, or asked an agent back."""
    ticking: bool
    """A schedule has come to a tick."""
    raising: bool
    """The next level of an item is to be told."""
    steps: int


def look() -> Due:
    """See what is due, by database time; changes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [registry.simulated(), MOST])
        return Due(*cursor.fetchone())

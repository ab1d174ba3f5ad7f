"""What approvals tells the rooms above it; every message is a row first.

`decided`, `expired` and `cancelled` are sent inside the deciding transaction, so that the origin can put its own
row right in the same commit; a receiver must only write rows. `changed` is sent after the commit and is a hint.
"""

from django.dispatch import Signal

decided = Signal()
"""Arguments: escalation, decision."""

undone = Signal()
"""Arguments: escalation (the superseded one), successor."""

stopping = Signal()
"""Arguments: run_key. Sent first in the transaction that hands a conversation to a person; whoever runs it locks it."""

expired = Signal()
"""Arguments: escalation."""

changed = Signal()
"""Arguments: escalation_id, tenant_id, kind (`opened`, `claimed`, `decided`, `applied`, `expired`, ...), version."""

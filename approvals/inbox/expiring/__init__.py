"""What time alone does to open items: `overdue` ends them at the safe end, `raising` tells the next people before."""

from approvals.inbox.expiring.overdue import BATCH, expire_due
from approvals.inbox.expiring.raising import raise_due

__all__ = ["BATCH", "expire_due", "raise_due"]

"""An escalation: `state` says how it moves, `link` how an end user's answer is known, `promises` what an agent said."""

from approvals.domain.escalation import link
from approvals.domain.escalation.state import MOVES, NEVER_EXPIRE, Kind, Status, check_move

__all__ = ["MOVES", "NEVER_EXPIRE", "Kind", "Status", "check_move", "link"]

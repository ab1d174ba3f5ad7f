"""An escalation: `state` says what it is and how it moves, `link` how an end user's answer to it is known."""

from approvals.domain.escalation import link
from approvals.domain.escalation.state import MOVES, NEVER_EXPIRE, Kind, Status, check_move

__all__ = ["MOVES", "NEVER_EXPIRE", "Kind", "Status", "check_move", "link"]

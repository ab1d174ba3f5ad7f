"""An escalation: `state` says what it is and how it moves, `friction` what deciding it takes.

`link` says how an end user's answer to it is known, `promises` what an agent told the user it would do.
"""

from approvals.domain.escalation import link
from approvals.domain.escalation.friction import NOBODY, Apart, Friction
from approvals.domain.escalation.state import MOVES, NEVER_EXPIRE, Kind, Status, check_move

__all__ = ["MOVES", "NEVER_EXPIRE", "NOBODY", "Apart", "Friction", "Kind", "Status", "check_move", "link"]

"""Who has an escalation, and what they do with it besides deciding.

`holding` is the lease, `taking` takes a conversation over, `conversing` speaks in it, `inquiring` asks the agent back.
A claim tells others who looks at an escalation, and blocks nobody's decision; only who holds a handoff speaks to the
user, so that two people never talk at once.
"""

from approvals.inbox.claiming.holding import LEASE, claim, release

__all__ = ["LEASE", "claim", "release"]

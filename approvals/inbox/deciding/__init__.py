"""Deciding: `recording` writes the one decision, `permission` says who may and what it takes, `voting` counts persons.
`losing` tells who came too late.

The rest of the inbox and whoever is above it uses what is exported here.
"""

from approvals.inbox.deciding.permission import (
    check_may_decide,
    check_taken,
    is_barred,
    look,
    looks_until,
    proof_of,
    prove,
)
from approvals.inbox.deciding.recording import DECIDE, GRANT_LIFETIME, decide, record, shown, store
from approvals.inbox.deciding.voting import own_vote, takes_votes, vote, voters, withdraw

__all__ = [
    "DECIDE",
    "GRANT_LIFETIME",
    "check_may_decide",
    "check_taken",
    "decide",
    "is_barred",
    "look",
    "looks_until",
    "own_vote",
    "proof_of",
    "prove",
    "record",
    "shown",
    "store",
    "takes_votes",
    "vote",
    "voters",
    "withdraw",
]

"""Change a threshold: tightening is live at once, loosening waits for a second admin (law 11).

- `cuts` is the pair of thresholds of a route, and the document that has other ones.
- `loosening` decides from two documents whether the later one could let through what the earlier one asked about;
  `selection` is how it tells which calls a route can meet. `changes` says in what two documents differ.
- `publishing` makes a version live; `drafting` proposes, approves and discards; `tuning` decides which of the two a
  change needs. `acting` is what every act shares, `refusals` why one is not done.

`console` imports what is exported here.
"""

from approvals.learning.tuning.acting import live_of, version_of
from approvals.learning.tuning.changes import Change, changes
from approvals.learning.tuning.cuts import OFFERED, Cuts, cuts_of, route_of_name, with_cuts
from approvals.learning.tuning.drafting import approve, discard, is_stale
from approvals.learning.tuning.loosening import is_loosening
from approvals.learning.tuning.tuning import restore, tune

__all__ = [
    "OFFERED",
    "Change",
    "Cuts",
    "approve",
    "changes",
    "cuts_of",
    "discard",
    "is_loosening",
    "is_stale",
    "live_of",
    "restore",
    "route_of_name",
    "tune",
    "version_of",
    "with_cuts",
]

"""Change the rules: tightening is live at once, loosening waits for a second admin (law 11).

- `cuts` is the pair of thresholds of a route, and the document that has other ones; a whole document is changed alike.
- `loosening` decides from two documents what in the later one could let through what the earlier one asked about;
  `changes` says in what two documents differ.
- `changing` decides which way a change goes: `publishing` makes a version live, `drafting` keeps a draft until another
  admin approves or anyone discards it; `shadowing` has it asked beside the live rules meanwhile, `canarying` lets a
  share of runs be judged by it; `retreating` tightens without a person. `ending` says of which routes a change ends
  what was proven, and ends it.
- `acting` is what every act shares, `refusals` why one is not done.

`console` imports what is exported here.
"""

from approvals.learning.tuning.acting import Verb, live_of, newly, setting
from approvals.learning.tuning.canarying import canaries_of
from approvals.learning.tuning.changes import Change, changes
from approvals.learning.tuning.changing import restore, rewrite, tune
from approvals.learning.tuning.cuts import OFFERED, Cuts, cuts_of, route_of_name, with_cuts
from approvals.learning.tuning.drafting import approve, discard, is_stale, rules_of
from approvals.learning.tuning.ending import ENDED, concerned, ended_by
from approvals.learning.tuning.loosening import Loosening, is_loosening, loosenings
from approvals.learning.tuning.retreating import retreat
from approvals.learning.tuning.shadowing import shadow_of, unwatch, watch

__all__ = [
    "ENDED",
    "OFFERED",
    "Change",
    "Cuts",
    "Loosening",
    "Verb",
    "approve",
    "canaries_of",
    "changes",
    "concerned",
    "cuts_of",
    "discard",
    "ended_by",
    "is_loosening",
    "is_stale",
    "live_of",
    "loosenings",
    "newly",
    "restore",
    "retreat",
    "rewrite",
    "route_of_name",
    "rules_of",
    "setting",
    "shadow_of",
    "tune",
    "unwatch",
    "watch",
    "with_cuts",
]

"""What in a later document could let through what the earlier one asked about: computed, not declared.

`finding` compares two documents; `selection` tells which calls a route or a rule can meet.
"""

from approvals.learning.tuning.loosening.finding import NO_ROUTE, Loosening, is_loosening, loosenings, meetings
from approvals.learning.tuning.loosening.selection import may_overlap

__all__ = ["NO_ROUTE", "Loosening", "is_loosening", "loosenings", "may_overlap", "meetings"]

"""Precedents: resolved cases like the one that is open, told to reviewers as evidence and never to a blind auditor.

`nearest` finds them in the rows that a person may see; `likeness` compares two calls and knows no rows.
"""

from approvals.learning.recalling.nearest import Difference, Precedent, precedents

__all__ = ["Difference", "Precedent", "precedents"]

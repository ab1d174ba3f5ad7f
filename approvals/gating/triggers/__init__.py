"""What else raises a hand, besides the score and the sources of values: each a fact for rules and for `triggers`.

`mood` and its `words`, `person`, `topic`, `repeating` and `wish` read what was `heard`; `source` runs each of them so
that whatever it breaks asks; `shapes` knows which calls have run before. Nothing here lets anything through.
"""

from approvals.gating.triggers.heard import Heard
from approvals.gating.triggers.shapes import shape_of
from approvals.gating.triggers.source import SOURCES, gather

__all__ = ["SOURCES", "Heard", "gather", "shape_of"]

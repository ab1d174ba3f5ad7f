"""Conditions of rules: CEL, read by us first, so that a rule which cannot be judged asks instead of being skipped.

`tokens`, `syntax`, `vocabulary` and `grammar` read the text into a tree; `needs` finds which facts of which kinds it
looks at; `strict` writes it so that no operator swallows an error; `scene` holds the facts of one judgement; `demand`
compares them with what is needed; `program` evaluates. `outline` is for those who put a condition into words, and
`widening` says whether one condition holds wherever another does.
Only `approvals.domain.gate` imports this.
"""

from approvals.domain.gate.condition.demand import Demand
from approvals.domain.gate.condition.grammar import TEXT_LIMIT
from approvals.domain.gate.condition.outline import Comparison, Joined, Outline, outline
from approvals.domain.gate.condition.program import Condition, arguments, compiled
from approvals.domain.gate.condition.scene import Scene, kind_of
from approvals.domain.gate.condition.tokens import Unreadable
from approvals.domain.gate.condition.widening import widens

__all__ = [
    "TEXT_LIMIT",
    "Comparison",
    "Condition",
    "Demand",
    "Joined",
    "Outline",
    "Scene",
    "Unreadable",
    "arguments",
    "compiled",
    "kind_of",
    "outline",
    "widens",
]

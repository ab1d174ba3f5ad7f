"""Conditions of rules: CEL, read by us first, so that a rule which cannot be judged asks instead of being skipped.

tokens, syntax, grammar read the text into a tree; `needs` finds which facts of which kinds it looks at; `strict`
writes it so that no operator swallows an error; `scene` holds the facts of one judgement; `program` joins them.
Only `approvals.domain.gate` imports this.
"""

from approvals.domain.gate.condition.grammar import ROOTS, TEXT_LIMIT
from approvals.domain.gate.condition.program import Condition, compiled
from approvals.domain.gate.condition.scene import Scene, kind_of
from approvals.domain.gate.condition.tokens import Unreadable

__all__ = ["ROOTS", "TEXT_LIMIT", "Condition", "Scene", "Unreadable", "compiled", "kind_of"]

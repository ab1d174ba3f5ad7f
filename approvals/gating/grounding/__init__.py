"""Where the value of each argument comes from: who said it before the agent used it.

`words` says how texts are compared, `schema` which values a tool fixes itself, `index` keeps the texts of a run. Pure;
`approvals.gating` and whoever gathers facts may import it.
"""

from collections.abc import Iterable
from typing import Any

from approvals.domain.evidence import Grounding
from approvals.domain.gate import leaves
from approvals.gating.grounding.index import Index, Source
from approvals.gating.grounding.schema import is_fixed

__all__ = ["Index", "Source", "ground", "share"]

FIXED = "one of the tool's fixed values"
_GROUNDED = ("user", "tool", "policy")


def ground(
    arguments: dict[str, Any], sources: Index | Iterable[Source], schema: dict[str, Any] | None = None
) -> tuple[Grounding, ...]:
    """For every leaf of the arguments the most trusted place where its value was seen.

    In this order: user, tool, policy, untrusted tool;
    `agent` when it was seen nowhere, which is also said of a value with hidden characters. Truth values, null and what
    the tool's schema lists, fixes or sets by default come from the policy unless the user or a tool said them.
    """
    index = sources if isinstance(sources, Index) else Index(sources)
    return tuple(_grounding(path, value, index, schema) for path, value in leaves(arguments))


def share(groundings: Iterable[Grounding]) -> float:
    """The confidence part `grounding`: the share of arguments that user, tools or policy said; 1 without arguments."""
    grounded = [found.source in _GROUNDED for found in groundings]
    return sum(grounded) / len(grounded) if grounded else 1.0


def _grounding(path: str, value: Any, index: Index, schema: dict[str, Any] | None) -> Grounding:
    found = index.find(value, ("user", "tool"))
    if found is None and (value is None or isinstance(value, bool) or is_fixed(schema, path, value)):
        found = ("policy", FIXED)
    kind, name = found or index.find(value, ("policy", "untrusted_tool")) or ("agent", "")
    return Grounding(path=path, source=kind, detail=name)

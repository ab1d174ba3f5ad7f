"""Where the value of each argument comes from: who said it before the agent used it.

`words`, `addresses` and `dates` say how values are compared, `results` takes apart what tools returned, `schema` and
`roles` say what an argument is for, `index` keeps the texts of a run. Pure; `approvals.gating` and whoever gathers
facts may import it.
"""

from collections.abc import Iterable
from typing import Any

from approvals.domain.evidence import Grounding
from approvals.gating.grounding.index import Index, Record, Source
from approvals.gating.grounding.results import folded
from approvals.gating.grounding.roles import Part, echo, marks, parts
from approvals.gating.grounding.schema import is_fixed, spelled
from approvals.gating.grounding.snapshot import recall, snapshot
from approvals.gating.grounding.wishes import is_wanted

__all__ = [
    "Index",
    "Record",
    "Source",
    "echo",
    "folded",
    "ground",
    "is_wanted",
    "marks",
    "parts",
    "recall",
    "share",
    "snapshot",
    "spelled",
]

FIXED = "one of the tool's fixed values"
_GROUNDED = ("user", "tool", "policy")


def ground(
    arguments: dict[str, Any], sources: Index | Iterable[Source], schema: dict[str, Any] | None = None
) -> tuple[Grounding, ...]:
    """For every leaf of the arguments, and every address in its texts, the most trusted place where it was seen.

    In this order: user, tool, policy, referred (in a text of an untrusted tool, in an entry that the user named),
    untrusted tool; `agent` when it was seen nowhere, which is also said of a value with hidden characters. Truth
    values, null and what the tool's schema lists, fixes, quotes or sets by default come from the policy unless the user
    or a tool said them. Text that the agent writes for others to read steers nothing (`roles`).
    """
    index = sources if isinstance(sources, Index) else Index(sources)
    return tuple(_grounding(part, index, schema) for part in parts(arguments, schema))


def share(groundings: Iterable[Grounding]) -> float:
    """The confidence part `grounding`: the share of what steers that user, tools or policy said; 1 without any."""
    grounded = [found.source in _GROUNDED for found in groundings if found.role != "text"]
    return sum(grounded) / len(grounded) if grounded else 1.0


def _grounding(part: Part, index: Index, schema: dict[str, Any] | None) -> Grounding:
    value = part.value
    found = index.find(value, ("user", "tool"))
    if found is None and (value is None or isinstance(value, bool) or is_fixed(schema, part.path, value)):
        found = ("policy", FIXED)
    kind, name = found or index.find(value, ("policy", "referred", "untrusted_tool")) or ("agent", "")
    return Grounding(path=part.path, source=kind, detail=name, role=part.role)

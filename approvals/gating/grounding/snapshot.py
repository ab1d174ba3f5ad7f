"""Where values came from, as it is kept beside a verdict: enough to judge it again, and no word that anybody wrote.

One entry for each part of the arguments, in the order of `roles.parts`: the path of a leaf with `*` for names that the
schema does not declare, its source, and its role where that is not `value`. What a text holds has an empty
path.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from approvals.domain.evidence import Grounding
from approvals.domain.gate import leaves
from approvals.gating.grounding.schema import spelled

Snapshot = list[list[str]]


def snapshot(grounding: Iterable[Grounding], arguments: dict[str, Any], schema: dict[str, Any]) -> Snapshot:
    """The sources of one call as they are stored."""
    paths = [path for path, _ in leaves(arguments)]
    taken = 0
    kept = []
    for found in grounding:
        is_leaf = taken < len(paths) and found.path == paths[taken]
        taken += is_leaf
        shown = spelled(schema, found.path) if is_leaf else ""
        kept.append([shown, found.source, *([found.role] if found.role != "value" else [])])
    return kept


def recall(stored: Sequence[Sequence[str]], arguments: dict[str, Any]) -> tuple[Grounding, ...]:
    """The sources again; who said each is not stored. Raises ValueError where they are not those of these arguments."""
    paths = iter([path for path, _ in leaves(arguments)])
    path, found = "", []
    for place, (shown, source, *role) in enumerate(stored):
        if shown:
            path = next(paths, "")
        if not path:
            raise ValueError("more sources than arguments")
        told = {"path": path if shown else f"{path}: part {place}", "role": role[0] if role else "value"}
        found.append(Grounding.model_validate({**told, "source": source, "detail": ""}))
    if next(paths, None) is not None:
        raise ValueError("fewer sources than arguments")
    return tuple(found)

"""Names of calls: each of a run is one, whatever a model calls them, so that a result finds its call."""

from typing import Any

from agents.domain.turn import ModelRequest

ID_LIMIT = 64


def taken(request: ModelRequest) -> frozenset[str]:
    """Ids that calls of this run have already."""
    return frozenset(call.call_id for line in request.history for call in line.calls)


def unique(wanted: list[Any], *, taken: frozenset[str]) -> list[str]:
    """A sound id for each of these that no other call of the run has; local servers number from zero each time."""
    used, found = set(taken), []
    for given in wanted:
        base = given if _is_sound(given) else f"call-{len(used) + 1}"
        name, number = base, 1
        while name in used:
            number += 1
            name = f"{base}-{number}"
        used.add(name)
        found.append(name)
    return found


def _is_sound(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= ID_LIMIT and name.isascii() and name.isprintable()

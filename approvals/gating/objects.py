"""The objects that a call names: what the trusted world has said of the order or the reservation it touches.

An argument called `order_id` names the order that a tool has returned under that id in this run, in a result with
structure; the newest answer counts. What was fetched from outside is no record of ours, and what a reading tool says
again of its own arguments is still the agent's. Rules read it as `object.order_id.status`; what can be said of any
object is a fact (`object_unread`, `object_foreign`, `changes_<argument>`). Pure; texts inside of results are nobody's
record and are left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.gating.grounding import Index, Record, folded
from approvals.gating.grounding.results import PROSE

OWNERS = ("user_id", "customer_id", "owner_id", "owner", "account_holder", "customer", "user")
"""Keys under which an object says whose it is."""
MOST_ENTRIES = 5_000
"""Entries of one result that are looked through; what lies behind is not read."""
DEEPEST = 20


@dataclass(frozen=True)
class Named:
    """What is known of the objects of one call."""

    objects: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By the name of the argument that names them."""
    facts: Mapping[str, bool] = field(default_factory=lambda: {"object_unread": False, "object_foreign": False})


def survey(arguments: Mapping[str, Any], seen: Index) -> Named:
    """Find the objects of a call in what tools returned before it; an id that none returned is unread."""
    records = list(reversed(seen.records()))
    names = [name for name, value in arguments.items() if _is_id(name) and isinstance(value, str) and value]
    found = {name: entry for name in names if (entry := _find(name, arguments[name], records)) is not None}
    facts = {
        "object_unread": len(found) < len(names),
        "object_foreign": any(_is_foreign(entry, seen, records) for entry in found.values()),
        **dict(_changes(arguments, found)),
    }
    return Named(found, facts)


def _is_id(name: str) -> bool:
    return name == "id" or name.endswith("_id")


def _find(name: str, value: str, records: Iterable[Record]) -> Mapping[str, Any] | None:
    """The newest entry with this id, or the whole answer to a call that was given it."""
    for record in records:
        for entry in _entries(record.value):
            if any(key in entry and folded(entry[key]) == folded(value) for key in (name, "id")) and len(entry) > 1:
                return _plain(entry, record, named=value)
        if folded(value) in record.echoed and isinstance(record.value, dict):
            return _plain(record.value, record, named=value)
    return None


def _entries(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside of a result, the outer ones first."""
    level, seen = [value], 0
    for _ in range(DEEPEST):
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                seen += 1
                if seen > MOST_ENTRIES:
                    return
                yield one
                below += one.values()
            elif isinstance(one, list):
                below += one
        level = below


def _plain(entry: Mapping[str, Any], record: Record, *, named: str) -> dict[str, Any]:
    """An entry without what anybody may have written into it, and without what the agent had put into the call."""
    doubted = record.doubted - {folded(named)}
    return {
        str(name): _undoubted(value, doubted)
        for name, value in entry.items()
        if str(name).lower() not in PROSE and not _is_doubted(value, doubted)
    }


def _undoubted(value: Any, doubted: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {name: _undoubted(part, doubted) for name, part in value.items() if not _is_doubted(part, doubted)}
    if isinstance(value, list):
        return [_undoubted(part, doubted) for part in value if not _is_doubted(part, doubted)]
    return value


def _is_doubted(value: Any, doubted: frozenset[str]) -> bool:
    return isinstance(value, str | int | float) and folded(value) in doubted


def _is_foreign(entry: Mapping[str, Any], seen: Index, records: Iterable[Record]) -> bool:
    """Whether it says whose it is, and this is nobody whom the user named or a lookup for them gave."""
    owners = [entry[key] for key in OWNERS if isinstance(entry.get(key), str | int)]
    given = {folded(record.value) for record in records if isinstance(record.value, str)}
    return any(seen.find(owner, ("user",)) is None and folded(owner) not in given for owner in owners)


def _changes(arguments: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """For each argument that the object has as well: whether the call gives it another value."""
    for entry in found.values():
        for name, value in arguments.items():
            if name in entry and not _is_id(name):
                yield f"changes_{name}", _differs(value, entry[name])


def _differs(wanted: Any, now: Any) -> bool:
    """Whether something would change; of an entry only what the call names is compared."""
    if isinstance(wanted, list) and isinstance(now, list):
        return len(wanted) != len(now) or any(_differs(*pair) for pair in zip(wanted, now, strict=True))
    if isinstance(wanted, dict) and isinstance(now, dict):
        return any(name not in now or _differs(value, now[name]) for name, value in wanted.items())
    return folded(wanted) != folded(now)

"""How much work a declared schema is: whoever declares it also sends what is checked against it, and could stall us.

The count is of what a validator would look at: every keyword below every reference, as often as it is reached.
"""

from typing import Any

from approvals.domain.gate import leaves
from approvals.outside.actions.errors import BadSubmission

MOST_RULES = 2_000
MOST_WORK = 200_000
"""Rules times values; the slowest of these takes well under a second."""
REFERENCES = ("$dynamicRef", "$recursiveRef", "$anchor", "$dynamicAnchor", "$id")
SLOW = ("pattern", "patternProperties", "uniqueItems")
"""Keywords whose cost grows faster than what they are given."""


def check(schema: dict[str, Any], arguments: dict[str, Any]) -> None:
    """Raise BadSubmission for a schema that cannot be checked in bounded time, or not here."""
    rules = _Weight(schema).of(schema, ())
    values = sum(1 for _ in leaves(arguments)) + 1
    if rules * values > MOST_WORK:
        raise BadSubmission(f"parameters: {rules} rules for {values} values are more than is checked here.")


class _Weight:
    """Counts with one budget, so that a schema of schemas ends as soon as it is too much."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._root, self._rules = schema, 0

    def of(self, part: Any, trail: tuple[str, ...]) -> int:
        """Rules of a part and of what it refers to."""
        if isinstance(part, dict):
            self._rules += 1 + len(part)
            if self._rules > MOST_RULES:
                raise BadSubmission(f"parameters: more than {MOST_RULES} rules, references counted each time.")
            for name, inner in part.items():
                self._keyword(name, inner, trail)
        elif isinstance(part, list):
            for inner in part:
                self.of(inner, trail)
        return self._rules

    def _keyword(self, name: str, inner: Any, trail: tuple[str, ...]) -> None:
        if name in SLOW and isinstance(inner, str | dict | bool) and not _is_property(inner):
            raise BadSubmission(f"parameters: {name} is not checked here; say it with enum, const or lengths.")
        if name in REFERENCES and isinstance(inner, str):
            raise BadSubmission(f"parameters: {name} is not followed here.")
        if name == "$ref" and isinstance(inner, str):
            self.of(self._found(inner, trail), (*trail, inner))
        elif name not in ("$defs", "definitions"):
            self.of(inner, trail)

    def _found(self, reference: str, trail: tuple[str, ...]) -> Any:
        """What a reference inside of the schema leads to; one that leads back to itself has no end."""
        if reference in trail or not reference.startswith("#/"):
            raise BadSubmission(f"parameters: the reference {reference[:80]} is not followed here.")
        found: Any = self._root
        for step in reference[2:].split("/"):
            found = found.get(step) if isinstance(found, dict) else None
        return found


def _is_property(inner: Any) -> bool:
    """An argument may have such a name: then what stands there is a schema with a type."""
    return isinstance(inner, dict) and "type" in inner

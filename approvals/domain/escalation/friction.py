"""Friction: what an approval takes besides what its tool asks, and what is typed for it."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from approvals.domain.redaction import has_hidden
from approvals.domain.values import Value

MOST_PERSONS = 5
LONGEST_DELAY = 600
STEP_UP_MINUTES = 5
"""How long a password typed again is good for; the database holds the same."""
LONGEST_TYPED = 60
"""Characters that somebody is asked to type at most."""
Path = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,199}$")]


class Apart(NamedTuple):
    """Who is kept out where the rules want somebody else to decide: ids of members, where they are known."""

    requester_id: int | None = None
    """Who asked for the run."""
    owner_id: int | None = None
    """Who answers for the agent."""


NOBODY = Apart()


class Friction(Value):
    """Nothing by default. It binds approving, approving an edit and repeating; whoever rejects takes none of it."""

    persons: Annotated[int, Field(ge=1, le=MOST_PERSONS)] = 1
    """So many distinct persons approve the same bytes; more than one are never the requester or the agent's owner."""
    separate: Annotated[bool, Field(validate_default=True)] = False
    """Neither who asked for the run nor who owns the agent may decide; always so where several persons approve."""
    delay_seconds: Annotated[int, Field(ge=0, le=LONGEST_DELAY)] = 0
    """So long after a person was first shown the evidence that person may approve."""
    step_up: bool = False
    """The password again, within five minutes before, in the same session."""
    typed: Annotated[tuple[Path, ...], Field(max_length=5)] = ()
    """Arguments of which the first that the call has is typed, where the tool itself asks for nothing to be typed."""

    @field_validator("separate")
    @classmethod
    def _say_what_holds(cls, separate: bool, info: ValidationInfo) -> bool:
        """Several persons are kept apart whatever is written, so a document that is read says so as well."""
        return separate or info.data.get("persons", 1) > 1

    @property
    def is_separate(self) -> bool:
        """Whether requester and owner are kept out."""
        return self.separate or self.persons > 1

    def covers(self, other: "Friction") -> bool:
        """Whether this takes at least as much trouble as `other`, in each respect."""
        return (
            self.persons >= other.persons
            and self.is_separate >= other.is_separate
            and self.delay_seconds >= other.delay_seconds
            and self.step_up >= other.step_up
            and set(self.typed) >= set(other.typed)
        )


NONE = Friction()


def together(frictions: Iterable[Friction]) -> Friction:
    """The strictest of several in each respect; paths to type in the order in which they come."""
    several = tuple(frictions)
    if not several:
        return NONE
    return Friction(
        persons=max(one.persons for one in several),
        separate=any(one.separate for one in several),
        delay_seconds=max(one.delay_seconds for one in several),
        step_up=any(one.step_up for one in several),
        typed=tuple(dict.fromkeys(path for one in several for path in one.typed))[:5],
    )


def to_type(friction: Friction, arguments: dict[str, Any], *, tool: str) -> tuple[str, str, bool] | None:
    """What is to be typed, as label, value and whether it is a number; None where the friction asks for nothing.

    The tool's own name where the call has none of the arguments: what was to be typed is never nothing.
    """
    if not friction.typed:
        return None
    for path in friction.typed:
        found: Any = arguments
        for part in path.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if (text := _typable(found)) is not None:
            return path, text, type(found) is not str
    return "the name of the tool", tool, False


def _typable(found: object) -> str | None:
    """A value as somebody can type it; None for what nobody can: a list, a long text, characters that nobody sees."""
    if type(found) in (int, float):
        return f"{Decimal(repr(found)):f}"
    if type(found) is not str or has_hidden(found) or len(found) > LONGEST_TYPED:
        return None
    return found.strip() or None

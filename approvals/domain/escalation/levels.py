"""Escalation policies: who is told of an item that nobody decides, one level after the other."""

from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, StringConstraints, model_validator

from approvals.domain.redaction import has_hidden
from approvals.domain.values import Value

Glob = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Level(Value):
    """People who are told, `minutes` after the item was opened or the level before was told."""

    team: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)] | None = None
    role: Literal["reviewer", "admin"] | None = None
    minutes: Annotated[int, Field(ge=1, le=43_200)]

    @property
    def name(self) -> str:
        """The team, or the role in the plural."""
        return self.team or f"{self.role}s"

    @model_validator(mode="after")
    def _check_one(self) -> Self:
        if (self.team is None) is (self.role is None):
            raise ValueError("a level names a team or a role, and one of them")
        if has_hidden(self.team or ""):
            raise ValueError("the name of a team has no hidden characters")
        return self


class Policy(Value):
    """The first one that fits an item is its own; telling people lets nobody decide who could not before."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")]
    tools: Annotated[tuple[Glob, ...], Field(min_length=1, max_length=100)] = ("*",)
    agents: Annotated[tuple[Glob, ...], Field(min_length=1, max_length=100)] | None = None
    levels: Annotated[tuple[Level, ...], Field(min_length=1, max_length=10)]
    repeat: Annotated[int, Field(ge=0, le=10)] = 0
    """How often it begins again at the first level after the last one."""

    def at(self, place: int) -> Level | None:
        """The level that is told after `place` others were; None when all have been, as often as is wanted."""
        rounds, level = divmod(place, len(self.levels))
        return self.levels[level] if rounds <= self.repeat else None


class Next(NamedTuple):
    """Where an item goes next: to whom, and in how many minutes."""

    name: str
    minutes: int


def following(policy: Policy | None, place: int) -> Next | None:
    """Where an item goes after `place` levels were told; None where it stays with whom it is."""
    level = policy.at(place) if policy else None
    return Next(level.name, level.minutes) if level else None

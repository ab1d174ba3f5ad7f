"""Chance that is the same on every machine and in every version of Python."""

from collections.abc import Iterable
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


def draw(*salt: object) -> int:
    """A number between 0 and 2**31 - 1 that depends on the salt alone."""
    return int.from_bytes(sha256("/".join(map(str, salt)).encode()).digest()[:4], "big") >> 1


def shuffled(things: Iterable[T], *salt: object) -> list[T]:
    """The things in an order that depends on the salt and their places alone."""
    drawn = sorted((draw(*salt, place), place, thing) for place, thing in enumerate(things))
    return [thing for _, _, thing in drawn]

"""Chance without a generator: the same words give the same draw on every machine and in every order."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def draw(*words: object) -> float:
    """A number in [0, 1) that depends on the words alone."""
    digest = hashlib.sha256("\x1f".join(map(str, words)).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def pick(options: Sequence[T], *words: object) -> T:
    """One of the options; they must not be empty."""
    return options[int(draw(*words) * len(options))]


def digits(count: int, *words: object) -> str:
    """A made-up number of this many digits that does not start with zero."""
    return str(int(10 ** (count - 1) + draw(*words) * 9 * 10 ** (count - 1)))

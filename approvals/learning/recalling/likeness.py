"""How alike two calls are: the three-letter pieces that their canonical arguments share."""

from math import sqrt

LENGTH = 3
LONGEST = 4_000
"""So many bytes of a call are compared; what lies behind changes nothing."""

Pieces = frozenset[bytes]


def pieces(text: str) -> Pieces:
    """The overlapping pieces of a text, whatever its case."""
    cut = f"  {text} ".casefold().encode()[:LONGEST]
    return frozenset(cut[place : place + LENGTH] for place in range(len(cut) - LENGTH + 1))


def likeness(one: Pieces, other: Pieces) -> float:
    """From 0, where nothing is shared, to 1: how much is, against the mean size (Ochiai 1957).

    >>> likeness(pieces("order W1"), pieces("order W1"))
    1.0
    """
    return len(one & other) / sqrt(len(one) * len(other)) if one and other else 0.0

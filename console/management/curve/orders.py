"""In which order runs come: by the hash of their ids, which nobody chose, and shuffled as often as is asked for."""

import hashlib
import random
from collections.abc import Sequence
from uuid import UUID, uuid5

from console.management.curve.histories import History
from console.management.replay.choice import SPACE

BY_HASH = 0
"""The number of the order that is no shuffle."""


def ordered(runs: Sequence[History], number: int, *, seed: int) -> list[History]:
    """The runs in one order; number 0 is by sha256 of the id, every other one a shuffle that the seed gives."""
    by_hash = sorted(runs, key=lambda run: hashlib.sha256(run.id.encode()).hexdigest())
    if number != BY_HASH:
        random.Random(f"{seed}/{number}").shuffle(by_hash)  # noqa: S311  # an order, no secret
    return by_hash


def key_of(run: History, number: int, *, seed: int) -> UUID:
    """The key of a run in one order: each order draws audit coins of its own."""
    return uuid5(SPACE, f"{seed}/order {number}/{run.id}")

"""How what the user wrote feels: a number from -1 to 1 by a list of words, and whether it has fallen.

The rules are those of VADER (Hutto and Gilbert, ICWSM 2014): words have a weight, a negation before one turns it around
and weakens it, "very" and capitals strengthen it, and what stands behind "but" counts more. The words are our own,
English and German. A hint of the lowest kind: it raises a hand and lets nothing through. `manage.py measure_mood` says
how often it is right.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from approvals.gating.triggers.heard import Heard
from approvals.gating.triggers.words import BUT, NEGATIONS, ONLY_NEGATED, STRONGER, WEAKER, WEIGHTS

TEXT_LIMIT = 4_000
"""Characters of a message that are read."""
LOW = -0.3
"""A message below is a complaint."""
FALL = 0.5
"""So much lower than an earlier one is a fall."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|[:;=8x][-o]?[)(/\\|dpD]|[!?]{2,}|<3")
_REACH = 3
"""Words before a weighted one that can turn or strengthen it."""
_SCALE = 15.0
DENIED = 2.5
"""The weight of a word that counts only where it is denied, before the denial turns it around."""


@lru_cache(maxsize=2048)
def mood(text: str) -> float:
    """How a text feels, from -1 (furious) to 1 (delighted); 0 where no word says anything."""
    tokens = _WORD.findall(text[:TEXT_LIMIT])
    words = [token.lower().replace("’", "'").replace("'", "") for token in tokens]
    turn = max((place for place, word in enumerate(words) if word in BUT), default=-1)
    shouts = not text.isupper()
    total = 0.0
    for place, weight in _weighted(words):
        loud = 1.3 if shouts and len(tokens[place]) > 2 and tokens[place].isupper() else 1.0
        shift = 1.0 if turn < 0 else 1.5 if place > turn else 0.5
        total += weight * loud * shift * _before(words[max(0, place - _REACH) : place])
    total += (0.3 if total > 0 else -0.3) * min(text.count("!"), 4) if total else 0.0
    return round(float(total / (total * total + _SCALE) ** 0.5), 4)


def fell(texts: Sequence[str]) -> bool:
    """Whether the last thing the user said is a complaint, and sounds worse than something they said before."""
    if not texts or (now := mood(texts[-1])) > LOW:
        return False
    return len(texts) == 1 or now <= max(map(mood, texts[:-1])) - FALL


def _weighted(words: Sequence[str]) -> Iterator[tuple[int, float]]:
    for place, word in enumerate(words):
        weight = WEIGHTS.get(word)
        if weight is None and word in ONLY_NEGATED and not NEGATIONS.isdisjoint(words[max(0, place - _REACH) : place]):
            weight = DENIED
        if weight is not None:
            yield place, weight


def _before(before: Sequence[str]) -> float:
    """What the words before a weighted one make of it."""
    factor = 1.0
    for word in before:
        if word in NEGATIONS:
            factor *= -0.74
        elif word in STRONGER:
            factor *= 1.3
        elif word in WEAKER:
            factor *= 0.8
    return factor


def facts(heard: Heard) -> dict[str, object]:
    """How the last message feels, and whether that is a fall."""
    return {"mood": mood(heard.said[-1]) if heard.said else 0.0, "mood_fell": fell(heard.said)}

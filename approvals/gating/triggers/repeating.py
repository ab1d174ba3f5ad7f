"""Going round in circles: a user who says the same thing in other words, an agent that makes the same call again."""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from approvals.gating.triggers.heard import Heard

ALIKE = 0.5
"""Of the words of the shorter message, the share that the other has too: then one says the other again."""
FEWEST = 4
"""Words that carry something; a shorter message (yes, 4 digits) repeats nothing."""
MOST_MESSAGES = 20

_WORD = re.compile(r"[^\W_]{2,}")
_WITHOUT_CONTENT = (
    "the an and or to of in on at is are was were be been am it its this that these those you your yours we our"
    " ours me my mine him his her she he they them their for with from as by if so do does did have has had can"
    " could would will shall should may might must not no yes please thanks thank hi hello okay ok just also then"
    " there here what which who how when where why all any some more most very really want need like get got let"
    " know think sure ja nein bitte danke der die das ein eine einen einem und oder ist sind war ich du sie er es"
    " wir ihr mein meine meinen nicht auch mit für von auf im in zu den dem des als wie was wer wo wann warum kann"
    " können will möchte habe hat haben"
)
_EMPTY = frozenset(_WITHOUT_CONTENT.split())


@lru_cache(maxsize=2048)
def content(text: str) -> frozenset[str]:
    """The words of a message that carry something, cut to their stems."""
    found = (word.lower() for word in _WORD.findall(text[:4_000]))
    return frozenset(_stem(word) for word in found if word not in _EMPTY)


def rephrased(texts: Sequence[str]) -> int:
    """How often in a row, up to the last message, the user has said again what they had said before."""
    recent = [content(text) for text in texts[-MOST_MESSAGES:]]
    count = 0
    for earlier, later in reversed(list(pairwise(recent))):
        if not _again(earlier, later):
            break
        count += 1
    return count


def _again(earlier: frozenset[str], later: frozenset[str]) -> bool:
    fewer = min(len(earlier), len(later))
    return fewer >= FEWEST and len(earlier & later) >= ALIKE * fewer


def _stem(word: str) -> str:
    for ending in ("ation", "ungen", "ing", "ung", "ed", "es", "en", "er", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def facts(heard: Heard) -> dict[str, object]:
    """How often in a row the user had to say it again."""
    return {"rephrased": rephrased(heard.said)}

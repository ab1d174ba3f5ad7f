"""What an agent has told a user it would do, found in its own words: nobody knows whether it was kept."""

import re
from collections.abc import Iterable

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_PROMISE = re.compile(
    r"\b(?:I|we)(?:['’]ll| will| shall| am going to|['’]m going to| are going to|['’]re going to)\b"
    r"|\byou(?:['’]ll| will) (?:receive|get|have|be|hear|see)\b"
    r"|\bwill be (?:refunded|credited|sent|shipped|cancelled|canceled|changed|updated|processed|returned|exchanged)\b"
    r"|\bwithin (?:the next )?\d+|\bi promise\b"
    r"|\b(?:ich|wir) werden?\b|\bsie (?:erhalten|bekommen|werden)\b|\binnerhalb von \d+",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"\?\s*$")
TEXT_LIMIT = 4_000
LONGEST = 300


def promises(texts: Iterable[str], *, most: int = 5) -> tuple[str, ...]:
    """The last sentences, oldest first, in which one of these texts says what will be; each once, questions never."""
    found = (
        sentence.strip()[:LONGEST]
        for text in texts
        for sentence in _SENTENCE.split(text[:TEXT_LIMIT])
        if _PROMISE.search(sentence) and not _QUESTION.search(sentence)
    )
    return tuple(list(dict.fromkeys(found))[-most:])

"""What an eye would miss in text from outside: hidden characters, mixed alphabets. Pure, linear in the length."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from approvals.domain.redaction.hidden import CLASS
from approvals.domain.redaction.lookalikes import Company, company, posing, scripts

_EMOJI = (
    "\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\xa9\xae"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_HIDDEN = re.compile(
    # Plain letters are let go before the long classes are looked through.
    rf"(?![\t\n -\"$-)+-/:-~])(?:\r\n"
    rf"|[#*0-9]\ufe0f\u20e3"
    rf"|(?P<emoji>(?![{CLASS}])[{_EMOJI}][\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
    rf"(?:\u200d[{_EMOJI}][\ufe0f]?[\U0001f3fb-\U0001f3ff]?)*)"
    rf"|(?P<many>[\U000e0000-\U000e007f]+|[\ufe00-\ufe0f\U000e0100-\U000e01ef]+|(?<=[{_MARKS}]{{4}})[{_MARKS}]+)"
    rf"|(?P<run>(?P<one>[{CLASS}])(?P=one)*))"
)
_WORD = re.compile(r"\w+")
_TURNING = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]+"
    "(?:[ \u00a0'\"-][\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]+)*"
)
"""Letters that are written from right to left."""
_DIGIT = re.compile(r"\d")


class Plain(NamedTuple):
    """Text that is what it looks like."""

    text: str


class Hidden(NamedTuple):
    """A run of characters that would not be seen."""

    raw: str

    @property
    def label(self) -> str:
        """`U+202E`, `U+200B ×14`, `U+E0041–E005A ×26`."""
        return _label(self.raw)

    @property
    def name(self) -> str:
        """The Unicode name of the first of them, in lower case."""
        return unicodedata.name(self.raw[0], "control or broken character").lower()


class Mixed(NamedTuple):
    """A word whose letters come from alphabets that look alike."""

    text: str
    scripts: tuple[str, ...]


class Posing(NamedTuple):
    """A word in the letters or digits of another alphabet, drawn like `like`."""

    text: str
    like: str


class Turned(NamedTuple):
    """Letters from right to left in a value with digits, which they would put into another order."""

    text: str


Piece = Plain | Hidden | Mixed | Posing | Turned


def pieces(text: str, *, is_value: bool = False) -> Iterator[Piece]:
    """Cut a text into what is seen and what is not, lazily and in order; the first fields joined are the text.

    In a value, unlike in prose, letters from right to left are pieces of their own when there are digits beside them.
    """
    around = None if text.isascii() else company(text)
    turns = is_value and can_turn(text)
    shown_to = 0
    for found in _hidden_in(text):
        yield from _words(text[shown_to : found.start()], around, turns=turns)
        yield Hidden(found[0])
        shown_to = found.end()
    yield from _words(text[shown_to:], around, turns=turns)


def can_turn(text: str) -> bool:
    """Whether letters from right to left could put digits of this text into another order."""
    return not text.isascii() and bool(_TURNING.search(text)) and bool(_DIGIT.search(text))


def written_out(text: str) -> str:
    """The text with `[U+202E]` in the place of what would not be seen."""
    return _HIDDEN.sub(lambda found: f"[{_label(found[0])}]" if _is_hidden(found) else found[0], text)


def survey(text: str) -> tuple[int, int]:
    """How many characters would not be seen, and how many words are not of the letters they seem to be."""
    if text.isascii() and text.isprintable():
        return 0, 0
    hidden = sum(len(found[0]) for found in _hidden_in(text))
    around = company(text)
    return hidden, sum(_odd(word[0], around) is not None for word in _WORD.finditer(text))


def plain(text: str, *, limit: int = 200) -> str:
    """One line for places that hold no markup (titles, labels): hidden characters written out, length capped."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return " ".join(written_out(cut).split())


def split(text: str, *, limit: int) -> tuple[str, str]:
    """Cut a long text for a first look, at a space where one is near; the rest is empty for a short one."""
    if len(text) <= limit:
        return text, ""
    space = text.rfind(" ", max(0, limit - 40), limit)
    at = space if space > 0 else limit
    return text[:at], text[at:]


def _hidden_in(text: str) -> Iterator[re.Match[str]]:
    return filter(_is_hidden, _HIDDEN.finditer(text))


def _is_hidden(found: re.Match[str]) -> bool:
    """The pattern also matches emoji and line ends, to step over the hidden characters that belong to them."""
    return found["many"] is not None or found["run"] is not None


def _words(text: str, around: Company | None, *, turns: bool) -> Iterator[Piece]:
    if not text:
        return
    if around is None or text.isascii():
        yield Plain(text)
        return
    shown_to = 0
    for word in _WORD.finditer(text):
        odd = _odd(word[0], around)
        if odd is not None:
            yield from _plain(text[shown_to : word.start()], turns=turns)
            yield odd
            shown_to = word.end()
    yield from _plain(text[shown_to:], turns=turns)


def _odd(word: str, around: Company) -> Mixed | Posing | None:
    """What a word is besides itself."""
    if word.isascii():
        return None
    found = scripts(word)
    if len(found) > 1:
        return Mixed(word, found)
    like = posing(word, around)
    return Posing(word, like) if like else None


def _plain(text: str, *, turns: bool) -> Iterator[Piece]:
    shown_to = 0
    for found in _TURNING.finditer(text) if turns else ():
        if found.start() > shown_to:
            yield Plain(text[shown_to : found.start()])
        yield Turned(found[0])
        shown_to = found.end()
    if shown_to < len(text):
        yield Plain(text[shown_to:])


@lru_cache(maxsize=512)
def _label(raw: str) -> str:
    low, high = min(raw), max(raw)
    span = "" if low == high else f"–{ord(high):04X}"
    return f"U+{ord(low):04X}{span}" + (f" ×{len(raw)}" if len(raw) > 1 else "")

"""What an eye would miss in text from outside: hidden characters, mixed alphabets. Pure, linear in the length."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

_HIDDEN_RANGES = (
    (0x00, 0x08), (0x0B, 0x0D), (0x0E, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C),
    (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F),
    (0x2800, 0x2800), (0x3164, 0x3164), (0xD800, 0xDFFF), (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF), (0xFFFFE, 0xFFFFF), (0x10FFFE, 0x10FFFF),
)  # fmt: skip
"""Controls, bidi controls, zero width, fillers, tags, variation selectors, lone surrogates, noncharacters."""

_EMOJI = (
    "\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2934\u2935\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\xa9\xae"
)
_MARKS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_SCRIPTS = {
    "Latin": "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u024f\u1e00-\u1eff\uff21-\uff3a\uff41-\uff5a",
    "Greek": "\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": "\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f",
    "Armenian": "\u0531-\u058f",
    "Cherokee": "\u13a0-\u13ff\uab70-\uabbf",
}


def _class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in ranges)


_HIDDEN = re.compile(
    rf"\r\n"
    rf"|[#*0-9]\ufe0f\u20e3"
    rf"|(?P<emoji>[{_EMOJI}][\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?"
    rf"(?:\u200d[{_EMOJI}][\ufe0f]?[\U0001f3fb-\U0001f3ff]?)*)"
    rf"|(?P<many>[\U000e0000-\U000e007f]+|[\ufe00-\ufe0f\U000e0100-\U000e01ef]+|(?<=[{_MARKS}]{{4}})[{_MARKS}]+)"
    rf"|(?P<run>(?P<one>[{_class(_HIDDEN_RANGES)}])(?P=one)*)"
)
_WORD = re.compile(r"\w+")
_SCRIPT = {name: re.compile(f"[{ranges}]") for name, ranges in _SCRIPTS.items()}
_LOOKALIKE = re.compile("[" + "".join(ranges for name, ranges in _SCRIPTS.items() if name != "Latin") + "]")


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


Piece = Plain | Hidden | Mixed


def pieces(text: str) -> Iterator[Piece]:
    """Cut a text into what is seen and what is not, lazily and in order; the first fields joined are the text."""
    shown_to = 0
    for found in _hidden_in(text):
        yield from _words(text[shown_to : found.start()])
        yield Hidden(found[0])
        shown_to = found.end()
    yield from _words(text[shown_to:])


def written_out(text: str) -> str:
    """The text with `[U+202E]` in the place of what would not be seen."""
    return _HIDDEN.sub(lambda found: f"[{_label(found[0])}]" if _is_hidden(found) else found[0], text)


def survey(text: str) -> tuple[int, int]:
    """How many characters would not be seen, and how many words mix alphabets."""
    hidden = sum(len(found[0]) for found in _hidden_in(text))
    words = _WORD.finditer(text) if _LOOKALIKE.search(text) else ()
    return hidden, sum(len(_scripts(word[0])) > 1 for word in words)


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


def _words(text: str) -> Iterator[Piece]:
    if not text:
        return
    if not _LOOKALIKE.search(text):
        yield Plain(text)
        return
    shown_to = 0
    for word in _WORD.finditer(text):
        scripts = _scripts(word[0])
        if len(scripts) > 1:
            if word.start() > shown_to:
                yield Plain(text[shown_to : word.start()])
            yield Mixed(word[0], scripts)
            shown_to = word.end()
    if shown_to < len(text):
        yield Plain(text[shown_to:])


def _scripts(word: str) -> tuple[str, ...]:
    if not _LOOKALIKE.search(word):
        return ()
    return tuple(name for name, letters in _SCRIPT.items() if letters.search(word))


@lru_cache(maxsize=512)
def _label(raw: str) -> str:
    low, high = min(raw), max(raw)
    span = "" if low == high else f"–{ord(high):04X}"
    return f"U+{ord(low):04X}{span}" + (f" ×{len(raw)}" if len(raw) > 1 else "")

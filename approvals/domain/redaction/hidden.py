"""Characters that a reader does not see, and how they are made visible: the one table of them.

Built from the categories of Unicode (control, format, line and paragraph separators, surrogates, private use,
unassigned), so that no list has to be kept; what else looks like nothing is named. Tab and line end are seen.
"""

import re
from collections.abc import Iterator
from unicodedata import category

_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_SEEN = frozenset("\t\n\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Tab and line end, and format characters that are drawn: signs that stand before a number."""
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\ufffc\U00016fe4\U0001d159"
) | frozenset(map(chr, range(0xFE00, 0xFE10)))
"""Letters, marks and symbols that look like nothing, and variation selectors."""
_LAST_SEEN = 0x3FFFF
"""Above it there is nothing but tags, variation selectors, private use and what is not assigned."""


def _ranges() -> Iterator[tuple[int, int]]:
    start: int | None = None
    for code in range(_LAST_SEEN + 1):
        if _is_hidden(chr(code)):
            start = code if start is None else start
        elif start is not None:
            yield start, code - 1
            start = None
    yield _LAST_SEEN + 1 if start is None else start, 0x10FFFF


def _is_hidden(character: str) -> bool:
    # Almost all of Unicode is printable, and that is asked faster than the category.
    if character.isprintable():
        return character in _BLANK
    return category(character) in _UNSEEN and character not in _SEEN


RANGES = tuple(_ranges())
"""First and last code of every run of hidden characters, in order."""

CLASS = "".join(f"\\U{low:08x}-\\U{high:08x}" for low, high in RANGES)
"""The same as the inside of a character class."""

# Plain letters are let go before the long class is looked through.
_HIDDEN = re.compile(f"(?![\t\n -~])[{CLASS}]")


def has_hidden(text: str) -> bool:
    """Whether a text holds a character that a reader cannot see or that turns the order of others around."""
    return _HIDDEN.search(text) is not None


def visible(text: str) -> str:
    """What a reader would see of a text: nothing hidden, no space around it."""
    return _HIDDEN.sub("", text).strip()


def reveal(text: str, limit: int = 300) -> str:
    r"""A text with every hidden character and line break written out as `\u200b`, cut to a length."""
    shown = _HIDDEN.sub(_escaped, text[:limit].replace("\n", "\\n").replace("\r", "\\r"))
    return shown[:limit] if len(text) <= limit and len(shown) <= limit else shown[: limit - 1] + "…"


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

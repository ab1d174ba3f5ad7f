"""Characters that a reader does not see, and how they are made visible."""

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls, but not tab and line ends
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners and fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidirectional overrides
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"  # blank letters, variation selectors, specials
    "\ud800-\udfff"  # lone surrogates
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"  # musical controls, tags
)


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

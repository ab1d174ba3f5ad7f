"""The tokens of a condition, each with the place where it starts."""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

_TOKEN = re.compile(
    r"""
    (?P<space>\s+|//[^\n]*)
  | (?P<string>[rR]?"[^"\\\n]*"|[rR]?'[^'\\\n]*'|[rR]"[^"\n]*"|[rR]'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
  | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_]))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<sign>\|\||&&|==|!=|<=|>=|[-+*<>!?:.,()\[\]])
    """,
    re.VERBOSE,
)
_ESCAPES = {"\\": "\\", '"': '"', "'": "'", "n": "\n", "r": "\r", "t": "\t"}


class Unreadable(ValueError):
    """A condition that cannot be used, with the reason for the person who wrote it."""


class Token(NamedTuple):
    """A piece of a condition: its kind, its text and the index of its first character."""

    kind: Literal["string", "number", "name", "sign", "end"]
    text: str
    at: int


def tokens(text: str) -> Iterator[Token]:
    """Cut a condition into tokens, ending with one of kind `end`; raises Unreadable at what has no place in one."""
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{text[at]!r} at character {at + 1} cannot be used in a condition")
        if match.lastgroup != "space":
            yield Token(match.lastgroup, match.group(), at)  # type: ignore[arg-type]  # the groups are the kinds
        at = match.end()
    yield Token("end", "", at)


def unquoted(raw: str) -> str:
    r"""Read a string literal; raises Unreadable for escapes other than \\ \" \' \n \r \t."""
    if raw[0] in "rR":
        return raw[2:-1]
    return re.sub(r"\\(.)", _unescaped, raw[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    if match.group(1) not in _ESCAPES:
        raise Unreadable(f"the escape {match.group()} cannot be used; write the text as r'...'")
    return _ESCAPES[match.group(1)]

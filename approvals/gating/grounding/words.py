"""How texts and values are compared: as rows of words, without case, punctuation around them and signs of money.

An identifier, an address, a number stays one word, so that `1` is not found in `1840` or `2024-01-05`, nor
`john@x.com` in `evil-john@x.com`. Every pattern is linear in the text.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

TEXT_LIMIT = 2_000_000
"""Most characters of one source that are read; what lies behind is not seen, so its values count as unseen."""

GAP = "\x01"
"""Stands between the values of a tool's result, so that no row of words is found across two of them."""

_APART = ";=|()<>[]{}\"!?…“”„«»‘’'#*`~"
_WITHOUT = "$€£¥%"
_ASCII = str.maketrans(dict.fromkeys(_APART, " ") | dict.fromkeys(_WITHOUT))
_POSSESSIVE = re.compile(r"['’]s(?!\w)")
_COMMA = re.compile(r",(?:(?<!\d,)|(?!\d)|(?=\d{4})|(?<=\d{4},))")  # but not inside of a number
_COLON = re.compile(r":(?:(?<!\d:)|(?!\d))")  # but not inside of a time
_BEFORE = re.compile(r"[._/-](?<!\S[._/-])(?:[_/]|(?!(?<=[.-])\d))[._/]*+")
_AFTER = re.compile(r"[._/-](?<![._/-]{2})[._/-]*+(?!\S)")
_DIGITS = 24
"""Most characters of a number; decimals are exact up to 28 digits."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(?:\.[0-9]+)?")


def words(text: str) -> list[str]:
    """The words of a text, in order, as they are compared."""
    text = _without_signs(_POSSESSIVE.sub(" ", text.lower()))
    for pattern in (_COMMA, _COLON, _AFTER, _BEFORE):
        text = pattern.sub(" ", text)
    return text.split()


def words_of_source(text: str) -> list[str]:
    """The words of a conversation turn or a tool's result; of JSON the names and values, kept apart by gaps."""
    if len(text) > TEXT_LIMIT:
        text = text[:TEXT_LIMIT].rpartition(" ")[0]
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            text = f" {GAP} ".join(_values(json.loads(text, parse_float=str, parse_int=str)))
    return words(text)


def _without_signs(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII)
    text = unicodedata.normalize("NFC", text)
    for sign in _APART:
        text = text.replace(sign, " ")
    for sign in _WITHOUT:
        text = text.replace(sign, "")
    return text


def _values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _values(part)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part)
    elif isinstance(value, str):
        yield value


def number_of(word: str) -> Decimal | None:
    """The number a word says; None for other words and for codes, which are long or start with a zero they keep."""
    return Decimal(word.replace(",", "")) if len(word) <= _DIGITS and _NUMBER.fullmatch(word) else None


def spellings(number: Decimal) -> Iterator[str]:
    """How people and machines write a number, as words: 1840, 1840.0, 1840.00, 1,840, 1.840,00."""
    digits = format(number.normalize(), "f")
    whole, _, decimals = digits.partition(".")
    grouped = f"{int(whole):,}"
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = f"-{grouped}"
    endings = {decimals, decimals.ljust(1, "0"), decimals.ljust(2, "0")}
    for ending in endings:
        yield f"{whole}.{ending}" if ending else whole
        yield f"{grouped}.{ending}" if ending else grouped
        if ending:
            yield f"{whole},{ending}"
            yield f"{grouped.replace(',', '.')},{ending}"

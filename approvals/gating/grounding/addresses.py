"""Addresses: what data is sent to. An e-mail, a link, a bank account; written in several ways, compared in one."""

import html
import re
import unicodedata
from collections.abc import Iterator

_ENDINGS = "com|net|org|io|co|info|biz|dev|app|ru|cn|de|uk|eu|me|xyz|top|site|online|link|ai|gov|edu|example|test"
_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{1,15}:[\\/]+|(?<![\w:/])//|\bwww\.)[^\s\"<>]+", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@./-])(?:[\w-]{{1,63}}\.){{1,8}}(?:(?:{_ENDINGS})\b(?!\.\w)|[a-z]{{2,24}}(?=[/?#:]\S))[^\s\"<>]*",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ACCOUNT = re.compile(
    r"\b[a-z]{2}\d{2}(?:[a-z0-9]{6,30}|(?:[ -](?=[a-z]{0,3}\d)[a-z0-9]{4}){2,7}(?:[ -]\d{1,3})?)\b", re.IGNORECASE
)
_FORMS = (_LINK, _BARE, _MAIL, _ACCOUNT)
_RUN_ON = re.compile(r"\.(?=[A-Z][a-z])")
"""A full stop with no space behind it, in what somebody typed: what follows begins a sentence."""
_ENDS = ".,;:!?*_~-/'’)]}`"
_SCHEME = re.compile(r"^(?:https?:[\\/]+|//)?(?:www\.)?", re.IGNORECASE)
_HOST = re.compile(r"^[^/?#]*")
TEXT_LIMIT = 200_000
"""Most characters of a text that addresses are looked for in; one behind them counts as not seen."""


def addresses(text: str) -> Iterator[str]:
    """Every address that a text could be taken to hold, as it is written."""
    text = unicodedata.normalize("NFKC", html.unescape(text[:TEXT_LIMIT])).replace("。", ".")
    for form in _FORMS:
        yield from (match.group().rstrip(_ENDS) for match in form.finditer(text))


def typed_addresses(text: str) -> Iterator[str]:
    """The same for a text that somebody typed, where a sentence may begin right behind a full stop."""
    yield from addresses(_RUN_ON.sub(". ", text[:TEXT_LIMIT]))


def core(address: str) -> str:
    """The part of an address in which two ways to write it agree: without scheme and `www.`, its host in lower case."""
    bare = _SCHEME.sub("", address.strip()).rstrip(_ENDS)
    if "@" in bare or _ACCOUNT.fullmatch(bare):
        return re.sub(r"(?<=\w)[ -](?=\w)", "", bare).lower() if _ACCOUNT.fullmatch(bare) else bare.lower()
    return _HOST.sub(lambda host: host.group().lower(), bare)


def is_address(value: str) -> bool:
    """Whether a value is an address and nothing else."""
    text = value.strip()
    return any(form.fullmatch(text) for form in _FORMS)

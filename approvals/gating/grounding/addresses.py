"""Addresses: what data is sent to. An e-mail, a link, a bank account; written in several ways, compared in one."""

import re
from collections.abc import Iterator

_LINK = re.compile(r"(?:https?://|www\.)[^\s\"'<>()\[\]{}|\\^`]+")
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ACCOUNT = re.compile(r"\b[a-z]{2}[0-9]{2}[a-z0-9]{6,30}\b")
_FORMS = (_LINK, _MAIL, _ACCOUNT)
_RUN_ON = re.compile(r"\.(?=[A-Z][a-z])")
"""A full stop with no space behind it: what follows begins a sentence and is no part of an address."""
_ENDS = ".,;:!?*_~-/"
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?")
TEXT_LIMIT = 200_000
"""Most characters of a text that addresses are looked for in; one behind them counts as not seen."""


def addresses(text: str) -> Iterator[str]:
    """Every address in a text, in lower case and without what ends a sentence."""
    text = _RUN_ON.sub(". ", text[:TEXT_LIMIT]).lower()
    for form in _FORMS:
        yield from (match.group().rstrip(_ENDS) for match in form.finditer(text))


def core(address: str) -> str:
    """The part of an address in which two ways to write it agree: lower case, without scheme and `www.`."""
    return _SCHEME.sub("", address.strip().lower()).rstrip(_ENDS)


def is_address(value: str) -> bool:
    """Whether a value is an address and nothing else."""
    text = value.strip().lower()
    return any(form.fullmatch(text) for form in _FORMS)

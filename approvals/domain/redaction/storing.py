"""What text and JSON must be like to be stored: no secrets, nothing that PostgreSQL refuses."""

import re
from math import isfinite
from typing import Any

from approvals.domain.redaction.secrets import without_secrets

DEPTH_LIMIT = 64
"""Lists and objects deeper than this are replaced by a sentence."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SECRET_NAME = re.compile(
    "(?:new|old|current)?(?:password|passwd|passphrase)|(?:client)?secret|apikey|privatekey|authorization"
    "|(?:access|refresh|id|auth)token"
)


def clean(text: str) -> str:
    r"""The text as PostgreSQL's text and jsonb can hold it: NUL and lone surrogates become a visible `\u0000`."""
    return _UNSTORABLE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def redact(text: str) -> str:
    """The text without keys, tokens, passwords in addresses and card numbers; redacting twice changes nothing more."""
    return without_secrets(text)


def redact_json(value: Any) -> Any:
    """A JSON value with every text redacted and clean, and whatever a name such as `password` holds gone.

    What JSON cannot say (NaN, dates, bytes) becomes text; raises nothing.
    """
    return _stored(value, DEPTH_LIMIT)


def _stored(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return clean(redact(value))
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    if not isinstance(value, dict | list | tuple):
        return clean(redact(str(value)))
    if depth == 0:
        return "[too deep to store]"
    if isinstance(value, dict):
        return {_stored(str(name), 1): _named(str(name), part, depth - 1) for name, part in value.items()}
    return [_stored(part, depth - 1) for part in value]


def _named(name: str, part: Any, depth: int) -> Any:
    if isinstance(part, str | list | dict | tuple) and _SECRET_NAME.fullmatch(re.sub("[^a-z]", "", name.lower())):
        return "[redacted]"
    return _stored(part, depth)

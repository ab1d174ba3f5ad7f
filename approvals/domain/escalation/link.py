"""The signed link of a confirmation: 32 bytes that nobody can make or change without the signing key.

A keyed hash (HMAC, RFC 2104) over which escalation and which evidence it is for. It is worked out when it is needed
and kept nowhere: the database holds its SHA-256, and takes an end user's answer only with the 32 bytes themselves.
"""

import base64
import hmac
import re
from uuid import UUID

_PURPOSE = b"signalbox.confirmation.1"
_WRITTEN = re.compile(r"[A-Za-z0-9_-]{43}")


def token_of(key: bytes, *, escalation_id: int, origin: UUID, evidence_sha256: str) -> bytes:
    """The 32 bytes for one escalation and the evidence it shows; the same each time, and none for an empty key.

    Raises ValueError without a key: a link that anyone could make is worse than none.
    """
    if not key:
        raise ValueError("there is no signing key")
    ours = hmac.digest(key, _PURPOSE, "sha256")
    return hmac.digest(ours, f"{escalation_id}/{origin}/{evidence_sha256}".encode(), "sha256")


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two tokens are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


def write(token: bytes) -> str:
    """A token as 43 characters that stand in an address."""
    return base64.urlsafe_b64encode(token).rstrip(b"=").decode("ascii")


def read(text: str) -> bytes | None:
    """The token of an address; None for anything that `write` would not have written."""
    if not _WRITTEN.fullmatch(text):
        return None
    token = base64.urlsafe_b64decode(f"{text}=")
    return token if write(token) == text else None

"""Who sent a webhook: signatures as Standard Webhooks 1.0 writes them (https://www.standardwebhooks.com).

A signature is `v1,` and the base64 of HMAC-SHA256 over id, time and body, joined by dots; a header may hold several.
"""

import binascii
import hmac
import re
from base64 import b64decode
from collections.abc import Iterable
from typing import NamedTuple

TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 16
_ID = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,200}")
_SECONDS = re.compile("[0-9]{1,12}")


class Delivery(NamedTuple):
    """What a sender says of a webhook, and its bytes."""

    id: str
    timestamp: str
    signatures: str
    body: bytes


def is_signed(delivery: Delivery, secrets: Iterable[bytes], *, now: float) -> bool:
    """Whether one of the secrets signed exactly this, at most five minutes from `now` (seconds since 1970).

    Every secret is tried with every signature in constant time, so what is told is yes or no and nothing between.
    """
    # An id holds no dot: where it ends and where the time begins would not be signed otherwise.
    if not _ID.fullmatch(delivery.id) or not _SECONDS.fullmatch(delivery.timestamp):
        return False
    if abs(now - int(delivery.timestamp)) > TOLERANCE_SECONDS:
        return False
    said = [found for part in delivery.signatures.split()[:MOST_SIGNATURES] if (found := _digest(part))]
    signed = b".".join((delivery.id.encode(), delivery.timestamp.encode(), delivery.body))
    wanted = [hmac.digest(secret, signed, "sha256") for secret in secrets]
    return sum(hmac.compare_digest(one, other) for one in wanted for other in said) > 0


def _digest(part: str) -> bytes:
    version, comma, text = part.partition(",")
    if version != "v1" or not comma:
        return b""
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""

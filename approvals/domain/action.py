"""An action: a tool, its version and canonical arguments, known by the SHA-256 of its bytes."""

import hashlib
from dataclasses import dataclass
from typing import Any

import rfc8785

from approvals.domain.errors import BadAction


@dataclass(frozen=True)
class Action:
    """One proposed call. `payload` is what is hashed, shown and executed; everything else is derived from it."""

    tool: str
    version: str
    arguments: dict[str, Any]
    payload: bytes
    sha256: bytes

    @property
    def digest(self) -> str:
        """The SHA-256 of the payload as 64 hexadecimal characters."""
        return self.sha256.hex()


def action(tool: str, version: str, arguments: dict[str, Any]) -> Action:
    """Write a call as RFC 8785 bytes over `{arguments, tool, version}`; raises BadAction for what JSON cannot say."""
    try:
        payload = rfc8785.dumps({"arguments": arguments, "tool": tool, "version": version})
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise BadAction(str(error)) from error
    return Action(tool, version, arguments, payload, hashlib.sha256(payload).digest())

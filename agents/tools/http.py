"""What it means when a tool raises the answer of an HTTP server, whichever library it uses."""

from typing import Any

from agents.domain import retry
from agents.domain.errors import AgentError, Refusal, Unavailable

TOO_MANY = 429
UNCLEAR = frozenset({408, 409, 425})
"""Too late, in conflict (perhaps with the first try), too early: nothing is said about whether it happened."""


def meaning(error: BaseException) -> AgentError | None:
    """The error that says the same in our words; None for what is no answer of a server or leaves it open.

    A 429 did nothing and says when to come back; another 4xx declined, and is never tried again. A 5xx may have
    happened. Reads the shapes of httpx, requests and urllib.
    """
    status = _status(error)
    if status == TOO_MANY:
        return Unavailable(f"HTTP {status}", retry_after_seconds=retry.asked_for(_header(error)))
    if status is not None and 400 <= status < 500 and status not in UNCLEAR:
        return Refusal(f"HTTP {status}")
    return None


def _status(error: BaseException) -> int | None:
    answer: Any = getattr(error, "response", None)
    found = getattr(answer, "status_code", None) if answer is not None else getattr(error, "code", None)
    return found if type(found) is int else None


def _header(error: BaseException) -> str:
    answer: Any = getattr(error, "response", None) or error
    try:
        return str((getattr(answer, "headers", None) or {}).get("retry-after") or "")
    except AttributeError:
        return ""

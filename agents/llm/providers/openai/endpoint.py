"""Where an OpenAI-shaped server is and how long it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from agents.llm.failure import FailureKind, ModelFailure


@dataclass(frozen=True)
class Endpoint:
    """One server; hashable, so that a process keeps one connection pool for each."""

    base_url: str
    """Empty means the SDK's own default, OpenAI's public API."""
    api_key: str = field(repr=False)
    timeout_seconds: float = 60.0
    """For each wait, and for the whole body."""

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Endpoint":
        """Read OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_TIMEOUT_SECONDS; a server of one's own needs no key."""
        base_url = environment.get("OPENAI_BASE_URL", "").strip()
        api_key = environment.get("OPENAI_API_KEY", "").strip()
        if not base_url and not api_key:
            raise ModelFailure("Neither OPENAI_API_KEY nor OPENAI_BASE_URL is set.", kind=FailureKind.REFUSED)
        return cls(base_url, api_key or "none", _seconds(environment.get("OPENAI_TIMEOUT_SECONDS", "60")))


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not isfinite(seconds) or seconds <= 0:
        raise ModelFailure(f"OPENAI_TIMEOUT_SECONDS is {text!r}, not a number of seconds.", kind=FailureKind.REFUSED)
    return seconds

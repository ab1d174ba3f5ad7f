"""Where a server of models is and how long it may take."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from agents.llm.failure import FailureKind, ModelFailure


@dataclass(frozen=True)
class Endpoint:
    """One server; hashable, so that a process keeps one connection pool for each."""

    base_url: str
    """Empty means the provider's own public API."""
    api_key: str = field(repr=False)
    timeout_seconds: float = 60.0
    """For each wait, and for the whole body."""

    @classmethod
    def read(cls, environment: Mapping[str, str], *, of: str) -> "Endpoint":
        """Read `<of>_BASE_URL`, `<of>_API_KEY` and `<of>_TIMEOUT_SECONDS`; a server of one's own needs no key."""
        base_url = environment.get(f"{of}_BASE_URL", "").strip()
        api_key = environment.get(f"{of}_API_KEY", "").strip()
        if not base_url and not api_key:
            raise ModelFailure(f"Neither {of}_API_KEY nor {of}_BASE_URL is set.", kind=FailureKind.REFUSED)
        name = f"{of}_TIMEOUT_SECONDS"
        return cls(base_url, api_key or "none", _seconds(environment.get(name, "60"), name=name))

    def clean(self, text: str) -> str:
        """What may be said of an error: without the key, and short."""
        return text.replace(self.api_key, "[key]")[:300]


def _seconds(text: str, *, name: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not isfinite(seconds) or seconds <= 0:
        raise ModelFailure(f"{name} is {text!r}, not a number of seconds.", kind=FailureKind.REFUSED)
    return seconds

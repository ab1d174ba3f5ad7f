"""How a model call fails: one error for the engine, with a kind to decide a retry by."""

from enum import StrEnum

from agents.domain.errors import ModelFailed
from agents.domain.retry import Fault


class FailureKind(StrEnum):
    """What went wrong between us and a model."""

    TIMEOUT = "timeout"
    RATE_LIMITED = "rate_limited"
    SERVER = "server"
    CONNECTION = "connection"
    BAD_OUTPUT = "bad_output"
    REFUSED = "refused"
    MISSING_EXTRA = "missing_extra"
    DOWN = "down"
    """A breaker stands before it; nothing was asked."""


TRANSIENT = frozenset({FailureKind.TIMEOUT, FailureKind.RATE_LIMITED, FailureKind.SERVER, FailureKind.CONNECTION})
"""Kinds for which the same request may work a little later; `bad_output` is decided by the engine's retry policy."""


class ModelFailure(ModelFailed):
    """The model gave no usable answer."""

    # `kind` and its default are there because an exception must survive pickling, which calls it with its text alone.
    def __init__(
        self,
        detail: str = "",
        *,
        kind: FailureKind = FailureKind.BAD_OUTPUT,
        is_transient: bool | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.is_transient = kind in TRANSIENT if is_transient is None else is_transient
        self.retry_after_seconds = retry_after_seconds

    @property
    def fault(self) -> Fault:
        """What may follow: `is_transient` has the last word, because an empty account answers as a busy one does."""
        if self.is_transient:
            return Fault.TRANSIENT
        return Fault.SEMANTIC if self.kind is FailureKind.BAD_OUTPUT else Fault.PERMANENT

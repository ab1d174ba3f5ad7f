"""Every way a run can go wrong, each with a stable code and a sentence for the person who reads it."""

from typing import ClassVar


class AgentError(Exception):
    """Something about this run is not as expected."""

    code: ClassVar[str] = "agent_error"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        sentence = (self.__doc__ or "").strip()
        super().__init__(f"{sentence} {detail}".strip())


class BadRequest(AgentError):
    """This request cannot be accepted."""

    code = "bad_request"


class UnknownAgent(AgentError):
    """No agent of this name is registered."""

    code = "unknown_agent"


class TooManyOpen(AgentError):
    """As many runs are open as this tenant may have; nothing was begun. Send it again later."""

    code = "too_many_open"
    retry_after_seconds = 15


class BadDeclaration(AgentError):
    """A tool or agent is declared wrongly."""

    code = "bad_declaration"


class StaleStep(AgentError):
    """Another worker has taken this step over, so this result is not written."""

    code = "stale_step"


class NotStarted(AgentError):
    """A halt or a cancel came first, so the effect did not begin."""

    code = "not_started"

    def __init__(self, *, is_cancelled: bool) -> None:
        super().__init__("cancelled" if is_cancelled else "halted")
        self.is_cancelled = is_cancelled
        """It will never begin; a halt may be lifted."""


class RightOutlived(AgentError):
    """The right of an effect that never happened is over: its grant has expired, or the rules have changed."""

    code = "right_outlived"


class Refusal(AgentError):
    """The tool refused this call and changed nothing."""

    code = "refusal"


class Unavailable(AgentError):
    """What this tool calls is not there or told us to slow down, and nothing happened."""

    code = "unavailable"

    def __init__(self, detail: str = "", *, retry_after_seconds: float | None = None) -> None:
        super().__init__(detail)
        self.retry_after_seconds = retry_after_seconds
        """What it asked for (Retry-After), where it did."""


class OutcomeUnknown(AgentError):
    """No answer came, so whether the effect happened is unknown."""

    code = "outcome_unknown"


class TimedOut(OutcomeUnknown):
    """No answer came in time, so whether the effect happened is unknown."""

    code = "timed_out"


class BudgetSpent(AgentError):
    """The budget does not hold what this call may cost."""

    code = "budget_spent"


class AlreadySettled(AgentError):
    """Somebody else has settled this dead letter already."""

    code = "already_settled"


class ModelFailed(AgentError):
    """The model gave no usable answer."""

    code = "model_failed"
    is_transient: bool = False
    """Whether the same question may be answered a little later."""

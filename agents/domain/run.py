"""A run: its states and the moves between them."""

from enum import StrEnum

from agents.domain.errors import AgentError


class RunStatus(StrEnum):
    """Where a run stands."""

    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class StepStatus(StrEnum):
    """Where a step stands."""

    PENDING = "pending"
    READY = "ready"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class OperationOutcome(StrEnum):
    """How an operation ended; none yet while it is under way."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"


RUN_MOVES: dict[RunStatus, frozenset[RunStatus]] = {
    RunStatus.QUEUED: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED}),
    RunStatus.RUNNING: frozenset({RunStatus.WAITING, RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED}),
    RunStatus.WAITING: frozenset({RunStatus.RUNNING, RunStatus.CANCELLED, RunStatus.FAILED}),
    RunStatus.SUCCEEDED: frozenset(),
    RunStatus.FAILED: frozenset(),
    RunStatus.CANCELLED: frozenset(),
}
"""Legal moves of a run."""

STEP_MOVES: dict[StepStatus, frozenset[StepStatus]] = {
    StepStatus.PENDING: frozenset({StepStatus.READY, StepStatus.RUNNING, StepStatus.CANCELLED}),
    StepStatus.READY: frozenset({StepStatus.RUNNING, StepStatus.WAITING, StepStatus.CANCELLED}),
    StepStatus.RUNNING: frozenset(
        {
            StepStatus.READY,
            StepStatus.WAITING,
            StepStatus.SUCCEEDED,
            StepStatus.FAILED,
            StepStatus.REFUSED,
            StepStatus.CANCELLED,
        }
    ),
    # Failed only by discarding a dead letter.
    StepStatus.WAITING: frozenset({StepStatus.READY, StepStatus.FAILED, StepStatus.CANCELLED}),
    StepStatus.SUCCEEDED: frozenset(),
    StepStatus.FAILED: frozenset(),
    StepStatus.REFUSED: frozenset(),
    StepStatus.CANCELLED: frozenset(),
}
"""Legal moves of a step; the trigger in the migration holds the same table."""


class IllegalMove(AgentError):
    """This change of state does not exist."""

    code = "illegal_move"


def check_run_move(before: RunStatus, after: RunStatus) -> None:
    """Raise IllegalMove unless a run can go from `before` to `after`."""
    if after not in RUN_MOVES[before]:
        raise IllegalMove(f"run: {before} to {after}")


def check_step_move(before: StepStatus, after: StepStatus) -> None:
    """Raise IllegalMove unless a step can go from `before` to `after`."""
    if after not in STEP_MOVES[before]:
        raise IllegalMove(f"step: {before} to {after}")

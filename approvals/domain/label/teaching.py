"""A label: what a decision teaches about one action."""

from enum import StrEnum

from approvals.domain.decision import DecisionKind


class Source(StrEnum):
    """Where a label came from."""

    REVIEW = "review"
    USER_CONFIRM = "user_confirm"
    AUDIT = "audit"
    DOUBLE = "double"
    SEED = "seed"
    ADJUDICATION = "adjudication"
    INCIDENT = "incident"


class Teaching(StrEnum):
    """What a label says of its action; `withdrawn` takes an earlier label back (an undone decision)."""

    RIGHT = "right"
    WRONG = "wrong"
    WITHDRAWN = "withdrawn"


def taught_by(kind: DecisionKind, *, is_material: bool = True) -> Teaching | None:
    """What a decision says of the proposed action; None for decisions that are no verdict on it.

    An edit without material change says that the proposal would have been fine.
    """
    match kind:
        case DecisionKind.EDIT if not is_material:
            return Teaching.RIGHT
        case DecisionKind.APPROVE:
            return Teaching.RIGHT
        case DecisionKind.REJECT | DecisionKind.EDIT | DecisionKind.REVISE:
            return Teaching.WRONG
        case _:
            return None

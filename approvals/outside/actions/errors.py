"""Why something an agent elsewhere asks is not done; each with a stable code for its program."""

from approvals.domain.errors import ApprovalError


class BadSubmission(ApprovalError):
    """This action cannot be judged as it was sent."""

    code = "bad_submission"


class OtherAction(ApprovalError):
    """Another action was sent under this Idempotency-Key."""

    code = "other_action"


class NoSuchRight(ApprovalError):
    """There is no such grant."""

    code = "no_such_right"


class RightUsed(ApprovalError):
    """This grant was redeemed already, and it is redeemed once."""

    code = "right_used"


class RightVoid(ApprovalError):
    """This grant is void: what gave it was undone, withdrawn or superseded."""

    code = "right_void"


class RightNotYet(ApprovalError):
    """This grant is not valid yet: the decision can still be undone."""

    code = "right_not_yet"


class RightExpired(ApprovalError):
    """The time of this grant is over; ask again under another Idempotency-Key."""

    code = "right_expired"


class RightOutdated(ApprovalError):
    """Rules, people or the tool's classification changed since; ask again under another Idempotency-Key."""

    code = "right_outdated"


class Halted(ApprovalError):
    """This is halted; the grant stays as it is until somebody lifts the halt."""

    code = "halted"


class NotRedeemed(ApprovalError):
    """This grant was never redeemed, so nothing of it can have an outcome."""

    code = "not_redeemed"


class OutcomeKnown(ApprovalError):
    """Another outcome was said of this grant before."""

    code = "outcome_known"

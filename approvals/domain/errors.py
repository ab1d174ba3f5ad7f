"""Every way an approval can go wrong, each with a stable code and a sentence for the person who reads it."""

from datetime import datetime
from typing import ClassVar


class ApprovalError(Exception):
    """Something about this approval is not as expected."""

    code: ClassVar[str] = "approval_error"

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        sentence = (self.__doc__ or "").strip()
        super().__init__(f"{sentence} {detail}".strip())


class BadAction(ApprovalError):
    """The arguments of this action cannot be written as canonical JSON."""

    code = "bad_action"


class BadRuleset(ApprovalError):
    """This ruleset cannot be used."""

    code = "bad_ruleset"


class AlreadyDecided(ApprovalError):
    """Someone else has already decided this escalation."""

    code = "already_decided"


class NotOpen(ApprovalError):
    """This escalation is no longer open, so nothing was decided."""

    code = "not_open"


class StaleEvidence(ApprovalError):
    """What you were shown is no longer what would run. Look at it again."""

    code = "stale_evidence"


class TooLate(ApprovalError):
    """The time to undo this is over; it has been sent."""

    code = "too_late"


class TypedFactWrong(ApprovalError):
    """That is not the value this case asks for."""

    code = "typed_fact_wrong"


class ReasonMissing(ApprovalError):
    """A rejection needs a reason, so that the agent can be told."""

    code = "reason_missing"


class BadEdit(ApprovalError):
    """These values cannot be used."""

    code = "bad_edit"

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        """Sentences by argument path; the empty path is about the whole."""
        super().__init__(" ".join(f"{path}: {sentence}" if path else sentence for path, sentence in problems.items()))


class AnswerMissing(ApprovalError):
    """Choose one of the options, or write the answer."""

    code = "answer_missing"


class InstructionsMissing(ApprovalError):
    """Say what the agent should change."""

    code = "instructions_missing"


class NotHeld(ApprovalError):
    """Only who has this conversation writes in it. Nothing was sent."""

    code = "not_held"


class StillAsking(ApprovalError):
    """The agent has not answered the last question yet."""

    code = "still_asking"


class MessageMissing(ApprovalError):
    """Write something the user can read."""

    code = "message_missing"


class NotAllowedToDecide(ApprovalError):
    """Your role may not decide this escalation."""

    code = "not_allowed_to_decide"


class NotSeparate(NotAllowedToDecide):
    """You asked for this or answer for the agent, so somebody else decides it."""

    code = "not_separate"


class SeveralNeeded(ApprovalError):
    """Several persons have to approve this, each the same bytes; send it back to have it changed."""

    code = "several_needed"


class AlreadyVoted(ApprovalError):
    """You have approved this already. It runs when others have as well."""

    code = "already_voted"


class LookLonger(ApprovalError):
    """It can be approved only after some time to look at it."""

    code = "look_longer"

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until
        """When that time is over, by database time."""


class StepUpNeeded(ApprovalError):
    """Type your password again to approve this."""

    code = "step_up_needed"


class IllegalMove(ApprovalError):
    """This change of state does not exist."""

    code = "illegal_move"

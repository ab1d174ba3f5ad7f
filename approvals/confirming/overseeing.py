"""What a person may do about a question to the end user; each is written down under their name."""

from approvals.confirming import passing
from approvals.confirming.answering import check_open
from approvals.inbox import deciding
from approvals.models import AuditEntry, Escalation, Member
from approvals.models.escalation import token_of


def take(escalation: Escalation, *, by: Member) -> Escalation:
    """Take a question to the user over: it is a reviewer's from now on, and the link is worth nothing any more.

    Returns the escalation that waits in its place. Raises NotAllowedToDecide, and AlreadyDecided or NotOpen when the
    user was faster.
    """
    deciding.check_may_decide(escalation, by)
    check_open(escalation)
    return passing.pass_on(escalation, why="taken", by=by)


SEEN = "confirmation.link"


def token_for(escalation: Escalation, *, by: Member) -> bytes:
    """The token of an open question, for somebody who brings it to the user; raises as `take`.

    Whoever sees it could answer in the user's place, so that it was seen stays beside the answer.
    """
    deciding.check_may_decide(escalation, by)
    check_open(escalation)
    passing.note(escalation, by, SEEN)
    return token_of(escalation)


def seen_by(escalation: Escalation) -> tuple[str, ...]:
    """The names of those here who saw the link, for whoever judges what the answer is worth."""
    entries = AuditEntry.objects.filter(tenant_id=escalation.tenant_id, object=str(escalation), verb=SEEN)
    return tuple(dict.fromkeys(entries.order_by("pk").values_list("by__name", flat=True)))

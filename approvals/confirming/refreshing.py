"""What a call would do now, computed again as when it was asked about."""

from approvals.domain.action import action
from approvals.domain.evidence import Evidence
from approvals.gating.grounding import confirming
from approvals.inbox import opening, surveying
from approvals.models import Escalation


def refreshed(escalation: Escalation) -> Evidence:
    """The evidence of an escalation with its preview and checks as they are now; to be called outside a transaction.

    The call stays the same to the byte. Where nobody can say any more what it would do, a failed check says that.
    """
    value = escalation.evidence.value()
    call = action(value.tool.name, value.tool.version, value.arguments)
    preview = surveying.preview(call, origin=escalation.origin)
    preview = confirming.checked(preview, value.arguments, value.material.conversation, value.tool)
    material = value.material.model_copy(update={"preview": preview})
    return value.model_copy(update={"material": material, "frozen_at": opening.now()})

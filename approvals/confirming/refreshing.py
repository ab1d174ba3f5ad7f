"""What a call would do now, computed again as when it was asked about."""

import structlog

from approvals.domain.action import action
from approvals.domain.evidence import Check, Evidence, Preview
from approvals.gating.grounding import confirming
from approvals.gating.grounding.telling import told
from approvals.inbox import opening, surveying
from approvals.models import Escalation

log = structlog.get_logger(__name__)


def refreshed(escalation: Escalation) -> Evidence:
    """The evidence of an escalation with its preview and checks as they are now; to be called outside a transaction.

    The call stays the same to the byte. Where nobody can say any more what it would do, a failed check says that.
    """
    value = escalation.evidence.value()
    call = action(value.tool.name, value.tool.version, value.arguments)
    try:
        preview = told(surveying.preview(call, origin=escalation.origin), value.arguments, value.grounding)
    except Exception:
        # Code of a tool's author runs here, and its run may be gone; a person is then asked, and told so.
        log.exception("refresh_failed", escalation=escalation.pk)
        preview = _untold(value.material.preview)
    preview = confirming.checked(preview, value.arguments, value.material.conversation, value.tool)
    material = value.material.model_copy(update={"preview": preview})
    return value.model_copy(update={"material": material, "frozen_at": opening.now()})


def _untold(before: Preview) -> Preview:
    """What was frozen, without any claim that it is so still."""
    failed = Check(sentence=surveying.NOBODY, passed=False)
    return before.model_copy(update={"checks": (*before.checks, failed), "reads": ()})

"""What agents elsewhere have of each tenant, so that their addresses have something to name; 0 is no tenant."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from approvals.domain.tool import Effect, EffectClass, Reversibility
from approvals.models import AgentKey, Member, OutsideAction, OutsideTool, Role, Tenant, Verdict
from approvals.outside.actions import classifying, submitting
from approvals.outside.actions.classifying import Classification
from approvals.outside.actions.submission import DeclaredTool, Submission
from approvals.staffing.keys import Scope, make_key
from tests import cast
from tests.learning import calls

ABSENT = 987_654


def asked(tenant: int) -> OutsideAction:
    """What an agent elsewhere of that tenant has asked, with a key of the same agent as the one who asks here."""
    by = cast.ada() if tenant == Tenant.DEFAULT else cast.member("Far", Role.ADMIN, tenant_id=tenant)
    calls.live(tenant_id=tenant)
    tomorrow = timezone.now() + timedelta(days=1)
    name = f"asker-{tenant}"
    key = make_key(by=by, name=name, scopes=[Scope.ACTION_SUBMIT], expires_at=tomorrow, agent="walker").key
    sent = Submission(tool=DeclaredTool(name="refund"), arguments={"amount": 5})
    classified = _proposed(sent, key, by)
    classifying.confirm(classified, by=cast.member(f"Second-{tenant}", Role.ADMIN, tenant_id=tenant))
    return submitting.submit(sent, key=key, idempotency_key="walked")[0]


def _proposed(sent: Submission, key: AgentKey, by: Member) -> OutsideTool:
    first, _ = submitting.submit(sent, key=key, idempotency_key="first")
    said = Classification(Effect.READ, Reversibility.REVERSIBLE, EffectClass.B, egress=False, reason="walked")
    return classifying.propose(first, said, by=by)


def _action_id(tenant: int) -> int:
    return asked(tenant).pk if tenant else ABSENT


def _action_key(tenant: int) -> str:
    return str(asked(tenant).key if tenant else UUID(int=ABSENT))


def _right_id(tenant: int) -> str:
    return f"allow-{Verdict.objects.get(origin=asked(tenant).key).pk if tenant else ABSENT}"


def _tool_id(tenant: int) -> int:
    return (asked(tenant).tool_id or ABSENT) if tenant else ABSENT


MAKERS: dict[str, Callable[[int], int | str]] = {
    "action": _action_id,
    "action key": _action_key,
    "right": _right_id,
    "outside tool": _tool_id,
}

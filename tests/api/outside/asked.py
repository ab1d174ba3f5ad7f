"""An agent elsewhere with its key, its tools classified or not, and people who answer."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from approvals.domain.decision import DecisionKind, Said
from approvals.domain.tool import Effect, EffectClass, Reversibility
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member, OutsideAction, OutsideTool, Role, Ruleset
from approvals.outside.actions import classifying
from approvals.outside.actions.classifying import Classification
from approvals.staffing.keys import Scope
from tests import cast
from tests.api import callers
from tests.api.callers import V1, Caller

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"order_id": {"type": "string"}, "amount": {"type": "number"}},
    "required": ["order_id", "amount"],
    "additionalProperties": False,
}
TOOL: dict[str, Any] = {"name": "refund", "description": "Pay an order back.", "parameters": SCHEMA}
ACTION: dict[str, Any] = {"tool": TOOL, "arguments": {"order_id": "W1", "amount": 5}}
NO_UNDO = b"version: 1\nname: tests\ndecide: {minutes: 60, undo_seconds: 0}\n"


def agent(name: str = "billing", *, attests: bool = False) -> Caller:
    """An agent elsewhere."""
    scopes = [Scope.ACTION_SUBMIT, *([Scope.CONTEXT_ATTEST] if attests else [])]
    return callers.agent(*scopes, name=name)


def rules(document: bytes = NO_UNDO) -> Ruleset:
    """Rules by which a decision counts at once."""
    return Ruleset.objects.create(tenant_id=1, version=1, document=document, status="live")


def ask(caller: Caller, *, key: str = "k-1", **changes: Any) -> "Response":
    """Ask whether an action may be done."""
    return post(caller, "/actions", {**ACTION, **changes}, key=key)


def post(caller: Caller, path: str, body: Any = None, *, key: str = "") -> "Response":
    """Send something as JSON."""
    headers = {"Idempotency-Key": key} if key else {}
    return caller.client().generic("POST", f"{V1}{path}", json.dumps(body or {}), "application/json", headers=headers)


def classify(caller: Caller, *, effect: Effect = Effect.READ, key: str = "classified", **changes: Any) -> OutsideTool:
    """Ask once, so that the tool is known by name, and have two admins say what it does."""
    ask(caller, key=key, **changes)
    asked = OutsideAction.objects.get(idempotency_key=key)
    said = Classification(effect, Reversibility.REVERSIBLE, EffectClass.B, egress=False, reason="read its code")
    proposed = classifying.propose(asked, said, by=cast.ada())
    classifying.confirm(proposed, by=second_admin())
    proposed.refresh_from_db()
    return proposed


def second_admin() -> Member:
    """Another admin than Ada."""
    return cast.member("Bea", Role.ADMIN)


def waiting() -> Escalation:
    """The newest item that is open."""
    return Escalation.objects.select_related("evidence", "verdict").filter(status="open").latest("pk")


def decide(
    of: Escalation,
    kind: DecisionKind = DecisionKind.APPROVE,
    *,
    lifetime: timedelta = deciding.GRANT_LIFETIME,
    **more: Any,
) -> Decision:
    """Answer as Mara, with the trouble it takes."""
    fact = of.evidence.value().material.preview.typed_fact
    said = Said(
        kind=kind,
        evidence_sha256=of.evidence.digest,
        version=of.version,
        **{
            "typed": fact.value if fact else "",
            "reason": "because",
            "reason_code": "wrong_action" if kind is DecisionKind.REJECT else "",
            **more,
        },
    )
    return deciding.decide(of, by=cast.mara(), said=said, lifetime=lifetime)


def granted(caller: Caller, *, key: str = "k-1", **changes: Any) -> str:
    """The id of a grant that a person gave."""
    asked = ask(caller, key=key, **changes).json()
    decide(waiting())
    return str(caller.get(f"/actions/{asked['id']}").json()["grant"]["id"])

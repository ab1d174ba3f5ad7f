"""Where a run stands when one of its branches ends while another one can still be undone."""

from collections.abc import Callable

from django.db import connection

from agents.models import Run
from approvals.inbox import expiring, undoing
from approvals.models import Escalation, Ruleset
from console.management.invariants import checking
from tests import cast
from tests.faults.races import table
from tests.flows import desk

OTHER = {
    "name": "cancel_pending_order",
    "arguments": {"order_id": desk.PENDING, "reason": "no longer needed"},
}
EXPIRED = "UPDATE approvals_escalation SET due_at = opened_at + interval '1 microsecond' WHERE id = %s"


def test_a_run_whose_last_moving_branch_is_undone_waits(fresh_shop: Callable[[], str]) -> None:
    fresh_shop()
    Ruleset.objects.create(tenant_id=1, version=1, document=table.rules_for(["undo"]).encode(), status="live")
    run = desk.submit(desk.turn(desk.CANCEL, OTHER))
    desk.work()
    first, second = Escalation.objects.select_related("evidence", "verdict").order_by("pk")
    decision = desk.decide(first)
    with connection.cursor() as cursor:
        cursor.execute(EXPIRED, [second.pk])
    assert expiring.expire_due() == 1
    desk.work()
    undoing.undo(decision.escalation, by=cast.mara())
    assert Run.objects.get(pk=run.pk).status == "waiting"
    assert checking.check().names == frozenset()

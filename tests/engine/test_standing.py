"""A right stands on a decision that stands: undone, refused, filed elsewhere or twice at once, it is none."""

import json
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from approvals.models import Evidence, Grant, Label
from tests import cast
from tests.engine import rows
from tests.engine.refusals import UNIQUE, execute, refused
from tests.engine.test_rights import operation

pytestmark = pytest.mark.django_db


def undone(on: rows.Bench) -> Grant:
    """A grant whose decision was taken back, and that nobody voided."""
    made = rows.decision(rows.escalation(on, undo_seconds=1), cast.mara())
    right = rows.grant(made, not_before=made.undo_until)
    execute("UPDATE approvals_escalation SET status = 'superseded', version = version + 1")
    execute("SELECT pg_sleep(1.1)")
    return right


def test_the_grant_of_an_undone_decision_is_no_right() -> None:
    on = rows.bench()
    with refused("SB001"):
        operation(on, grant=undone(on).pk)


def test_a_grant_does_not_outlive_a_day() -> None:
    made = rows.decision(rows.escalation(rows.bench()), cast.mara())
    with refused("SB005"):
        rows.grant(made, expires_at=made.undo_until + timedelta(days=2))


def test_what_is_refused_is_not_put_to_a_person() -> None:
    on = rows.bench()
    never = rows.verdict(on, outcome="refuse")
    shown = Evidence.objects.create(verdict=never, document=json.dumps({"payload_sha256": on.proposed.digest}).encode())
    with refused("SB001"):
        rows.escalation(on, of=never, shown=shown)


def test_a_step_has_one_operation_under_way() -> None:
    on = rows.bench()
    operation(on, verdict=rows.verdict(on, outcome="allow").pk, verdict_outcome="allow")
    again = rows.verdict(on, outcome="allow", attempt=2)
    with refused(UNIQUE):
        operation(on, verdict=again.pk, verdict_outcome="allow")


def test_a_label_is_filed_where_its_verdict_is() -> None:
    on = rows.bench()
    made = rows.decision(rows.escalation(on), cast.mara())
    other = rows.verdict(on, outcome="ask", attempt=7)
    values = {"decision": made, "by": made.by, "source": "review", "teaching": "right", "opened_at": Now()}
    for wrong in ({"tenant_id": 2, "verdict": made.verdict}, {"tenant_id": 1, "verdict": other}):
        with refused("SB001"):
            Label.objects.create(**{**values, **wrong})

"""Which step is claimed next: tenants take turns, what waits grows more urgent, and one look into an index tells."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models.functions import Now

from agents.engine import accepting
from agents.engine.queue import claiming
from agents.models import Step
from approvals.models import Tenant
from tests.engine import parcels

pytestmark = pytest.mark.django_db

MANY = """
WITH q AS (
  INSERT INTO agents_request (tenant_id, session_key, source, dedupe_key, agent, title, body, priority)
  SELECT %(tenant)s, '', 'api', '', 'post_a', 'x', '{}', 0 FROM generate_series(1, %(runs)s) RETURNING id),
r AS (
  INSERT INTO agents_run (key, request_id, tenant_id, session_key, agent, agent_version, status, priority)
  SELECT gen_random_uuid(), id, %(tenant)s, '', 'post_a', '1', 'queued', 0 FROM q RETURNING id)
INSERT INTO agents_step (key, run_id, tenant_id, position, plan_version, kind, name, status, lane, priority, after,
                         blockers, epoch, error, failures)
SELECT gen_random_uuid(), id, %(tenant)s, 1, 1, 'tool', 'x', 'ready', 'default', id %% 200 - 100, '{}', 0, 0, '', 0
FROM r
"""


@pytest.fixture(autouse=True)
def nobody_was_served(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claiming, "_served", 0)
    parcels.declare()


def elsewhere() -> int:
    """Another tenant."""
    return Tenant.objects.get_or_create(slug="elsewhere", defaults={"name": "Elsewhere"})[0].pk


def asked(title: str, *, tenant_id: int = Tenant.DEFAULT, priority: int = 0, waited: float = 0) -> None:
    """A request whose step has been ready for so many minutes."""
    run = accepting.accept(agent="post_a", title=title, tenant_id=tenant_id, priority=priority)
    Step.objects.filter(run=run).update(ready_at=Now() - timedelta(minutes=waited))


def claimed() -> str:
    """The title of what is claimed next; empty when nothing is."""
    held = claiming.claim(parcels.holder())
    return held.run.request.title if held else ""


def test_a_tenant_that_asks_a_lot_does_not_stand_before_another() -> None:
    for number in range(4):
        asked(f"loud {number}", priority=100, waited=60)
    asked("quiet", tenant_id=elsewhere(), priority=-100)
    assert [claimed() for _ in range(6)] == ["loud 0", "quiet", "loud 1", "loud 2", "loud 3", ""]


def test_the_more_urgent_goes_first_until_the_other_has_waited_as_long() -> None:
    asked("urgent", priority=30)
    asked("has waited 29 minutes", waited=29)
    asked("has waited 31 minutes", waited=31)
    assert [claimed() for _ in range(3)] == ["has waited 31 minutes", "urgent", "has waited 29 minutes"]


def test_the_most_urgent_requests_for_ever_starve_nobody() -> None:
    asked("of no importance", priority=-100, waited=201)
    asked("urgent", priority=100)
    assert claimed() == "of no importance"


def test_a_claim_reads_the_first_entry_of_an_index_and_sorts_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, {"tenant": Tenant.DEFAULT, "runs": 3_000})
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        names: dict[str, Any] = {"worker": parcels.holder().worker_id, "lanes": ["default", "other"], "after": 0}
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, COSTS off, TIMING off) {claiming.CLAIM}", names)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    looked = plan.split("InitPlan", 1)[1]
    assert "Index Scan using step_ready" in looked
    assert "Sort" not in plan
    assert "never executed" in looked, "nobody looks again from the first tenant where one was found"


def test_the_tenant_of_a_step_stays() -> None:
    asked("mine")
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(tenant=elsewhere())
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(tenant=None)

"""A canary action in every lane: what it sees, what it leaves, and when nobody has heard of it for too long."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from agents.guards.leases import Holder
from agents.models import LaneProof, Run, Worker
from agents.proving import patrolling
from agents.proving.patrolling import SILENT_SECONDS
from agents.tools import registry
from agents.tools.registry import tool
from approvals.gating import judging as gate
from approvals.models import Escalation, Tenant, Verdict

LANES = ("default", "slow")


def worker() -> Holder:
    return Holder(Worker.objects.create(name="host:7", lanes=list(LANES)).pk, LANES)


def ago(seconds: float) -> None:
    """Let what was proven lie back; only the owner of the tables can."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE agents_laneproof DISABLE TRIGGER times")
        moved = f"tried_at = tried_at - interval '{seconds} s', proven_at = proven_at - interval '{seconds} s'"
        cursor.execute(f"UPDATE agents_laneproof SET {moved}")
        cursor.execute("ALTER TABLE agents_laneproof ENABLE TRIGGER times")
        cursor.execute(f"UPDATE agents_worker SET started_at = started_at - interval '{seconds} s'")
    connections["owner"].close()


def of(lane: str) -> patrolling.Coverage:
    return next(one for one in patrolling.coverage() if one.lane == lane)


@pytest.mark.django_db
def test_every_lane_of_the_worker_is_proven_and_nothing_else_is_left() -> None:
    assert patrolling.patrol(worker())
    assert [(one.lane, one.otherwise, one.worker) for one in LaneProof.objects.order_by("lane")] == [
        ("default", "", "host:7"),
        ("slow", "", "host:7"),
    ]
    assert of("default").is_proven
    assert Run.objects.count() == Verdict.objects.count() == Escalation.objects.count() == 0
    assert Tenant.objects.count() == 1
    assert [one.card.name for one in registry.tools() if "self_test" in one.card.name] == []


@pytest.mark.django_db
def test_a_worker_that_walks_past_the_gate_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    assert patrolling.patrol(worker())
    proven = LaneProof.objects.get(lane="default").proven_at
    real = gate.judge  # type: ignore[attr-defined]

    def judge(*given: Any) -> Any:
        said = real(*given)
        return said.model_copy(update={"outcome": type(said.outcome).ALLOW})

    monkeypatch.setattr(gate, "judge", judge)
    assert not patrolling.patrol(worker())
    found = of("default")
    assert (found.is_proven, found.is_alarming, found.proven_at) == (False, True, proven)
    assert "instead of asking" in found.otherwise


@pytest.mark.django_db
def test_before_the_first_canary_nothing_is_claimed() -> None:
    assert [one.is_untried for one in patrolling.coverage()] == [True]
    assert not of("default").is_proven
    assert not of("default").is_alarming


def test_silence_alarms(fresh_database: str) -> None:
    worker()
    ago(SILENT_SECONDS + 1)
    assert of("default").is_alarming
    assert patrolling.patrol(worker())
    assert of("default").is_proven
    ago(SILENT_SECONDS - 30)
    assert of("default").is_proven
    ago(31)
    assert (of("default").is_silent, of("default").is_alarming, of("default").is_proven) == (True, True, False)


@pytest.mark.django_db
def test_a_lane_that_no_worker_serves_is_named() -> None:
    patrolling.patrol(Holder(Worker.objects.create(name="w").pk))

    @tool(effect="read", lane="far-away")
    def far_tool(_call: Any) -> str:
        """Read something far away."""
        return ""

    try:
        assert [one.lane for one in patrolling.coverage()] == ["default", "far-away"]
        assert not of("far-away").is_proven
    finally:
        registry._tools.pop("far_tool")


CLAIMS = {
    "an earlier time": "UPDATE agents_laneproof SET proven_at = now() - interval '1 day'",
    "a later time": "UPDATE agents_laneproof SET tried_at = now() + interval '1 day'",
    "another lane": "UPDATE agents_laneproof SET lane = 'other'",
    "no proof at all": "DELETE FROM agents_laneproof",
}


@pytest.mark.django_db
@pytest.mark.parametrize("statement", CLAIMS.values(), ids=CLAIMS)
def test_no_worker_can_claim(statement: str) -> None:
    patrolling.patrol(worker())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_a_proof_that_is_written_holds_the_time_of_the_database() -> None:
    far = "INSERT INTO agents_laneproof (lane, tried_at, proven_at, otherwise, worker) VALUES (%s, %s, %s, %s, '')"
    with connection.cursor() as cursor:
        cursor.execute(far, ["a", "2099-01-01", "2099-01-01", ""])
        cursor.execute(far, ["b", "2099-01-01", "2099-01-01", "it failed"])
    held, failed = LaneProof.objects.order_by("lane")
    assert held.proven_at == held.tried_at
    assert held.tried_at is not None
    assert held.tried_at.year < 2099
    assert failed.proven_at is None

"""After a crash, a halt or a cancel: nothing runs twice, nothing is buried, nothing is stuck."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from agents.engine import advancing, cancelling, recovering, stepping, working
from agents.engine.answers import resuming
from agents.models import Operation, Run, Step
from approvals.domain.decision import DecisionKind, Said
from approvals.gating import halting
from approvals.inbox import deciding, expiring
from approvals.models import Escalation, Ruleset
from approvals.models.halt import HaltScope
from tests import cast
from tests.engine import parcels

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def posts() -> Iterator[None]:
    """A world that behaves, and a ruleset that lets posts run."""
    parcels.sent.clear()
    parcels.world.clear()
    parcels.allow()
    yield
    parcels.world.clear()


def crashed(tool: str) -> Run:
    """A run whose worker died between the intent and the effect."""
    run = parcels.submit(tool)
    parcels.begin()
    parcels.take_over()
    return run


def end_of(run: Run) -> tuple[str, str | None, list[str]]:
    """The run's status, its operation's outcome, and what the world saw."""
    run.refresh_from_db()
    return run.status, Operation.objects.order_by("-pk")[0].outcome, list(parcels.sent)


def make_due() -> None:
    """Let time pass for steps that wait for their moment."""
    Step.objects.filter(status="ready").update(wake_at=Now())


def wait_for_the_call_to_be_over() -> None:
    """Class C is not judged before its time-out: wait as long as the database says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1.3)")
    make_due()


def settle(kind: DecisionKind) -> None:
    """Mara settles the incident."""
    incident = Escalation.objects.select_related("evidence", "verdict__ruleset").get(status="open", kind="incident")
    said = Said(
        kind=kind, evidence_sha256=incident.evidence.digest, version=incident.version, reason="asked the post office"
    )
    deciding.decide(incident, by=cast.mara(), said=said)


@pytest.mark.parametrize("tool", ["post_a", "post_b"])
def test_an_intent_without_outcome_is_repeated_under_its_right(tool: str) -> None:
    run = crashed(tool)
    parcels.work()
    assert end_of(run) == ("succeeded", "succeeded", [tool])
    assert Operation.objects.count() == 1


def test_class_c_is_never_sent_again_when_it_happened() -> None:
    run = crashed("post_c")
    parcels.world["happened"] = True
    parcels.work()
    assert end_of(run) == ("succeeded", "succeeded", [])


def test_class_c_is_not_said_to_have_failed_while_it_may_still_happen(monkeypatch: pytest.MonkeyPatch) -> None:
    run = crashed("post_c")
    parcels.world["happened"] = False
    with monkeypatch.context() as slow:
        slow.setattr(recovering, "MARGIN_SECONDS", 600.0)
        parcels.work()
    assert end_of(run)[1] is None
    Step.objects.filter(run=run, status="ready").update(wake_at=Now())
    wait_for_the_call_to_be_over()
    parcels.work()
    assert end_of(run) == ("succeeded", "failed", [])


def test_class_c_that_nobody_can_tell_is_parked_for_a_person() -> None:
    run = crashed("post_c")
    parcels.work()
    assert end_of(run) == ("waiting", "unknown", [])
    incident = Escalation.objects.get()
    shown = incident.evidence.value()
    assert incident.kind == "incident"
    assert shown.payload_sha256 == bytes(Operation.objects.get().payload_sha256).hex()
    assert shown.material.incident is not None


@pytest.mark.parametrize(
    ("kind", "outcome", "step"),
    [(DecisionKind.HAPPENED, "succeeded", "succeeded"), (DecisionKind.NOT_HAPPENED, "failed", "failed")],
)
def test_a_person_settles_what_nobody_knew(kind: DecisionKind, outcome: str, step: str) -> None:
    run = crashed("post_c")
    parcels.work()
    settle(kind)
    parcels.work()
    assert end_of(run) == ("succeeded", outcome, [])
    assert Step.objects.get().status == step


def test_a_repeat_is_a_new_operation_under_a_new_right() -> None:
    run = crashed("post_c")
    parcels.work()
    settle(DecisionKind.REPEAT)
    parcels.work()
    assert end_of(run) == ("succeeded", "succeeded", ["post_c"])
    first, second = Operation.objects.order_by("pk")
    assert (first.outcome, second.grant is not None) == ("unknown", True)


def test_settling_the_second_loss_says_nothing_of_the_first() -> None:
    crashed("post_c")
    parcels.work()
    settle(DecisionKind.REPEAT)
    parcels.world["loses"] = True
    parcels.work()
    settle(DecisionKind.HAPPENED)
    parcels.work()
    assert [operation.outcome for operation in Operation.objects.order_by("pk")] == ["unknown", "succeeded"]


def test_an_incident_never_expires_into_did_not_happen() -> None:
    crashed("post_c")
    parcels.work()
    Escalation.objects.update(due_at=Now() + timedelta(milliseconds=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    assert expiring.expire_due() == 0
    settle(DecisionKind.HAPPENED)
    assert Escalation.objects.get().status == "decided"


@pytest.mark.parametrize("tool", ["post_a", "post_b"])
def test_a_halt_stops_a_repeat_too(tool: str) -> None:
    run = crashed(tool)
    halting.halt(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="test")
    parcels.work()
    assert end_of(run)[1:] == (None, [])
    halting.lift(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="a test")
    make_due()
    parcels.work()
    assert end_of(run) == ("succeeded", "succeeded", [tool])


@pytest.mark.parametrize("tool", ["post_a", "post_b", "post_c"])
@pytest.mark.parametrize("stop", ["halt", "cancel"])
def test_no_effect_begins_after_a_stop_has_returned(tool: str, stop: str) -> None:
    run = parcels.submit(tool)
    begun = parcels.begin()
    if stop == "halt":
        halting.halt(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="test")
    else:
        cancelling.cancel(run, by=cast.ada())
    working.follow(begun)
    assert parcels.sent == []
    assert not Escalation.objects.exists(), "what was never sent is nobody's question"
    status, outcome, _ = end_of(run)
    if stop == "cancel":
        assert (status, outcome) == ("cancelled", "failed")
    else:
        assert outcome == ("failed" if tool == "post_c" else None)


def test_a_run_that_is_cancelled_while_it_asks_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    pause = advancing.pause

    def cancelled_meanwhile(held: Any) -> bool | None:
        Run.objects.filter(pk=held.run_id).update(cancelled_at=Now())
        return pause(held)

    monkeypatch.setattr(advancing, "pause", cancelled_meanwhile)
    Ruleset.objects.update(status="retired")
    Ruleset.objects.create(tenant_id=1, version=2, document=b"version: 1\nname: asks\n", status="live")
    parcels.submit("post_a")
    parcels.work()
    assert Run.objects.get().status == "cancelled"
    assert Escalation.objects.get().status == "cancelled"


def test_a_halt_stops_a_first_intent() -> None:
    run = parcels.submit("post_a")
    halting.halt(scope=HaltScope.TOOL, key="post_a", by=cast.ada(), reason="test")
    parcels.work()
    run.refresh_from_db()
    assert (run.status, parcels.sent) == ("waiting", [])
    assert Escalation.objects.get().stopped_by == "halted"


def test_a_cancel_buries_no_effect_of_unknown_outcome() -> None:
    run = crashed("post_c")
    assert cancelling.cancel(run, by=cast.ada())
    parcels.work()
    assert Operation.objects.get().outcome == "unknown"
    assert Escalation.objects.get().status == "open"
    settle(DecisionKind.HAPPENED)
    parcels.work()
    assert end_of(run) == ("cancelled", "succeeded", [])


@pytest.mark.parametrize(("tool", "outcome"), [("post_a", "failed"), ("post_b", "unknown")])
def test_a_cancelled_run_repeats_nothing(tool: str, outcome: str) -> None:
    run = crashed(tool)
    cancelling.cancel(run, by=cast.ada())
    parcels.work()
    assert end_of(run)[1:] == (outcome, [])


def test_a_refusal_on_a_repeat_is_no_proof_that_nothing_happened() -> None:
    run = crashed("post_b")
    parcels.world["refuses"] = True
    parcels.work()
    assert end_of(run) == ("waiting", "unknown", [])


@pytest.mark.parametrize("tool", ["post_b", "post_c"])
def test_an_outcome_stands_where_the_next_right_is_refused(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    intend = stepping.intend
    refused: list[Any] = []

    def intend_or_not(held: Any, **right: Any) -> Any:
        if held.position == 2 and not refused:
            refused.append(held)
            raise DatabaseError("halted in this very moment")
        return intend(held, **right)

    monkeypatch.setattr(stepping, "intend", intend_or_not)
    run = parcels.submit(f"{tool} twice")
    parcels.work()
    run.refresh_from_db()
    assert (run.status, len(refused), parcels.sent) == ("succeeded", 1, [tool, tool])
    assert list(Operation.objects.values_list("outcome", flat=True)) == ["succeeded", "succeeded"]
    assert not Escalation.objects.exists()


def test_a_step_that_cannot_be_claimed_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    poison, healthy = parcels.submit("post_a"), parcels.submit("post_b")
    whole = resuming.resume

    def resume(held: Any) -> Any:
        if held.run_id == poison.pk:
            raise RuntimeError("a bug in this step")
        return whole(held)

    monkeypatch.setattr(resuming, "resume", resume)
    parcels.work()
    healthy.refresh_from_db()
    assert healthy.status == "succeeded"
    assert Step.objects.get(run=poison).failures >= 1


def test_a_step_that_kills_every_worker_is_a_dead_letter() -> None:
    run = parcels.submit("post_a")
    for _ in range(25):
        make_due()
        resuming.begin(parcels.holder())
        parcels.take_over()
    make_due()
    parcels.work()
    run.refresh_from_db()
    assert (run.status, parcels.sent) == ("waiting", [])
    assert run.letters.get().cause == "poison"


def test_an_answer_that_comes_after_the_takeover_is_not_written() -> None:
    run = parcels.submit("post_b")
    late = parcels.begin()
    parcels.take_over()
    parcels.work()
    working.follow(late)
    assert end_of(run)[:2] == ("succeeded", "succeeded")
    assert Step.objects.get().epoch > late.held.epoch

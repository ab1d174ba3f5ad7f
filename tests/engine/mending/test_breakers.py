"""Breakers: what keeps failing is left alone by everybody, then tried by one; people may switch them, and say why."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F

from agents.domain.breaker import Guarded, Key
from agents.engine import working
from agents.guards import breakers, switching
from agents.models import Breaker, BreakerChange, Letter, Operation, Step
from approvals.domain.errors import NotAllowedToDecide, ReasonMissing
from approvals.gating import halting
from approvals.models import AuditEntry, Member, Role, Tenant, rows
from approvals.models.halt import HaltScope
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.engine.mending.faulty import FAILURES

pytestmark = pytest.mark.django_db

AGO = """
UPDATE agents_breaker
SET failures = ARRAY(SELECT t - make_interval(secs => %s) FROM unnest(failures) t ORDER BY t DESC)
"""
KEY = Key(Tenant.DEFAULT, Guarded.DEPENDENCY, "warehouse")


def fail(times: int, key: Key = KEY) -> None:
    """So many calls that nobody answered."""
    for _ in range(times):
        breakers.failed(breakers.Admission((key,)), why="timed_out")


def pass_time(seconds: float) -> None:
    """Let everything in a breaker's row be so much longer ago."""
    ago = timedelta(seconds=seconds)
    Breaker.objects.update(try_at=F("try_at") - ago)
    with connection.cursor() as cursor:
        cursor.execute(AGO, [seconds])


def state() -> str:
    """Where the one breaker stands."""
    return Breaker.objects.get().state


def test_five_failures_within_a_minute_open_it() -> None:
    fail(4)
    assert (state(), breakers.admit(KEY).is_admitted) == ("closed", True)
    fail(1)
    refused = breakers.admit(KEY)
    assert (state(), refused.is_admitted, refused.stopped_by) == ("open", False, "warehouse")
    assert 55 < refused.seconds <= 60


def test_failures_that_are_longer_ago_do_not_count() -> None:
    fail(4)
    pass_time(61)
    fail(4)
    assert state() == "closed"


def test_after_the_cool_down_one_tries_for_all() -> None:
    fail(5)
    pass_time(61)
    first, second = breakers.admit(KEY), breakers.admit(KEY)
    assert (first.is_admitted, second.is_admitted, state()) == (True, False, "trial")


def test_who_looked_too_early_cannot_begin_a_trial() -> None:
    fail(5)
    names = {**breakers._names(KEY), "probe": 120}
    assert rows.fetch(breakers.PROBE, names) == []
    pass_time(61)
    assert len(rows.fetch(breakers.PROBE, names)) == 1
    assert rows.fetch(breakers.PROBE, names) == [], "of two who look at once one tries"


def test_a_trial_that_works_closes_it() -> None:
    fail(5)
    pass_time(61)
    breakers.worked(breakers.admit(KEY))
    assert (state(), breakers.admit(KEY).is_admitted) == ("closed", True)


def test_a_trial_that_fails_opens_it_again() -> None:
    fail(5)
    pass_time(61)
    breakers.failed(breakers.admit(KEY), why="timed_out")
    assert (state(), breakers.admit(KEY).is_admitted) == ("open", False)


def test_a_trial_nobody_heard_from_is_tried_again() -> None:
    fail(5)
    pass_time(61)
    assert breakers.admit(KEY).is_admitted
    pass_time(121)
    assert breakers.admit(KEY).is_admitted


def test_who_was_answered_while_another_tries_closes_nothing() -> None:
    fail(5)
    pass_time(61)
    breakers.admit(KEY)
    breakers.worked(breakers.Admission((KEY,)))
    assert state() == "trial"


def test_a_call_behind_closed_breakers_costs_no_statement(django_assert_num_queries: object) -> None:
    breakers.learn()
    with django_assert_num_queries(0):  # type: ignore[operator]
        breakers.worked(breakers.admit(KEY))


def test_another_process_learns_of_it_from_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    fail(5)
    monkeypatch.setattr(breakers, "_standing", frozenset())
    monkeypatch.setattr(breakers, "_seen_at", float("-inf"))
    assert not breakers.admit(KEY).is_admitted


def test_the_failures_of_one_tenant_stop_nobody_else() -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    fail(5, KEY._replace(tenant_id=elsewhere.pk))
    assert breakers.admit(KEY).is_admitted


def test_the_history_is_written_by_the_database_and_nobody_else() -> None:
    fail(5)
    pass_time(61)
    breakers.worked(breakers.admit(KEY))
    switching.open_for_good(KEY, by=cast.ada(), reason="they are moving")
    moves = list(BreakerChange.objects.order_by("pk").values_list("before", "after", "reason", "by__name"))
    assert moves == [
        ("closed", "open", "timed_out", None),
        ("open", "trial", "", None),
        ("trial", "closed", "", None),
        ("closed", "open", "they are moving", "Ada"),
    ]
    made = BreakerChange(breaker=Breaker.objects.get(), before="open", after="closed", failures=0, reason="")
    with pytest.raises(DatabaseError), transaction.atomic():
        made.save()


def test_what_a_person_holds_open_waits_for_a_person() -> None:
    assert switching.open_for_good(KEY, by=cast.ada(), reason="they are moving")
    pass_time(10_000)
    assert not breakers.admit(KEY).is_admitted
    fail(3)
    assert not switching.open_for_good(KEY, by=cast.ada(), reason="again")
    assert switching.close(KEY, by=cast.ada(), reason="they have moved")
    assert breakers.admit(KEY).is_admitted
    assert not switching.close(KEY, by=cast.ada(), reason="again")
    assert AuditEntry.objects.filter(verb__startswith="breaker.").count() == 2


def test_a_cooling_breaker_can_be_held_open() -> None:
    fail(5)
    assert switching.open_for_good(KEY, by=cast.ada(), reason="they are moving")
    pass_time(61)
    assert not breakers.admit(KEY).is_admitted


def test_switching_takes_an_admin_and_a_reason() -> None:
    with pytest.raises(NotAllowedToDecide):
        switching.open_for_good(KEY, by=cast.mara(), reason="why")
    with pytest.raises(NotAllowedToDecide):
        switching.close(KEY._replace(tenant_id=77), by=cast.ada(), reason="why")
    with pytest.raises(ReasonMissing):
        switching.open_for_good(KEY, by=cast.ada(), reason="\u200b")
    assert not Breaker.objects.exists()


HOLES = {
    "closing without a trial": "UPDATE agents_breaker SET state = 'closed', try_at = NULL",
    "a trial that never ends": "UPDATE agents_breaker SET state = 'trial', try_at = NULL",
    "closing in a reviewer's name": "UPDATE agents_breaker SET state = 'closed', reason = 'x', "
    "by_id = (SELECT id FROM approvals_member WHERE role = 'reviewer')",
    "closing in an admin's name without a reason": "UPDATE agents_breaker SET state = 'closed', reason = '', "
    "by_id = (SELECT id FROM approvals_member WHERE role = 'admin')",
    "another name": "UPDATE agents_breaker SET name = 'x'",
    "deleting": "DELETE FROM agents_breaker",
    "truncating": "TRUNCATE agents_breaker CASCADE",
    "rewriting history": "UPDATE agents_breakerchange SET reason = 'x'",
    "a new one that is open": "INSERT INTO agents_breaker (tenant_id, guarded, name, state, failures) "
    "VALUES (1, 'tool', 'x', 'open', '{}')",
}


@pytest.mark.parametrize("statement", HOLES.values(), ids=HOLES.keys())
def test_the_database_refuses(statement: str) -> None:
    cast.mara()
    cast.ada()
    fail(5)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert state() == "open"


def test_a_counted_failure_never_stumbles_over_who_switched_it() -> None:
    switching.open_for_good(KEY, by=cast.ada(), reason="they are moving")
    cast.member("Bea", Role.ADMIN)
    Member.objects.filter(name="Ada").update(is_active=False)
    fail(1)
    assert len(Breaker.objects.get().failures) == 1


def test_a_write_before_an_open_breaker_is_not_sent_and_its_agent_is_told() -> None:
    fail(5)
    faulty.submit("change")
    faulty.work_once()
    assert (faulty.asked, Operation.objects.get().outcome) == ([], "failed")
    assert "not sent, nothing happened: warehouse" in (Step.objects.get().output or {})["text"]


def test_a_write_that_may_have_happened_waits_for_an_open_breaker_and_then_for_a_person() -> None:
    faulty.answers += [FAILURES["unknown"]()]
    faulty.submit("change")
    faulty.work(times=1)
    fail(5)
    faulty.work(times=4)
    assert (len(faulty.asked), Operation.objects.get().outcome) == (1, "unknown")


def test_a_read_before_an_open_breaker_falls_back() -> None:
    fail(5, Key(Tenant.DEFAULT, Guarded.TOOL, "look_up_or_recall"))
    faulty.submit("look_up_or_recall")
    faulty.work_once()
    assert (faulty.asked, (Step.objects.get().output or {})["result"]) == ([], "kept 1")


def test_tools_open_the_breaker_of_what_they_share() -> None:
    faulty.answers += [FAILURES["unknown"]() for _ in range(9)]
    faulty.submit("look_up")
    faulty.submit("look_up")
    faulty.work(times=4)
    opened = Breaker.objects.filter(state="open").values_list("guarded", "name")
    assert set(opened) == {("dependency", "warehouse"), ("tool", "look_up")}
    assert len(faulty.asked) == 5


@pytest.mark.parametrize("failure", ["refused"])
def test_an_answer_that_declines_is_no_failure_of_who_answers(failure: str) -> None:
    faulty.answers += [FAILURES[failure]() for _ in range(9)]
    for _ in range(6):
        faulty.submit("look_up")
    faulty.work_once()
    assert (len(faulty.asked), Breaker.objects.count()) == (6, 0)


def test_a_model_behind_an_open_breaker_is_not_asked_and_becomes_a_dead_letter() -> None:
    fail(5, KEY._replace(name="scripted"))
    faulty.speak({"text": "Hello.", "is_final": True})
    faulty.work(times=9)
    letter = Letter.objects.get()
    assert (letter.cause, letter.subject, letter.attempts) == ("down", "scripted", 6)


def test_a_model_whose_breaker_closes_in_time_answers() -> None:
    fail(5, KEY._replace(name="scripted"))
    run = faulty.speak({"text": "Hello.", "is_final": True})
    faulty.work(times=2)
    pass_time(61)
    faulty.work(times=1)
    run.refresh_from_db()
    assert (run.status, Breaker.objects.get(name="scripted").state) == ("succeeded", "closed")


def test_a_halt_comes_before_a_trial() -> None:
    faulty.submit("change")
    begun = parcels.begin()
    fail(5)
    pass_time(61)
    halting.halt(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="test")
    working.follow(begun)
    assert faulty.asked == []

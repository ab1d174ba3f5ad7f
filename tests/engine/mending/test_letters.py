"""Dead letters: what stands still, what sends it on, and that each is settled once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from agents.domain.errors import AlreadySettled
from agents.domain.turn import ModelRequest, Turn
from agents.engine import cancelling, recovering
from agents.engine.answers import resending, resuming
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from agents.models import Letter, Operation, Run, Step
from approvals.domain.errors import NotAllowedToDecide, ReasonMissing
from approvals.models import AuditEntry, Escalation, Member, Role, Ruleset, Tenant
from console.management.invariants import checking, runs
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.flows import desk

pytestmark = pytest.mark.django_db

SUM: dict[str, Any] = {"calls": [{"tool": "change", "arguments": {"n": 1}}]}
"""A turn that changes something."""


def broken() -> list[str]:
    """The laws of runs that some row breaks."""
    return [law.name for law in runs.LAWS if not checking._ask(law).holds]


def status(run: Run) -> str:
    """Where the run stands now."""
    run.refresh_from_db()
    return run.status


def poison(tool: str = "post_a") -> Letter:
    """A step that kills whoever carries it, with an intent in our own database."""
    parcels.sent.clear()
    parcels.submit(tool)
    return poison_of(parcels.begin)


def poison_of(begin: Callable[[], object]) -> Letter:
    """What becomes of a step whose intent was committed, when every worker that takes it dies."""
    begin()
    parcels.take_over()
    for _ in range(25):
        Step.objects.filter(status="ready").update(wake_at="2020-01-01T00:00Z")
        resuming.begin(parcels.holder())
        parcels.take_over()
    faulty.work(times=2)
    return Letter.objects.select_related("run", "step").get()


def test_a_dead_letter_keeps_what_was_done_and_costs_no_worker() -> None:
    letter = faulty.dead((SUM, {"fails": "refused"}))
    assert (status(letter.run), letter.step.status, letter.error) == (
        "waiting",
        "waiting",
        "The model gave no usable answer. The script says so.",
    )
    assert list(letter.run.steps.filter(status="succeeded").values_list("name", flat=True)) == ["turn", "change"]
    assert broken() == []


def test_resent_after_a_fix_it_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = faulty.dead((SUM, {"fails": "refused"}))
    monkeypatch.setitem(gateway.PROVIDERS, "scripted", lambda _request: Turn(text="Now I can.", is_final=True))
    resending.resend(letter, by=cast.ada(), reason="the key is set now")
    faulty.work()
    assert status(letter.run) == "succeeded"
    assert len(faulty.asked) == 1, "what was done before is not done again"
    assert AuditEntry.objects.get(verb="letter.resent").by == cast.ada()


def test_an_effect_that_was_begun_is_repeated_under_its_own_right() -> None:
    letter = poison()
    before = Operation.objects.get()
    assert (before.outcome, parcels.sent) == (None, [])
    resending.resend(letter, by=cast.ada())
    faulty.work()
    after = Operation.objects.get()
    assert (status(letter.run), after.pk, after.outcome, parcels.sent) == (
        "succeeded",
        before.pk,
        "succeeded",
        ["post_a"],
    )


def test_an_effect_that_other_rules_allowed_is_judged_by_those_of_today() -> None:
    letter = poison()
    Ruleset.objects.update(status="retired")
    Ruleset.objects.create(tenant_id=1, version=2, document=b"version: 2\nname: asks\n", status="live")
    resending.resend(letter, by=cast.ada())
    faulty.work()
    assert (Operation.objects.get().outcome, parcels.sent, status(letter.run)) == ("failed", [], "waiting")
    assert Escalation.objects.get(status="open").tool == "post_a"
    assert broken() == []


def test_an_approval_that_has_run_out_meanwhile_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    Ruleset.objects.update(status="retired")
    asks = b"version: 2\nname: asks\ndecide: {minutes: 60, undo_seconds: 0}\n"
    Ruleset.objects.create(tenant_id=1, version=2, document=asks, status="live")
    parcels.sent.clear()
    parcels.submit("post_a")
    faulty.work()
    desk.decide(desk.only_open())
    letter = poison_of(parcels.begin)
    monkeypatch.setattr(recovering, "OUTLIVED", recovering.OUTLIVED.replace("clock_timestamp()", "'infinity'"))
    resending.resend(letter, by=cast.ada())
    faulty.work()
    assert (parcels.sent, status(letter.run), desk.only_open().kind) == ([], "waiting", "approval")


def test_a_resent_poison_is_poison_again_only_as_many_claims_later() -> None:
    letter = poison()
    resending.resend(letter, by=cast.ada())
    found, carried = resuming.begin(parcels.holder())
    assert found
    assert carried is not None
    assert not carried.is_poison


def test_a_discarded_letter_ends_its_run_as_failed() -> None:
    letter = faulty.dead()
    resending.discard(letter, by=cast.ada(), reason="the customer called")
    letter.step.refresh_from_db()
    assert (status(letter.run), letter.step.status, letter.step.error) == ("failed", "failed", letter.error)
    assert AuditEntry.objects.get(verb="letter.discarded").details["reason"] == "the customer called"
    assert broken() == []


def test_a_discarded_effect_of_our_own_database_did_not_happen() -> None:
    letter = poison()
    resending.discard(letter, by=cast.ada(), reason="no")
    assert (Operation.objects.get().outcome, parcels.sent, status(letter.run)) == ("failed", [], "failed")


@pytest.mark.parametrize("act", ["resend", "discard"])
def test_a_letter_is_settled_once(act: str) -> None:
    letter = faulty.dead()
    resending.discard(letter, by=cast.ada(), reason="first")
    with pytest.raises(AlreadySettled):
        getattr(resending, act)(letter, by=cast.ada(), reason="second")
    assert AuditEntry.objects.filter(verb__startswith="letter").count() == 1


def test_of_many_those_settled_meanwhile_are_left_as_they_are() -> None:
    letters = [faulty.dead(), faulty.dead()]
    resending.discard(letters[0], by=cast.ada(), reason="first")
    assert resending.resend_all(letters, by=cast.ada()) == 1


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_who_discards_says_why(reason: str) -> None:
    letter = faulty.dead()
    with pytest.raises(ReasonMissing):
        resending.discard(letter, by=cast.ada(), reason=reason)
    assert status(letter.run) == "waiting"


@pytest.mark.parametrize("who", ["reviewer", "auditor", "an admin from elsewhere"])
def test_only_an_admin_of_the_tenant_settles_letters(who: str) -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    people: dict[str, Member] = {
        "reviewer": cast.mara(),
        "auditor": cast.otto(),
        "an admin from elsewhere": cast.member("Far", Role.ADMIN, tenant_id=elsewhere.pk),
    }
    letter = faulty.dead()
    with pytest.raises(NotAllowedToDecide):
        resending.resend(letter, by=people[who])
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(
            settled_at="2026-01-01T00:00Z", settlement="resent", settled_by=people[who]
        )


@pytest.mark.parametrize("tool", ["post_a", ""])
def test_a_cancelled_run_has_no_open_letter(tool: str) -> None:
    letter = poison(tool) if tool else faulty.dead()
    assert cancelling.cancel(letter.run, by=cast.ada())
    faulty.work()
    letter.refresh_from_db()
    assert (status(letter.run), letter.settlement, parcels.sent) == ("cancelled", "cancelled", [])


HOLES = {
    "going on without settling": "UPDATE agents_step SET status = 'ready' WHERE status = 'waiting'",
    "ending without settling": "UPDATE agents_step SET status = 'cancelled', ended_at = now() WHERE status = 'waiting'",
    "failing what was not discarded": "UPDATE agents_step SET status = 'failed', ended_at = now() "
    "WHERE status = 'waiting'",
    "rewriting the error": "UPDATE agents_letter SET error = 'nothing'",
    "forging a cause": "UPDATE agents_letter SET cause = 'down'",
    "discarding without a reason": "UPDATE agents_letter SET settled_at = now(), settlement = 'discarded', "
    "settled_by_id = (SELECT min(id) FROM approvals_member WHERE role = 'admin')",
    "settling by nobody": "UPDATE agents_letter SET settled_at = now(), settlement = 'resent'",
    "deleting": "DELETE FROM agents_letter",
    "truncating": "TRUNCATE agents_letter",
    "a second one for the step": "INSERT INTO agents_letter (tenant_id, run_id, step_id, cause, subject, error, "
    "attempts, epoch) SELECT tenant_id, run_id, step_id, cause, subject, error, attempts, epoch FROM agents_letter",
    "one of another tenant": "INSERT INTO agents_letter (tenant_id, run_id, step_id, cause, subject, error, "
    "attempts, epoch) SELECT 99, run_id, step_id, cause, subject, error, attempts, epoch FROM agents_letter",
}


@pytest.mark.parametrize("statement", HOLES.values(), ids=HOLES.keys())
def test_the_database_refuses(statement: str) -> None:
    cast.ada()
    letter = faulty.dead()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    letter.refresh_from_db()
    assert letter.settled_at is None


def test_a_settled_letter_is_never_opened_or_settled_otherwise() -> None:
    letter = faulty.dead()
    resending.discard(letter, by=cast.ada(), reason="first")
    for change in ({"settled_at": None, "settlement": "", "settled_by": None, "reason": ""}, {"reason": "second"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Letter.objects.filter(pk=letter.pk).update(**change)


def test_what_an_error_says_is_kept_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    def tell(_request: ModelRequest) -> Turn:
        raise ModelFailure("no route to postgres://me:hunter22@db/x \x00", kind=FailureKind.REFUSED)

    monkeypatch.setitem(gateway.PROVIDERS, "scripted", tell)
    error = faulty.dead().error
    assert "hunter22" not in error
    assert "no route to" in error

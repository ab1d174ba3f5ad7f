"""The end user says yes or no, and the run goes on from exactly there."""

import pytest
from django.db import connection

from agents.models import Operation, Run, Step
from agents.tools.samples.retail import models as shop
from approvals.confirming import answering, overseeing
from approvals.domain.errors import AlreadyDecided, NotAllowedToDecide, NotOpen, StaleEvidence
from approvals.inbox import deciding
from approvals.models import AuditEntry, Confirmation, Counter, Decision, Escalation, Grant, Label, Verdict
from tests import cast
from tests.engine.confirming import asked
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def answer(confirmation: Confirmation, *, is_yes: bool = True, seen: str = "") -> Decision:
    """As an honest form sends it."""
    digest = seen or confirmation.escalation.evidence.digest
    return answering.answer(confirmation, asked.token(confirmation), is_yes=is_yes, evidence_sha256=digest)


def test_the_middle_band_asks_the_user_and_nobody_here() -> None:
    escalation = asked.waiting().escalation
    assert (escalation.kind, escalation.verdict.outcome, escalation.undo_seconds) == ("confirmation", "confirm", 0)
    assert not Escalation.objects.next_open(cast.mara(), 10)
    assert Run.objects.get().status == "waiting"


def test_a_yes_runs_the_call_once_and_the_run_goes_on() -> None:
    confirmation = asked.waiting()
    decision = answer(confirmation)
    desk.work()
    run = Run.objects.get()
    assert (run.status, asked.street(run)) == ("succeeded", "12 Elm Street")
    assert (decision.by, decision.kind, bytes(decision.token or b"")) == (None, "approve", asked.token(confirmation))
    operation = Operation.objects.get()
    assert (operation.grant_id, operation.outcome) == (Grant.objects.get().pk, "succeeded")
    assert bytes(operation.payload_sha256) == bytes(Verdict.objects.get().payload_sha256)


def test_a_no_runs_nothing_and_the_agent_is_told() -> None:
    answer(asked.waiting(), is_yes=False)
    desk.work()
    run, step = Run.objects.get(), Step.objects.get(kind="tool")
    assert (run.status, step.status, asked.street(run) == "12 Elm Street") == ("succeeded", "refused", False)
    assert step.output == {"text": "rejected: declined: The user said no."}
    assert Operation.objects.count() == Grant.objects.count() == 0


@pytest.mark.parametrize(("is_yes", "teaching"), [(True, "right"), (False, "wrong")], ids=["yes", "no"])
def test_the_answer_is_a_label_of_the_users_own(is_yes: bool, teaching: str) -> None:
    answer(asked.waiting(), is_yes=is_yes)
    label = Label.objects.get()
    assert (label.source, label.teaching, label.by, label.saw_score) == ("user_confirm", teaching, None, False)


def test_a_link_is_good_for_one_answer() -> None:
    confirmation = asked.waiting()
    answer(confirmation, is_yes=False)
    confirmation.escalation.refresh_from_db()
    with pytest.raises(AlreadyDecided):
        answer(confirmation)
    assert Decision.objects.get().kind == "reject"


def test_whoever_is_second_in_a_race_loses_though_it_looked_open() -> None:
    confirmation = asked.waiting()
    second = Confirmation.objects.select_related("escalation__evidence").get()
    answer(confirmation)
    with pytest.raises(AlreadyDecided):
        answer(second, is_yes=False)
    assert Decision.objects.get().kind == "approve"


def test_an_answer_to_something_else_than_is_asked_is_refused() -> None:
    confirmation = asked.waiting()
    with pytest.raises(StaleEvidence):
        answer(confirmation, seen="0" * 64)
    assert confirmation.escalation.status == "open"
    assert Decision.objects.count() == 0


def test_a_reviewer_does_not_answer_for_the_user() -> None:
    escalation = asked.waiting().escalation
    with pytest.raises(NotAllowedToDecide):
        deciding.decide(escalation, by=cast.ada(), said=desk.said(escalation))


def test_a_yes_counts_against_the_limits() -> None:
    limit = "{name: few, resource: mutations, per: day, most: 10}"
    answer(asked.waiting(limit=limit))
    assert Counter.objects.get().used == 1


def test_where_nobody_brings_the_link_a_person_is_asked() -> None:
    asked.rules()
    asked.submit(asked.move(), body={"user_confirms": "yes"})
    desk.work()
    assert (asked.only_open().kind, Verdict.objects.get().outcome) == ("approval", "confirm")
    assert Confirmation.objects.count() == 0


def test_below_both_thresholds_a_person_is_asked_whoever_brings_links() -> None:
    asked.rules()
    asked.submit(asked.move(asked.LOW))
    desk.work()
    assert asked.only_open().kind == "approval"


def test_where_a_check_fails_a_person_is_asked() -> None:
    asked.rules(rule="{name: all, tools: ['*'], outcome: allow, sentence: yes}")
    asked.submit(asked.move(user_id="nobody_there_1234"))
    desk.work()
    assert {one.kind for one in Escalation.objects.all()} <= {"approval"}


def test_what_moved_since_is_asked_again_with_the_change_and_nothing_runs() -> None:
    confirmation = asked.waiting()
    shop.Customer.objects.filter(user_id=asked.buyer()).update(address1="1 Other Road")
    with pytest.raises(StaleEvidence):
        answer(confirmation)
    desk.work()
    again = Confirmation.objects.select_related("escalation__evidence").latest("pk")
    returned = again.escalation.evidence.value().material.returned
    assert (again.escalation.status, again.escalation.supersedes_id) == ("open", confirmation.escalation_id)
    assert returned is not None
    assert "1 Other Road" in [row.now for row in returned.rows]
    assert Operation.objects.count() == Decision.objects.count() == 0
    answer(again)
    desk.work()
    assert asked.street(Run.objects.get()) == "12 Elm Street"


def test_the_link_of_what_moved_answers_nothing_any_more() -> None:
    confirmation = asked.waiting()
    shop.Customer.objects.filter(user_id=asked.buyer()).update(address1="1 Other Road")
    with pytest.raises(StaleEvidence):
        answer(confirmation)
    confirmation.escalation.refresh_from_db()
    with pytest.raises(NotOpen):
        answer(confirmation)


def test_a_no_needs_no_second_look_at_the_world() -> None:
    confirmation = asked.waiting()
    shop.Customer.objects.filter(user_id=asked.buyer()).update(address1="1 Other Road")
    assert answer(confirmation, is_yes=False).kind == "reject"


def test_whoever_the_link_is_not_for_hands_it_to_a_reviewer() -> None:
    confirmation = asked.waiting()
    answering.disown(confirmation)
    following = asked.only_open()
    user = following.evidence.value().material.user
    assert (following.kind, following.supersedes_id) == ("approval", confirmation.escalation_id)
    assert user is not None
    assert user.why == "not_theirs"
    before, now = (of.evidence.value().material.preview for of in (confirmation.escalation, following))
    assert [change.source for change in now.changes] == [change.source for change in before.changes]
    assert "effect of the call" not in now.changes[0].source
    with pytest.raises(NotOpen):
        answer(confirmation)


def test_a_reviewer_takes_it_over_and_decides_and_the_run_goes_on() -> None:
    asked.waiting(undo_seconds=0)
    overseeing.take(asked.only_open(), by=cast.mara())
    desk.decide(asked.only_open())
    desk.work()
    assert asked.street(Run.objects.get()) == "12 Elm Street"
    assert Label.objects.get().source == "review"
    assert AuditEntry.objects.get(verb="confirmation.take").by == cast.mara()


def test_an_auditor_takes_nothing_over() -> None:
    asked.waiting()
    with pytest.raises(NotAllowedToDecide):
        overseeing.take(asked.only_open(), by=cast.otto())


def test_what_cannot_be_looked_at_again_goes_to_a_reviewer_who_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    confirmation = asked.waiting()

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the shop is closed")

    monkeypatch.setattr("approvals.inbox.surveying.preview", broken)
    with pytest.raises(StaleEvidence):
        answer(confirmation)
    following = asked.only_open()
    checks = following.evidence.value().material.preview.checks
    assert (following.kind, checks[-1].passed, Decision.objects.count()) == ("approval", False, 0)


def test_the_queue_does_not_read_past_what_users_are_asked() -> None:
    """Those are due first, and there may be many: an index that held them would be read through for each page."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE indexname IN ('escalation_queue', 'escalation_team_queue')"
        )
        told = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Escalation.objects.next_open(cast.mara(), 10).explain()
    assert ["confirmation" in one for one in told] == [True, True]
    assert "escalation_queue" in plan or "escalation_team_queue" in plan

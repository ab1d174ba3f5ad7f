"""What the database itself takes for a user's answer, tried in rows as the application's role."""

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django.fixtures import Settings

from agents import tasks
from agents.models import Run, Step
from approvals.confirming import answering, passing, refreshing
from approvals.domain.errors import NotOpen
from approvals.inbox import expiring
from approvals.models import Confirmation, Decision, Escalation, Grant
from tests import cast
from tests.engine import rows
from tests.engine.confirming import asked
from tests.engine.refusals import DENIED, UNIQUE, execute, refused
from tests.flows import desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
OTHER = b"x" * 32


def decided(by: Any = None, **fields: Any) -> Decision:
    """A decision about an open confirmation, written by hand."""
    return rows.decision(asked.waiting().escalation, by, **fields)


def test_the_token_of_the_link_is_the_users_answer() -> None:
    confirmation = asked.waiting()
    assert rows.decision(confirmation.escalation, None, token=asked.token(confirmation)).pk  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("token", "state"),
    [(OTHER, "SB014"), (b"", "SB014"), (None, "SB014")],
    ids=["another token", "an empty one", "none"],
)
def test_nobody_answers_without_it(token: bytes | None, state: str) -> None:
    with refused(state):
        decided(token=token)


def test_no_person_answers_for_the_user_with_or_without_the_token() -> None:
    confirmation = asked.waiting()
    with refused("SB014"):
        rows.decision(confirmation.escalation, cast.ada())
    confirmation.escalation.refresh_from_db()
    with refused("SB014"):
        rows.decision(confirmation.escalation, cast.ada(), token=asked.token(confirmation))


def test_the_token_of_one_question_answers_no_other() -> None:
    first = asked.waiting()
    asked.submit(asked.move())
    desk.work()
    second = Confirmation.objects.select_related("escalation__evidence", "escalation__verdict").latest("pk")
    with refused("SB014"):
        rows.decision(second.escalation, None, token=asked.token(first))  # type: ignore[arg-type]


def test_a_token_answers_nothing_that_a_person_is_asked() -> None:
    of = rows.escalation(rows.bench())
    with refused("SB014"):
        rows.decision(of, None, token=OTHER)  # type: ignore[arg-type]
    of.refresh_from_db()
    with refused("SB014"):
        rows.decision(of, None)  # type: ignore[arg-type]
    of.refresh_from_db()
    with refused("SB014"):
        rows.decision(of, cast.mara(), token=OTHER)


@pytest.mark.parametrize("kind", ["revise", "answer", "take_over"])
def test_a_user_says_yes_or_no_and_nothing_else(kind: str) -> None:
    confirmation = asked.waiting()
    with refused("SB014"):
        rows.decision(confirmation.escalation, None, kind=kind, token=asked.token(confirmation))  # type: ignore[arg-type]


def test_what_asks_a_person_is_never_put_to_the_user() -> None:
    asked.rules()
    asked.submit(asked.move(asked.LOW))
    desk.work()
    of = asked.only_open()
    with refused("SB014"):
        Escalation.objects.create(**copied(of), kind="confirmation")


def test_a_kind_that_nobody_may_answer_is_not_opened() -> None:
    of = rows.escalation(rows.bench())
    with refused("SB009"):
        Escalation.objects.create(**copied(of), kind="collaboration")


def copied(of: Escalation) -> dict[str, Any]:
    """The columns of an escalation but for its kind, for another origin's row."""
    names = ("tenant_id", "verdict", "evidence", "origin", "run_key", "title", "agent", "tool", "risk", "stopped_by")
    return {name: getattr(of, name) for name in names} | {"due_at": of.due_at, "undo_seconds": 0}


def test_a_link_of_ones_own_choice_is_made_for_nothing() -> None:
    confirmation = asked.waiting()
    with refused(UNIQUE):
        Confirmation.objects.create(escalation=confirmation.escalation, token_sha256=sha256(OTHER).digest())
    with refused("SB014"):
        Confirmation.objects.create(escalation=rows.escalation(rows.bench()), token_sha256=sha256(OTHER).digest())


@pytest.mark.parametrize(
    "statement", ["UPDATE approvals_confirmation SET token_sha256 = 'x'", "DELETE FROM approvals_confirmation"]
)
def test_a_link_is_never_changed(statement: str) -> None:
    asked.waiting()
    with refused(DENIED):
        execute(statement)


def test_a_link_that_was_signed_with_another_key_leads_nowhere(settings: Settings) -> None:
    """Whoever writes rows without the signing key has a token the database would take, and no door that does."""
    ours, settings.SIGNING_KEY = settings.SIGNING_KEY, b"somebody else's"
    confirmation = asked.waiting()
    forged = asked.token(confirmation)
    assert Confirmation.objects.signed(forged) == confirmation
    settings.SIGNING_KEY = ours
    assert Confirmation.objects.signed(forged) is None


def test_without_a_signing_key_no_link_is_made(settings: Settings) -> None:
    confirmation = asked.waiting()
    settings.SIGNING_KEY = b""
    with pytest.raises(ValueError, match="no signing key"):
        Confirmation.objects.issue(confirmation.escalation)


def overdue() -> Confirmation:
    """A confirmation whose time has just run out."""
    confirmation = asked.waiting()
    Escalation.objects.filter(pk=confirmation.escalation_id).update(due_at=Now() + timedelta(milliseconds=1))
    execute("SELECT pg_sleep(0.01)")
    return confirmation


def test_an_answer_after_its_time_is_refused_even_before_it_is_passed_on() -> None:
    confirmation = overdue()
    with pytest.raises(NotOpen):
        answering.answer(
            confirmation,
            asked.token(confirmation),
            is_yes=True,
            evidence_sha256=confirmation.escalation.evidence.digest,
        )
    assert Decision.objects.count() == Grant.objects.count() == 0


def test_what_no_user_answers_goes_to_a_reviewer_and_is_not_refused() -> None:
    confirmation = overdue()
    assert expiring.expire_due() == 0
    assert passing.pass_on_due() == 1
    following = asked.only_open()
    user = following.evidence.value().material.user
    assert (following.kind, following.supersedes_id, following.undo_seconds) == (
        "approval",
        confirmation.escalation_id,
        10,
    )
    assert user is not None
    assert user.why == "unanswered"
    assert (Step.objects.get(kind="tool").status, Run.objects.get().status) == ("waiting", "waiting")
    assert following in Escalation.objects.next_open(cast.mara(), 10)
    assert passing.pass_on_due() == 0


def test_the_sweep_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    overdue()
    monkeypatch.setattr("agents.engine.queue.waking.send", lambda *_: None)
    tasks.sweep()
    assert asked.only_open().kind == "approval"


def test_one_that_cannot_be_passed_on_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    overdue()
    refresh, calls = refreshing.refreshed, list[int]()

    def broken(escalation: Escalation) -> Any:
        calls.append(escalation.pk)
        if len(calls) == 1:
            raise RuntimeError("the preview of this one is broken")
        return refresh(escalation)

    asked.submit(asked.move())
    desk.work()
    soon = Now() + timedelta(milliseconds=1)
    Escalation.objects.filter(status="open", due_at__gt=soon).update(due_at=soon)
    execute("SELECT pg_sleep(0.01)")
    monkeypatch.setattr("approvals.confirming.refreshing.refreshed", broken)
    assert passing.pass_on_due() == 1
    assert len(calls) == 2

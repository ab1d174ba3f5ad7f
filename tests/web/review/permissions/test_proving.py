"""The password again: asked where the rules say so, good for five minutes in one session, and nowhere else."""

from typing import Any

import pytest
from django.test import Client

from approvals.domain.errors import StepUpNeeded
from approvals.inbox import deciding
from approvals.models import Decision, Escalation, Member, StepUp
from console.pages.people import attempts
from tests.engine import rows
from tests.engine.refusals import DENIED, execute, refused
from tests.web.review import papers
from tests.web.review.conftest import HTMX, form, signed_in
from tests.web.review.permissions import voting

pytestmark = pytest.mark.django_db
SECRET = "a long and quiet evening"
HERE, ELSEWHERE = b"h" * 32, b"e" * 32


@pytest.fixture
def mara(mara: Member) -> Member:
    """Mara, who has a password here."""
    mara.set_password(SECRET)
    mara.save(update_fields=["password"])
    attempts.changed(email=mara.email)
    return mara


@pytest.fixture
def item(mara: Member) -> Escalation:
    """One that takes the password again."""
    return voting.put(1, step_up=True)


def decide(item: Escalation, by: Member, session: bytes | None) -> Decision:
    """Approve it in a session."""
    return deciding.decide(item, by=by, said=voting.said(item), session=session)


@pytest.mark.parametrize("session", [None, ELSEWHERE], ids=["none", "another session"])
def test_a_password_is_good_in_its_own_session_only(item: Escalation, mara: Member, session: bytes | None) -> None:
    deciding.prove(mara, session=HERE)
    with pytest.raises(StepUpNeeded):
        decide(item, mara, session)
    assert decide(item, mara, HERE).step_up_id is not None


def test_it_is_good_for_nobody_else(item: Escalation, mara: Member, kai: Member) -> None:
    deciding.prove(mara, session=HERE)
    with pytest.raises(StepUpNeeded):
        decide(item, kai, HERE)


def test_each_of_several_types_their_own(mara: Member, kai: Member) -> None:
    item = voting.put(step_up=True)
    deciding.prove(mara, session=HERE)
    assert voting.vote(item, mara, session=HERE) is None
    with pytest.raises(StepUpNeeded):
        voting.vote(item, kai, session=HERE)


def test_it_lapses(item: Escalation, mara: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    deciding.prove(mara, session=HERE)
    monkeypatch.setattr("approvals.inbox.deciding.permission.STEP_UP_MINUTES", 0)
    with pytest.raises(StepUpNeeded):
        decide(item, mara, HERE)


def test_the_database_refuses_a_decision_without_it(item: Escalation, mara: Member, kai: Member) -> None:
    deciding.prove(kai, session=HERE)
    with refused("SB021"):
        rows_decision(item, mara)
    item.refresh_from_db()
    with refused("SB021"):
        rows_decision(item, mara, step_up=StepUp.objects.get())


def test_nobody_types_it_earlier_or_later_than_now(mara: Member) -> None:
    made = StepUp.objects.create(member=mara, session_sha256=HERE, proven_at="2030-01-01T00:00:00Z")
    made.refresh_from_db()
    assert made.proven_at.year < 2030
    with refused(DENIED):
        execute("UPDATE approvals_stepup SET proven_at = now()")


def test_rejecting_takes_no_password(item: Escalation, hers: Client) -> None:
    answer = hers.post(f"/queue/{item.pk}/decide", form(item, "reject", reason_code="duplicate"), headers=HTMX)
    assert (answer.status_code, Decision.objects.get().kind) == (200, "reject")


class TestOverHttp:
    """The bar asks for it."""

    def test_the_field_stands_where_it_is_approved(self, item: Escalation, hers: Client) -> None:
        assert 'type="password"' in hers.get(f"/queue/{item.pk}").content.decode()

    def test_the_right_one_decides_and_is_not_asked_again(self, item: Escalation, hers: Client) -> None:
        answer = hers.post(f"/queue/{item.pk}/decide", form(item, password=SECRET), headers=HTMX)
        assert (answer.status_code, Decision.objects.count()) == (200, 1)
        other = voting.put(1, step_up=True)
        assert 'type="password"' not in hers.get(f"/queue/{other.pk}").content.decode()

    @pytest.mark.parametrize(
        ("typed", "said"),
        [("", "Type your password again"), ("guess-4711", "That is not your password")],
        ids=["none", "a wrong one"],
    )
    def test_without_the_right_one_nothing_is_sent(self, item: Escalation, hers: Client, typed: str, said: str) -> None:
        answer = hers.post(f"/queue/{item.pk}/decide", form(item, password=typed), headers=HTMX)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
        assert ("guess-4711" in answer.content.decode(), Decision.objects.count()) == (False, 0)

    def test_another_browser_of_the_same_person_is_asked_again(
        self, item: Escalation, hers: Client, mara: Member
    ) -> None:
        hers.post(f"/queue/{item.pk}/decide", form(item, password=SECRET), headers=HTMX)
        other = voting.put(1, step_up=True)
        answer = signed_in(mara).post(f"/queue/{other.pk}/decide", form(other), headers=HTMX)
        assert answer.status_code == 422

    def test_guesses_are_counted_as_at_the_sign_in(self, item: Escalation, hers: Client, mara: Member) -> None:
        for _ in range(attempts.CHANGES.amount):
            attempts.begin_change(email=mara.email)
        answer = hers.post(f"/queue/{item.pk}/decide", form(item, password=SECRET), headers=HTMX)
        assert (answer.status_code, Decision.objects.count()) == (429, 0)
        attempts.changed(email=mara.email)


def test_what_is_typed_stands_beside_the_password(mara: Member, hers: Client) -> None:
    item = voting.put(1, step_up=True, paper=papers.refund())
    answer = hers.post(f"/queue/{item.pk}/decide", form(item, typed="1", password=SECRET), headers=HTMX)
    assert (answer.status_code, Decision.objects.count()) == (422, 0)


def rows_decision(item: Escalation, by: Member, **fields: Any) -> Decision:
    """A decision as a careless caller would store it."""
    return rows.decision(item, by, **fields)

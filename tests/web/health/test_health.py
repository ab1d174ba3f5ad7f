"""Health over HTTP: what is shown, what is done once, and what is refused without losing what was typed."""

import pytest
from django.test import Client

from agents.domain.breaker import Guarded, Key
from agents.engine import cancelling
from agents.engine.answers import resending
from agents.guards import breakers, switching
from agents.models import Breaker, Letter
from approvals.models import AuditEntry, Role, Tenant
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.web.review.conftest import signed_in

pytestmark = pytest.mark.django_db

BAD = "<b>x</b> \u202e evil"
CALL = {"calls": [{"tool": "change", "arguments": {"n": 1}}]}


def shown(client: Client) -> str:
    """The page."""
    answer = client.get("/health")
    assert answer.status_code == 200
    return answer.content.decode()


def fail(times: int, name: str = "warehouse") -> None:
    """So many calls that nobody answered."""
    for _ in range(times):
        breakers.failed(breakers.Admission((Key(1, Guarded.DEPENDENCY, name),)), why="timed_out")


def test_where_all_is_well_the_page_says_so(hers: Client) -> None:
    page = shown(hers)
    assert "No dead letters, and there never was one." in page
    assert "Nothing that is called from here has failed yet." in page
    assert "No run was ended" in page


def test_letters_are_grouped_by_cause_with_what_their_runs_have_done(hers: Client) -> None:
    parcels.allow()
    faulty.dead()
    faulty.dead((CALL, {"fails": "refused"}))
    faulty.dead(({"fails": "bad_output"},))
    page = shown(hers)
    assert page.count("Declined, or not set up: <bdi>scripted</bdi>") == 1
    assert page.count("No usable answer: <bdi>scripted</bdi>") == 1
    assert "Send all 2 again" in page
    assert "1 change made, settled" in page
    assert "nothing changed yet" in page


def test_one_is_sent_again(hers: Client) -> None:
    letter = faulty.dead()
    assert hers.post(f"/health/letters/{letter.pk}/resend").status_code == 302
    letter.refresh_from_db()
    assert (letter.settlement, letter.settled_by) == ("resent", cast.ada())


def test_a_group_is_sent_again_as_it_was_shown(hers: Client) -> None:
    first, second = faulty.dead(), faulty.dead()
    later = faulty.dead()
    form = {"up_to": str(second.pk)}
    assert hers.post("/health/letters/resend", form).status_code == 302
    assert set(Letter.objects.filter(settlement="resent")) == {first, second}
    assert Letter.objects.get(settled_at=None) == later
    assert hers.post("/health/letters/resend", form).status_code == 409


@pytest.mark.parametrize(
    "form",
    [{}, {"up_to": "x"}, {"up_to": "-1"}, {"up_to": "9" * 40}, {"up_to": "٣"}, {"up_to": "\x00"}],
    ids=["nothing", "no number", "negative", "endless", "other digits", "a NUL"],
)
def test_a_group_that_is_none_sends_nothing(hers: Client, form: dict[str, str]) -> None:
    faulty.dead()
    answer = hers.post("/health/letters/resend", form)
    assert answer.status_code == 422
    assert "Nothing was sent" in answer.content.decode()
    assert Letter.objects.filter(settled_at=None).count() == 1


def test_discarding_takes_a_reason_and_keeps_what_was_typed(hers: Client) -> None:
    letter = faulty.dead()
    answer = hers.post(f"/health/letters/{letter.pk}/discard", {"reason": "\u200b"})
    assert answer.status_code == 422
    assert "Say why it is given up. It is still there." in answer.content.decode()
    assert hers.post(f"/health/letters/{letter.pk}/discard", {"reason": "she called"}).status_code == 302
    assert AuditEntry.objects.get(verb="letter.discarded").details["reason"] == "she called"
    assert "No dead letters. The last one was at" in shown(hers)


@pytest.mark.parametrize("act", ["resend", "discard"])
def test_who_comes_late_is_told_who_was_first(hers: Client, act: str) -> None:
    letter = faulty.dead()
    resending.resend(letter, by=cast.member("Bea", Role.ADMIN))
    answer = hers.post(f"/health/letters/{letter.pk}/{act}", {"reason": "why"})
    assert answer.status_code == 409
    assert "Bea sent it again at" in answer.content.decode()


def test_who_comes_after_a_cancel_is_told_so(hers: Client) -> None:
    letter = faulty.dead()
    cancelling.cancel(letter.run, by=cast.ada())
    answer = hers.post(f"/health/letters/{letter.pk}/resend")
    assert (answer.status_code, "Its run was cancelled before you" in answer.content.decode()) == (409, True)


def test_a_breaker_says_where_it_stands_and_what_moved_it(hers: Client) -> None:
    fail(5)
    page = shown(hers)
    assert "open: nothing is called" in page
    assert "5 failures in the last minute" in page
    assert "One call may try at" in page
    assert "opened: <bdi>no answer in time</bdi>" in page


def test_a_breaker_is_closed_with_a_reason(hers: Client) -> None:
    fail(5)
    place = f"/health/breakers/{Breaker.objects.get().pk}/close"
    refused = hers.post(place, {"reason": " "})
    assert (refused.status_code, "It is still open" in refused.content.decode()) == (422, True)
    assert hers.post(place, {"reason": "they are back"}).status_code == 302
    assert "they are back" in shown(hers)
    assert hers.post(place, {"reason": "again"}).status_code == 409


def test_a_breaker_is_opened_by_hand_for_what_can_be_called(hers: Client) -> None:
    form = {"what": "tool:look_up", "reason": "the warehouse moves"}
    assert hers.post("/health/breakers/open", form).status_code == 302
    assert "Stays open until an admin closes it." in shown(hers)
    assert hers.post("/health/breakers/open", form).status_code == 409
    wrong = hers.post("/health/breakers/open", {"what": "tool:nobody", "reason": "kept words"})
    assert (wrong.status_code, "kept words" in wrong.content.decode()) == (422, True)


def test_an_ended_run_is_listed(hers: Client) -> None:
    parcels.allow()
    turn = {"calls": [{"tool": "look_up", "arguments": {"n": 1}}]}
    run = faulty.speak(turn, turn)
    faulty.work()
    page = shown(hers)
    assert "unfinished: repetition" in page
    assert f"/runs/{run.key}" in page


def test_an_auditor_sees_and_settles_nothing() -> None:
    faulty.dead()
    fail(5)
    page = shown(signed_in(cast.otto()))
    assert "An admin can." in page
    assert "Send again" not in page
    assert "Close it now" not in page


def test_another_tenant_sees_nothing() -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    letter = faulty.dead()
    fail(5)
    far = signed_in(cast.member("Far", Role.ADMIN, tenant_id=elsewhere.pk))
    page = shown(far)
    assert "No dead letters, and there never was one." in page
    assert "warehouse</bdi>" not in page
    for place in (f"letters/{letter.pk}/resend", f"letters/{letter.pk}/discard"):
        assert far.post(f"/health/{place}", {"reason": "x"}).status_code == 404


def test_what_comes_from_outside_is_text(hers: Client) -> None:
    faulty.speak({"fails": "refused"}, title=BAD)
    faulty.work()
    switching.open_for_good(Key(1, Guarded.DEPENDENCY, BAD), by=cast.ada(), reason=BAD)
    page = shown(hers)
    assert "<b>x</b>" not in page
    assert "U+202E" in page


def test_the_page_costs_as_many_queries_for_many_as_for_few(
    hers: Client, django_assert_max_num_queries: object
) -> None:
    for _ in range(6):
        faulty.dead()
    for number in range(6):
        fail(5, f"place {number}")
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        shown(hers)

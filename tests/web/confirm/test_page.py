"""What a link shows and takes: looking decides nothing, one POST decides once, and every state says what is so."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from agents.engine import cancelling
from agents.models import Operation, Run
from agents.tools.samples.retail import models as shop
from approvals.confirming import overseeing, passing
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import link
from approvals.models import Confirmation, Decision, Escalation
from tests import cast
from tests.engine.confirming import asked
from tests.engine.refusals import execute
from tests.flows import desk
from tests.web.review.conftest import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


@pytest.fixture
def confirmation() -> Confirmation:
    """A question that waits for its user."""
    return asked.waiting(undo_seconds=0)


def place(confirmation: Confirmation) -> str:
    """The address in the message."""
    return f"/confirm/{link.write(asked.token(confirmation))}"


def say(phone: Client, confirmation: Confirmation, what: str, **more: Any) -> Any:
    """Press a button of the page."""
    seen = {"evidence_sha256": confirmation.escalation.evidence.digest}
    return phone.post(place(confirmation), {"say": what, **seen, **more})


def told(phone: Client, confirmation: Confirmation, *, status: int = 200) -> str:
    """What the page says."""
    response = phone.get(place(confirmation))
    assert response.status_code == status
    return response.content.decode()


def test_the_page_says_what_would_happen_and_until_when(phone: Client, confirmation: Confirmation) -> None:
    page = told(phone, confirmation)
    title = confirmation.escalation.title
    assert [
        piece
        for piece in (title, "12 Elm Street", "minutes from now (", "After that a person decides", "desk")
        if piece not in page
    ] == []
    assert [
        word for word in ("Affects", "Goes to", "score", "0.8", "ruleset", "verdict", "<script") if word in page
    ] == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_whoever_opens_a_link_has_decided_nothing(phone: Client, confirmation: Confirmation, method: str) -> None:
    for _ in range(3):
        assert getattr(phone, method)(place(confirmation)).status_code == 200
    confirmation.escalation.refresh_from_db()
    assert (confirmation.escalation.status, Decision.objects.count()) == ("open", 0)


@pytest.mark.parametrize("query", ["?say=yes", "?say=yes&evidence_sha256=" + "0" * 64])
def test_no_address_answers_by_itself(phone: Client, confirmation: Confirmation, query: str) -> None:
    phone.get(place(confirmation) + query)
    phone.put(place(confirmation) + query)
    assert Decision.objects.count() == 0


def test_a_yes_is_done_and_the_page_says_when(phone: Client, confirmation: Confirmation) -> None:
    assert say(phone, confirmation, "yes").headers["Location"] == place(confirmation)
    assert "It is being done." in told(phone, confirmation)
    desk.work()
    page = told(phone, confirmation)
    assert "Answered: yes" in page
    assert "It was done at" in page
    assert asked.street(Run.objects.get()) == "12 Elm Street"


def test_a_no_is_final(phone: Client, confirmation: Confirmation) -> None:
    say(phone, confirmation, "no")
    assert "Answered: no" in told(phone, confirmation)
    again = say(phone, confirmation, "yes")
    assert (again.status_code, Decision.objects.get().kind) == (409, "reject")
    assert "You were not the first" in again.content.decode()
    assert Operation.objects.count() == 0


def test_a_link_that_is_not_theirs_shows_nothing_more(phone: Client, confirmation: Confirmation) -> None:
    say(phone, confirmation, "not_mine")
    desk.decide(asked.only_open())
    desk.work()
    page = told(phone, confirmation)
    assert "You said that this is not yours" in page
    assert "12 Elm Street" not in page
    assert confirmation.escalation.title not in page


@pytest.mark.parametrize("what", ["", "maybe", "YES", "approve"])
def test_anything_but_an_answer_is_asked_again(phone: Client, confirmation: Confirmation, what: str) -> None:
    response = say(phone, confirmation, what)
    assert (response.status_code, Decision.objects.count()) == (422, 0)
    assert "Yes, do it" in response.content.decode()


@pytest.mark.parametrize("seen", ["", "0" * 64, "é" * 400, "\x00"])
def test_an_answer_to_something_else_is_asked_again(phone: Client, confirmation: Confirmation, seen: str) -> None:
    response = say(phone, confirmation, "yes", evidence_sha256=seen)
    assert (response.status_code, Decision.objects.count()) == (409, 0)
    assert confirmation.escalation.evidence.digest in response.content.decode()


def forgeries(confirmation: Confirmation) -> list[str]:
    """Tokens that are almost right."""
    good = link.write(asked.token(confirmation))
    flipped = good[:-1] + ("A" if good[-1] != "A" else "E")
    return [
        flipped,
        good[:-1],
        good + "A",
        good.swapcase(),
        f"{good}=",
        link.write(bytes(32)),
        "x",
        "é" * 43,
        "..%2f..",
    ]


def test_what_nobody_signed_leads_nowhere(phone: Client, confirmation: Confirmation) -> None:
    answers = [phone.get(f"/confirm/{forged}").status_code for forged in forgeries(confirmation)]
    posts = [phone.post(f"/confirm/{forged}", {"say": "yes"}).status_code for forged in forgeries(confirmation)]
    assert {*answers, *posts} == {404}
    assert Decision.objects.count() == 0


def test_the_address_is_kept_from_caches_lists_and_other_sites(phone: Client, confirmation: Confirmation) -> None:
    headers = phone.get(place(confirmation)).headers
    assert "no-store" in headers["Cache-Control"]
    assert (headers["Referrer-Policy"], headers["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")


def test_who_is_signed_in_may_look_and_not_answer(confirmation: Confirmation) -> None:
    browser = signed_in(cast.mara())
    assert "you cannot answer for the user" in told(browser, confirmation)
    assert "Yes, do it" not in told(browser, confirmation)
    assert say(browser, confirmation, "yes").status_code == 403
    assert Decision.objects.count() == 0


def test_what_changed_is_shown_and_asked_again_on_the_same_link(phone: Client, confirmation: Confirmation) -> None:
    shop.Customer.objects.filter(user_id=asked.buyer()).update(address1="1 Other <b>Road</b>")
    refused = say(phone, confirmation, "yes")
    assert (refused.status_code, Decision.objects.count()) == (409, 0)
    page = told(phone, confirmation)
    assert "This changed since you were asked" in page
    assert "1 Other &lt;b&gt;Road" in page
    again = Confirmation.objects.select_related("escalation__evidence").latest("pk")
    assert f'action="{place(again)}"' in page
    say(phone, again, "yes")
    desk.work()
    assert "It was done at" in told(phone, confirmation)


def run_out(confirmation: Confirmation) -> None:
    """Let its time pass."""
    Escalation.objects.filter(pk=confirmation.escalation_id).update(due_at=Now() + timedelta(milliseconds=1))
    execute("SELECT pg_sleep(0.01)")


def test_after_its_time_a_person_decides_and_the_page_says_so(phone: Client, confirmation: Confirmation) -> None:
    run_out(confirmation)
    assert "A person decides this now" in told(phone, confirmation)
    assert say(phone, confirmation, "yes").status_code == 409
    passing.pass_on_due()
    assert "A person looks at this" in told(phone, confirmation)
    desk.decide(asked.only_open())
    assert "A person allowed this at" in told(phone, confirmation)
    assert "Mara" not in told(phone, confirmation)


def test_what_a_person_refused_is_said(phone: Client, confirmation: Confirmation) -> None:
    overseeing.take(asked.only_open(), by=cast.mara())
    desk.decide(asked.only_open(), DecisionKind.REJECT)
    assert "A person decided at" in told(phone, confirmation)


def test_what_is_not_needed_any_more_is_said(phone: Client, confirmation: Confirmation) -> None:
    cancelling.cancel(Run.objects.get(), by=cast.ada())
    assert "Not needed any more" in told(phone, confirmation)
    assert say(phone, confirmation, "yes").status_code == 409
    assert Decision.objects.count() == 0


def test_the_list_of_reviewers_says_that_the_user_disowned_it(phone: Client, confirmation: Confirmation) -> None:
    say(phone, confirmation, "not_mine")
    assert "the user says: not mine" in signed_in(cast.mara()).get("/queue/list").content.decode()

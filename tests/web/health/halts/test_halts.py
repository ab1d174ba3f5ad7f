"""Halting and lifting over HTTP."""

import pytest
from django.test import Client

from approvals.models import AuditEntry, Halt, Member, Tenant
from tests import cast
from tests.web.review import stage
from tests.web.review.conftest import HTMX, signed_in

pytestmark = pytest.mark.django_db

EVERYTHING = "Halted: <bdi>everything</bdi>."


@pytest.fixture
def ada() -> Member:
    """The admin."""
    return cast.ada()


@pytest.fixture
def hers(ada: Member) -> Client:
    """Ada's browser."""
    return signed_in(ada)


def halted(client: Client, what: str = "everything", reason: str = "refunds go out twice") -> int:
    """Press the button; the status of the answer."""
    return client.post("/halts/new", {"what": what, "reason": reason}).status_code


@pytest.mark.parametrize(
    ("what", "scope", "key"),
    [
        ("everything", "everything", ""),
        ("agent:retail-assist", "agent", "retail-assist"),
        ("tool:cancel_pending_order", "tool", "cancel_pending_order"),
    ],
)
def test_a_halt_freezes_what_was_chosen(hers: Client, ada: Member, what: str, scope: str, key: str) -> None:
    assert halted(hers, what) == 302
    made = Halt.objects.get()
    assert (made.scope, made.key, made.by_id, made.reason) == (scope, key, ada.pk, "refunds go out twice")
    assert AuditEntry.objects.get(verb="halt").details == {"reason": "refunds go out twice"}


@pytest.mark.parametrize(
    ("what", "reason", "said"),
    [
        ("everything", " ", "This field is required"),
        ("everything", "\u200b", "Say why, in words that can be read"),
        ("agent:nobody", "why", "Select a valid choice"),
        ("run:1", "why", "Select a valid choice"),
        ("", "why", "This field is required"),
    ],
    ids=["no reason", "a reason nobody sees", "an unknown agent", "a run", "nothing"],
)
def test_a_halt_that_cannot_be_is_said_and_keeps_what_was_typed(
    hers: Client, what: str, reason: str, said: str
) -> None:
    answer = hers.post("/halts/new", {"what": what, "reason": reason})
    assert (answer.status_code, Halt.objects.count()) == (422, 0)
    assert said in answer.content.decode()


def test_the_same_thing_is_halted_once(hers: Client) -> None:
    assert [halted(hers), halted(hers)] == [302, 409]
    assert Halt.objects.count() == 1


def test_every_page_says_what_is_halted_and_why(hers: Client) -> None:
    halted(hers, reason="refunds <b>twice</b> \u202e")
    told = [hers.get(place).content.decode() for place in ("/queue", "/runs", "/people", "/halts")]
    assert all(EVERYTHING in page and "&lt;b&gt;twice" in page and "U+202E" in page for page in told)


def test_an_open_page_learns_of_a_halt_with_its_numbers(hers: Client) -> None:
    halted(hers)
    assert EVERYTHING in hers.get("/queue/counts", headers=HTMX).content.decode()


def test_another_tenant_is_told_nothing(hers: Client) -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    Halt.objects.create(tenant=elsewhere, scope="everything", reason="theirs")
    assert "Halted:" not in hers.get("/halts").content.decode()


def test_a_reviewer_halts_and_cannot_lift(ada: Member) -> None:
    reviewer = signed_in(cast.mara())
    assert halted(reviewer) == 302
    assert reviewer.post(f"/halts/{Halt.objects.get().pk}/lift", {"reason": "fixed"}).status_code == 403
    assert "Lift this halt" not in reviewer.get("/halts").content.decode()


def test_a_lifted_halt_says_who_lifted_it_and_why(hers: Client, ada: Member) -> None:
    halted(hers)
    made = Halt.objects.get()
    assert hers.post(f"/halts/{made.pk}/lift", {"reason": "the tool is mended"}).status_code == 302
    made.refresh_from_db()
    assert (made.lifted_by_id, made.lift_reason, made.lifted_at is None) == (ada.pk, "the tool is mended", False)
    page = hers.get("/halts").content.decode()
    assert "the tool is mended" in page
    assert "Halted:" not in page


def test_lifting_takes_a_reason(hers: Client) -> None:
    halted(hers)
    answer = hers.post(f"/halts/{Halt.objects.get().pk}/lift", {"reason": ""})
    assert (answer.status_code, Halt.objects.get().lifted_at) == (422, None)
    assert "It is still halted" in answer.content.decode()


def test_who_lifts_late_does_not_lift_a_newer_halt(hers: Client) -> None:
    halted(hers)
    first = Halt.objects.get()
    hers.post(f"/halts/{first.pk}/lift", {"reason": "mended"})
    halted(hers)
    hers.post(f"/halts/{first.pk}/lift", {"reason": "mended, I thought"})
    assert Halt.objects.filter(lifted_at=None).count() == 1


def test_while_something_is_halted_no_item_promises_to_be_sent_at_once(hers: Client) -> None:
    place = f"/queue/{stage.put().pk}"
    assert "It is sent 10 s after you approve." in hers.get(place).content.decode()
    halted(hers, "tool:cancel_pending_order")
    assert (
        "If the halt above is about this, it is sent only after the halt is lifted" in hers.get(place).content.decode()
    )
    halted(hers)
    page = hers.get(place).content.decode()
    assert "Everything is halted: what you approve is sent only after the halt is lifted." in page
    assert "after you approve." not in page

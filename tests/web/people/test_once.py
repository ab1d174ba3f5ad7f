"""Secrets that are shown once: to whom, how often, and where they never are."""

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from approvals.models import Member
from console.pages.people import once
from tests.web.people.test_keys import form
from tests.web.people.test_members import NEW, secret_of

MAKERS: dict[str, tuple[str, Mapping[str, object], str]] = {
    "a new person": ("/people/new", NEW, r"/people/\d+/once"),
    "a new key": ("/keys/new", form(), r"/keys/\d+/once"),
}
made_by = pytest.mark.parametrize(("place", "sent", "leads_to"), MAKERS.values(), ids=MAKERS)


def made(admins: Client, place: str, sent: Mapping[str, object]) -> Any:
    """The answer to a form that makes a secret."""
    return admins.post(place, dict(sent))


@made_by
def test_the_form_leads_to_a_page_that_shows_it_once(
    admins: Client, place: str, sent: Mapping[str, object], leads_to: str
) -> None:
    answer = made(admins, place, sent)
    shown_at = answer.headers["Location"]
    assert (answer.status_code, bool(re.fullmatch(leads_to, shown_at))) == (302, True)
    first, again = admins.get(shown_at), admins.get(shown_at)
    assert (first.status_code, bool(secret_of(first.content.decode()))) == (200, True)
    assert (again.status_code, secret_of(again.content.decode())) == (410, "")
    assert "shown once" in again.content.decode()
    assert "no-store" in first.headers["Cache-Control"]


@made_by
def test_it_lies_in_no_address_cookie_session_or_cache(
    admins: Client, monkeypatch: pytest.MonkeyPatch, place: str, sent: Mapping[str, object], leads_to: str
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(once, "cache", SimpleNamespace(set=lambda _key, value, _seconds: kept.append(value)))
    answer = made(admins, place, sent)
    session = Session.objects.get(pk=admins.cookies["sessionid"].value).get_decoded()
    (half,) = kept
    (other,) = (bytes.fromhex(one["half"]) for one in session[once.KEPT].values())
    secret = bytes(a ^ b for a, b in zip(half, other, strict=True)).decode()
    written = f"{answer.headers} {answer.cookies} {session} {half!r}"
    assert re.fullmatch(r"(sbx_[\w-]{43})|(\w{5}-){3}\w{5}", secret)
    assert secret not in written


def test_another_session_of_the_same_admin_does_not_see_it(admins: Client, ada: Member) -> None:
    place = made(admins, "/people/new", NEW).headers["Location"]
    elsewhere = Client()
    elsewhere.force_login(ada)
    assert elsewhere.get(place).status_code == 410
    assert admins.get(place).status_code == 200


def test_a_look_without_reading_uses_nothing_up(admins: Client) -> None:
    place = made(admins, "/people/new", NEW).headers["Location"]
    assert admins.head(place).status_code == 405
    assert admins.get(place).status_code == 200


def test_two_secrets_wait_side_by_side(admins: Client, mara: Member) -> None:
    places = [made(admins, "/keys/new", form()).headers["Location"]]
    places.append(admins.post(f"/people/{mara.pk}/password").headers["Location"])
    assert [admins.get(place).status_code for place in places] == [200, 200]


def test_a_newer_password_takes_the_place_of_one_that_nobody_read(
    admins: Client, visitor: Client, mara: Member
) -> None:
    place = ""
    for _ in range(2):
        place = admins.post(f"/people/{mara.pk}/password").headers["Location"]
    given = secret_of(admins.get(place).content.decode())
    assert (
        visitor.post("/sign-in", {"username": mara.email, "password": given}).headers["Location"] == "/choose-password"
    )


@pytest.mark.usefixtures("valkey_away")
@made_by
def test_while_it_cannot_be_kept_it_is_shown_at_once(
    admins: Client, place: str, sent: Mapping[str, object], leads_to: str
) -> None:
    answer = made(admins, place, sent)
    assert (answer.status_code, bool(secret_of(answer.content.decode()))) == (201, True)

"""How often a password may be tried."""

import re
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from uuid import uuid4

import pytest
from django.test import Client
from limits.storage import MemoryStorage

from approvals.models import Member
from console.pages.people import attempts
from tests.web.people.conftest import PASSWORD

_places = count(1)


def someone() -> dict[str, str]:
    """An e-mail and an address that no other test has used."""
    number = next(_places)
    return {"email": f"{uuid4()}@example.test", "address": f"203.0.113.{number}"}


def exhaust(email: str, address: str) -> None:
    """Use up what an e-mail has."""
    for _ in range(attempts.BY_EMAIL.amount):
        attempts.begin(email=email, address=address)


def test_an_email_has_so_many_tries() -> None:
    who = someone()
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(**who)


def test_the_case_of_an_email_gives_no_more_tries() -> None:
    who = someone()
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(email=who["email"].upper(), address=who["address"])


def test_another_address_gives_an_email_no_more_tries() -> None:
    who = someone()
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(email=who["email"], address=someone()["address"])


def test_the_right_password_gives_the_tries_back() -> None:
    who = someone()
    exhaust(**who)
    attempts.succeeded(email=who["email"])
    attempts.begin(**who)


def test_an_address_is_charged_for_failures() -> None:
    address = someone()["address"]
    for _ in range(attempts.BY_ADDRESS.amount):
        attempts.failed(address=address)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(email=someone()["email"], address=address)


def test_an_office_that_knows_its_passwords_is_never_refused() -> None:
    address = someone()["address"]
    for _ in range(attempts.BY_ADDRESS.amount + 5):
        attempts.begin(email=someone()["email"], address=address)


def test_guesses_made_side_by_side_all_count() -> None:
    who = someone()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: _is_let_in(**who), range(40)))
    assert sum(answers) == attempts.BY_EMAIL.amount


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8::1", "2001:db8::ffff"), ("::ffff:192.0.2.1", "192.0.2.1"), ("", "not an address")],
    ids=["one customer of IPv6", "IPv4 in IPv6", "no address"],
)
def test_addresses_of_one_place_count_together(one: str, other: str) -> None:
    assert attempts.place(one) == attempts.place(other)


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_the_limit_holds() -> None:
    who = someone()
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(**who)


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "SLOTS", 16)
    tried = [_is_let_in(email=f"{uuid4()}@example.test", address="203.0.113.200") for _ in range(100)]
    storage = attempts._own().storage
    assert isinstance(storage, MemoryStorage)
    assert len(tried) == 100
    assert len(storage.events) <= 16


def test_the_page_says_when_to_try_again(visitor: Client, mara: Member) -> None:
    attempts.succeeded(email=mara.email)
    for _ in range(attempts.BY_EMAIL.amount):
        visitor.post("/sign-in", {"username": mara.email, "password": "wrong"})
    response = visitor.post("/sign-in", {"username": mara.email, "password": PASSWORD})
    attempts.succeeded(email=mara.email)
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert re.search(r"Try again in \d+ minutes\.", response.content.decode())


def _is_let_in(email: str, address: str) -> bool:
    try:
        attempts.begin(email=email, address=address)
    except attempts.TooManyAttempts:
        return False
    return True

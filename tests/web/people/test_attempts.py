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
    return {"email": f"{uuid4()}@example.test", "address": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}


def exhaust(email: str, address: str) -> None:
    """Use up what an e-mail has at one address."""
    for _ in range(attempts.BY_PAIR.amount):
        attempts.begin(email=email, address=address)


def besiege(email: str) -> None:
    """Use up what an e-mail has everywhere, from one address after another."""
    for _ in range(attempts.BY_EMAIL.amount):
        attempts.begin(email=email, address=someone()["address"])


def test_an_email_has_so_many_tries_at_an_address() -> None:
    who = someone()
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(**who)


def test_the_case_of_an_email_gives_no_more_tries() -> None:
    who = someone()
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(email=who["email"].upper(), address=who["address"])


def test_nobody_locks_a_person_out_from_elsewhere() -> None:
    who = someone()
    exhaust(**who)
    attempts.begin(email=who["email"], address=someone()["address"])


def test_guesses_from_many_addresses_come_to_an_end() -> None:
    who = someone()
    besiege(who["email"])
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(**who)


def test_an_address_that_signed_in_well_before_is_held_up_by_no_one_elsewhere() -> None:
    who = someone()
    attempts.succeeded(**who)
    besiege(who["email"])
    attempts.begin(**who)


def test_an_address_is_known_for_one_email_only() -> None:
    who, other = someone(), someone()
    attempts.succeeded(email=other["email"], address=who["address"])
    besiege(who["email"])
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(**who)


def test_a_known_address_has_no_more_tries_than_others() -> None:
    who = someone()
    attempts.succeeded(**who)
    exhaust(**who)
    with pytest.raises(attempts.TooManyAttempts):
        attempts.begin(**who)


def test_the_right_password_gives_the_tries_back() -> None:
    who = someone()
    exhaust(**who)
    attempts.succeeded(**who)
    attempts.begin(**who)


def test_who_guesses_at_the_door_uses_up_no_change_of_password() -> None:
    who = someone()
    exhaust(**who)
    attempts.begin_change(email=who["email"])


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
    assert sum(answers) == attempts.BY_PAIR.amount


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
def test_without_valkey_nobody_is_known_and_signing_in_works() -> None:
    who = someone()
    attempts.succeeded(**who)
    assert not attempts.is_known(**who)
    attempts.begin(**who)


@pytest.mark.usefixtures("valkey_away")
def test_without_valkey_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "SLOTS", 16)
    tried = [_is_let_in(email=f"{uuid4()}@example.test", address="203.0.113.200") for _ in range(100)]
    storage = attempts._own().storage
    assert isinstance(storage, MemoryStorage)
    assert len(tried) == 100
    limits = (attempts.BY_PAIR, attempts.BY_ADDRESS, attempts.BY_EMAIL)
    assert len(storage.events) <= 16 * len(limits)


def test_the_page_says_when_to_try_again(visitor: Client, mara: Member) -> None:
    for _ in range(attempts.BY_PAIR.amount):
        visitor.post("/sign-in", {"username": mara.email, "password": "wrong"})
    response = visitor.post("/sign-in", {"username": mara.email, "password": PASSWORD})
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert re.search(r"Try again in \d+ minutes\.", response.content.decode())


def test_ten_bad_tries_of_a_stranger_do_not_keep_a_person_out(visitor: Client, mara: Member) -> None:
    stranger = Client(REMOTE_ADDR=someone()["address"])
    for _ in range(attempts.BY_PAIR.amount + 1):
        stranger.post("/sign-in", {"username": mara.email, "password": "wrong"})
    assert visitor.post("/sign-in", {"username": mara.email, "password": PASSWORD}).status_code == 302


def _is_let_in(email: str, address: str) -> bool:
    try:
        attempts.begin(email=email, address=address)
    except attempts.TooManyAttempts:
        return False
    return True

"""People who know their passwords, and addresses that nobody else signs in from."""

from collections.abc import Iterator
from itertools import count
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from approvals.models import Member
from console.pages.people import attempts
from tests import cast

PASSWORD = "a sentence that nobody else says"
_addresses = count(1)


@pytest.fixture(autouse=True)
def quick_hashes(request: pytest.FixtureRequest, settings: Settings) -> None:
    """The slow hash is Django's to test; a web process of its own must know the hash, so there it stays."""
    if not request.node.get_closest_marker("browser"):
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def mara(db: None) -> Member:
    """The first reviewer, who can sign in."""
    member = cast.mara()
    member.set_password(PASSWORD)
    member.save()
    return member


@pytest.fixture
def ada(db: None) -> Member:
    """The admin, who can sign in."""
    member = cast.ada()
    member.set_password(PASSWORD)
    member.save()
    return member


@pytest.fixture(autouse=True)
def tries_of_its_own(settings: Settings) -> Iterator[None]:
    """What one test tries counts in no other test, nor in another process."""
    place = settings.CACHES["default"] | {"KEY_PREFIX": f"test-{uuid4()}"}
    settings.CACHES = settings.CACHES | {"default": place}
    attempts._shared.cache_clear()
    yield
    attempts._shared.cache_clear()


@pytest.fixture
def valkey_away(settings: Settings, tries_of_its_own: None) -> None:
    """No server at its address, and no memory of tries that were counted without it."""
    place = settings.CACHES["default"] | {"LOCATION": "unix:///nonexistent/valkey.sock"}
    settings.CACHES = settings.CACHES | {"default": place}
    attempts._shared.cache_clear()
    attempts._own.cache_clear()


@pytest.fixture
def visitor() -> Client:
    """Someone at an address of their own, so that no other test's tries count."""
    return Client(REMOTE_ADDR=f"198.51.100.{next(_addresses)}")


@pytest.fixture
def admins(ada: Member) -> Client:
    """The admin's browser."""
    client = Client()
    client.force_login(ada)
    return client

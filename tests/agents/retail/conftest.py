"""A loaded shop and a call into it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from pytest_django.plugin import DjangoDbBlocker

from agents.domain.tool import Call
from agents.tools.samples.retail import world
from tests.plugins import databases


@pytest.fixture(scope="package")
def open_shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A database of this room with the shared world in it: loaded once, seen by no test elsewhere."""
    with django_db_blocker.unblock():
        before = databases.current()
        name = databases.clone()
        databases.use(name)
        world.load_world()
    yield
    with django_db_blocker.unblock():
        databases.use(before)
        databases.drop(name)


@pytest.fixture
def shop(open_shop: None, db: None) -> None:
    """The shared world, and a transaction that is rolled back."""


@pytest.fixture
def call(shop: None) -> Call:
    """A call of a run that has not done anything yet."""
    return Call(run_key=uuid4(), operation_key="op-1")


@pytest.fixture
def other_call(shop: None) -> Call:
    """A call of another run."""
    return Call(run_key=uuid4(), operation_key="op-2")

"""A database with a past, made once; each test that damages it gets a copy."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from console.launch.servers import roles
from tests.faults.laws import past
from tests.plugins import databases


@pytest.fixture(scope="package")
def lived(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[str]:
    """The name of a database in which everything has happened once."""
    with django_db_blocker.unblock():
        before = databases.current()
        name = databases.clone()
        databases.use(name)
        past.live_through()
        databases.use(before)
        yield name
        databases.drop(name)


@pytest.fixture
def copy(lived: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A copy of it that may be damaged; Django looks at it."""
    with django_db_blocker.unblock():
        before, name = databases.current(), f"{lived}_copy"
        with databases._owner() as owner:
            roles.create_database(owner, name, template=lived)
        databases.use(name)
        yield name
        databases.use(before)
        databases.drop(name)

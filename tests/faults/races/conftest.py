"""A shop of its own for each pair of acts, copied from one that is loaded once."""

from collections.abc import Callable, Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from agents.tools.samples.retail.world import load_world
from console.launch.servers import roles
from tests.plugins import databases


@pytest.fixture(scope="package")
def shop(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[str]:
    """The name of a database with the shop's world in it and nothing else."""
    with django_db_blocker.unblock():
        before, name = databases.current(), databases.clone()
        databases.use(name)
        load_world()
        databases.use(before)
        yield name
        databases.drop(name)


@pytest.fixture
def fresh_shop(shop: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[[], str]]:
    """Opens a new copy of the shop each time it is called; Django looks at the last one."""
    opened: list[str] = []

    def open_one() -> str:
        name = f"{shop}_{len(opened)}"
        with databases._owner() as owner:
            roles.create_database(owner, name, template=shop)
        opened.append(name)
        databases.use(name)
        return name

    with django_db_blocker.unblock():
        before = databases.current()
        yield open_one
        databases.use(before)
        for name in opened:
            databases.drop(name)

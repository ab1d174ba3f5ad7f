"""Fixtures of the flows."""

import pytest
from pytest_django.plugin import DjangoDbBlocker

from agents.tools.samples.retail.world import load_world


@pytest.fixture(scope="session")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The shop's shared world, loaded once for all tests of this process that roll back."""
    with django_db_blocker.unblock():
        load_world()

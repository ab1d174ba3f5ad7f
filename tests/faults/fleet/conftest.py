"""The stage of the fleet: one for all its cases."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.faults.fleet.scene.opening import opened
from tests.faults.fleet.scene.stage import Stage


@pytest.fixture(scope="package")
def stage(
    django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """A database of its own with real commits, a world and a crew, shared by every case: each has runs of its own."""
    with django_db_blocker.unblock(), opened(tmp_path_factory.mktemp("faults")) as made:
        yield made

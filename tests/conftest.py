"""Fixtures every test may use: a database that rolls back, and one that is fresh and commits; and who runs where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from console.launch.state import ROOT
from tests.plugins import databases

TOGETHER = ("agents/retail", "agents/llm/test_conversations.py", "architecture", "faults/launch")
"""Tests that share what is dear to make: one worker takes all of a place."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep them together, before xdist deals out what there is."""
    for item in items:
        place = item.path.relative_to(ROOT / "tests").as_posix() if item.path.is_relative_to(ROOT) else ""
        if shared := next((name for name in TOGETHER if place.startswith(name)), ""):
            item.add_marker(pytest.mark.xdist_group(shared))


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this process a clone of the migrated template; the application's role enters it."""
    with django_db_blocker.unblock():
        name = databases.clone()
        databases.use(name)
    yield
    with django_db_blocker.unblock():
        databases.leave()
        databases.drop(name)


@pytest.fixture
def fresh_database(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[str]:
    """A database of this test alone, for real commits, threads and other processes.

    Django in every thread and DATABASE_URL for child processes point at it; yields its name.
    Nothing is flushed afterwards: the application's role could not, so the owner washes the database.
    """
    with django_db_blocker.unblock():
        before = databases.current()
        name = databases.clone()
        databases.use(name)
        yield name
        databases.use(before)
        databases.give_back(name)

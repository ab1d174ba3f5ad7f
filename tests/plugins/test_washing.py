"""A clone that was washed is as it came, and one that cannot be is never handed out again."""

from collections.abc import Iterator

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.plugins import databases, washing


@pytest.fixture
def clone(django_db_blocker: DjangoDbBlocker, django_db_setup: None) -> Iterator[str]:
    """Its address, as the owner; nobody else gets it afterwards."""
    with django_db_blocker.unblock():
        name = databases.clone()
        yield databases.address(name)
        databases.drop(name)


def _changed(address: str, *statements: str) -> None:
    with psycopg.connect(address) as connection:
        for statement in statements:
            connection.execute(statement)


def test_its_rows_and_numbers_are_those_it_came_with(clone: str) -> None:
    first = "INSERT INTO auth_group (name) VALUES ('somebody')"
    _changed(clone, first, "UPDATE django_content_type SET model = model || ' of theirs'")
    assert washing.wash(clone)
    _changed(clone, first)
    with psycopg.connect(clone) as connection:
        left = connection.execute(
            "SELECT (SELECT array_agg(id) FROM auth_group), (SELECT count(*) FROM django_content_type"
            " WHERE model LIKE '% of theirs'), (SELECT count(*) > 0 FROM django_content_type)"
        ).fetchone()
    assert left == ([1], 0, True)


def test_nobody_is_left_in_it(clone: str) -> None:
    with psycopg.connect(clone) as somebody:
        assert washing.wash(clone)
        with pytest.raises(psycopg.OperationalError):
            somebody.execute("SELECT 1")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE approvals_decision DISABLE TRIGGER append_only",
        "CREATE OR REPLACE FUNCTION signalbox_append_only() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "GRANT DELETE ON approvals_decision TO signalbox_app",
        "GRANT CREATE ON SCHEMA public TO signalbox_app",
        "ALTER TABLE approvals_decision DROP CONSTRAINT decision_reject_reason",
        "CREATE INDEX ON approvals_decision (reason)",
    ],
)
def test_other_laws_than_the_templates_stay(clone: str, change: str) -> None:
    _changed(clone, change)
    assert not washing.wash(clone)

"""How tests ask the database to refuse."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

CHECK, FOREIGN, UNIQUE, DENIED = "23514", "23503", "23505", "42501"


def execute(statement: str, names: Any = None) -> None:
    """Run one statement and check what is deferred, as a commit would."""
    with connection.cursor() as cursor:
        cursor.execute(statement, names)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


@contextmanager
def refused(sqlstate: str) -> Iterator[None]:
    """The database refuses with exactly this state."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        yield
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.sqlstate == sqlstate  # type: ignore[attr-defined]

"""Somebody who looks at runs."""

import pytest
from django.test import Client

from tests import cast
from tests.flows import desk
from tests.web.review.conftest import signed_in


@pytest.fixture
def mara(db: None) -> Client:
    """A reviewer's browser."""
    return signed_in(cast.mara())


@pytest.fixture
def otto(db: None) -> Client:
    """An auditor's browser."""
    return signed_in(cast.otto())


@pytest.fixture
def at_once(db: None) -> None:
    """Decisions take effect at once: nobody undoes them in these tests."""
    desk.rules(undo_seconds=0)

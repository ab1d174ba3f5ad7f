"""Who looks at labels."""

import pytest
from django.test import Client

from tests import cast
from tests.web.review.conftest import signed_in


@pytest.fixture
def mara(db: None) -> Client:
    """A reviewer's browser."""
    return signed_in(cast.mara())


@pytest.fixture
def otto(db: None) -> Client:
    """An auditor's browser."""
    return signed_in(cast.otto())

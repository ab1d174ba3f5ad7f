"""The shop, and a browser in which nobody is signed in."""

import pytest
from django.test import Client

from tests.flows.conftest import shop

__all__ = ["shop"]


@pytest.fixture
def phone(db: None) -> Client:
    """The end user's; tokens of forms are asked for as in earnest."""
    return Client(enforce_csrf_checks=True)

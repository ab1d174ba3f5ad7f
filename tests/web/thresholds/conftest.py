"""The browsers of two admins and an auditor."""

import pytest
from django.test import Client

from approvals.models import Member
from tests import cast
from tests.learning import calls


def browser(member: Member) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def adas(db: None) -> Client:
    """The browser of who proposes."""
    return browser(calls.admins()[0])


@pytest.fixture
def beas(db: None) -> Client:
    """The browser of the second admin."""
    return browser(calls.admins()[1])


@pytest.fixture
def ottos(db: None) -> Client:
    """The auditor's browser."""
    return browser(cast.otto())

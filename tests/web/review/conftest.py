"""The people of the queue, each with a browser of their own, and forms as the page sends them."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from agents.tools.samples.retail.world import load_world
from approvals.models import Escalation, Member
from tests import cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def mara(db: None) -> Member:
    """The first reviewer."""
    return cast.mara()


@pytest.fixture
def kai(db: None) -> Member:
    """The second reviewer."""
    return cast.kai()


@pytest.fixture
def otto(db: None) -> Member:
    """The auditor."""
    return cast.otto()


@pytest.fixture
def hers(mara: Member) -> Client:
    """Mara's browser."""
    return signed_in(mara)


@pytest.fixture
def his(kai: Member) -> Client:
    """Kai's browser."""
    return signed_in(kai)


def signed_in(member: Member) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(member)
    return client


def form(escalation: Escalation, kind: str = "approve", **more: Any) -> dict[str, Any]:
    """What the decision bar of an escalation sends."""
    shown = {"evidence_sha256": escalation.evidence.digest, "version": escalation.version}
    return {"kind": kind, **shown, **more}


@pytest.fixture(scope="session")
def shop(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The shop's shared world, for tests of what only a run of ours can do."""
    with django_db_blocker.unblock():
        load_world()

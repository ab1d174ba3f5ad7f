"""What every page says of lanes whose gate is not proven."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client

from agents.models import LaneProof, Worker
from agents.proving import patrolling
from console.pages.health.halts import proving
from tests import cast
from tests.web.review.conftest import signed_in

NOT_PROVEN = "The gate is not proven for the workers of lane"


@pytest.fixture(autouse=True)
def unread() -> Iterator[None]:
    """Nothing is remembered of what another test read."""
    proving.forget()
    yield
    proving.forget()


def client() -> Client:
    return signed_in(cast.mara())


@pytest.mark.django_db
def test_a_failing_canary_is_on_every_page_in_words_that_cannot_act() -> None:
    LaneProof.objects.create(lane="default", otherwise="<script>alert(1)</script> ran", worker="host:7")
    page = client().get("/queue").content.decode()
    assert NOT_PROVEN in page
    assert "fails, and never held" in page
    table = client().get("/halts").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ran" in table
    assert "<script>alert" not in table


@pytest.mark.django_db
def test_a_proven_lane_says_when_and_raises_no_alarm() -> None:
    LaneProof.objects.create(lane="default", worker="host:7")
    page = client().get("/halts").content.decode()
    assert "Proven at" in page
    assert NOT_PROVEN not in page


@pytest.mark.django_db
def test_a_new_installation_is_not_called_proven() -> None:
    page = client().get("/halts").content.decode()
    assert "Not proven yet" in page
    assert NOT_PROVEN not in page


def test_silence_is_on_every_page(fresh_database: str) -> None:
    Worker.objects.create(name="host:7")
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE agents_worker SET started_at = now() - interval '1 hour'")
    connections["owner"].close()
    assert "silent: never proven" in client().get("/queue").content.decode()
    # Whoever is not signed in learns nothing of it.
    assert NOT_PROVEN not in Client().get("/sign-in").content.decode()
    assert patrolling.SILENT_SECONDS < 3600

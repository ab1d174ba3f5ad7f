"""The pages where an admin makes and revokes agent keys."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from approvals.models import AgentKey, Member
from approvals.staffing.keys import Scope, make_key


def form(**changes: object) -> dict[str, object]:
    """A form that would make a key."""
    last_day = timezone.localdate() + timedelta(days=30)
    return {"name": "billing", "scopes": ["request.submit", "run.read"], "expires_on": last_day} | changes


def stored(ada: Member, **times: object) -> AgentKey:
    """A key whose times are not those that a form would make."""
    secret = AgentKey.hash_of("sbx_of_another_time")
    columns = {"prefix": "sbx_of_a", "secret_sha256": secret, "scopes": ["run.read"], "created_by": ada} | times
    return AgentKey.objects.create(tenant_id=ada.tenant_id, name="billing", **columns)


@pytest.fixture
def key(ada: Member) -> AgentKey:
    """A usable key."""
    expires_at = timezone.now() + timedelta(days=30)
    return make_key(by=ada, name="billing", scopes=[Scope.RUN_READ], expires_at=expires_at).key


def test_the_secret_is_shown_once(admins: Client) -> None:
    made = admins.post("/keys/new", form(), follow=True)
    found = re.search(r"<output[^>]*>(sbx_[^<]+)</output>", made.content.decode())
    assert found
    stored = AgentKey.objects.get()
    assert bytes(stored.secret_sha256) == AgentKey.hash_of(found[1])
    assert "no-store" in made.headers["Cache-Control"]
    assert found[1] not in admins.get("/keys").content.decode() + admins.get(f"/keys/{stored.pk}").content.decode()


def test_a_day_is_written_with_its_year(admins: Client, ada: Member) -> None:
    stored(ada, expires_at="2031-03-04T09:05:00Z")
    assert "works until 4 Mar 2031" in admins.get("/keys").content.decode()


def test_a_key_works_to_the_end_of_its_last_day(admins: Client) -> None:
    sent = form()
    admins.post("/keys/new", sent)
    expires_at = AgentKey.objects.get().expires_at
    assert expires_at is not None
    assert timezone.localtime(expires_at).date() == sent["expires_on"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"scopes": []},
        {"scopes": ["decision.make"]},
        {"name": ""},
        {"expires_on": "2020-01-01"},
        {"expires_on": "2999-01-01"},
    ],
    ids=["no scope", "a scope that does not exist", "no name", "a day that is over", "a day too far away"],
)
def test_a_key_that_makes_no_sense_is_not_made(admins: Client, wrong: dict[str, object]) -> None:
    assert admins.post("/keys/new", form(**wrong)).status_code == 422
    assert not AgentKey.objects.exists()


def test_a_form_sent_twice_makes_one_key(admins: Client) -> None:
    admins.post("/keys/new", form())
    assert admins.post("/keys/new", form()).status_code == 422
    assert AgentKey.objects.count() == 1


def test_revoking_asks_for_the_beginning_of_this_key(admins: Client, key: AgentKey) -> None:
    response = admins.post(f"/keys/{key.pk}/revoke", {"beginning": "sbx_"})
    assert response.status_code == 422
    assert AgentKey.objects.usable().exists()


def test_a_key_is_revoked_at_once(admins: Client, key: AgentKey) -> None:
    assert admins.post(f"/keys/{key.pk}/revoke", {"beginning": f" {key.prefix}… "}).status_code == 302
    assert not AgentKey.objects.usable().exists()


def test_an_expired_key_is_shown_as_expired(admins: Client, ada: Member) -> None:
    week_ago, yesterday = timezone.now() - timedelta(days=7), timezone.now() - timedelta(days=1)
    stored(ada, created_at=week_ago, expires_at=yesterday)
    assert "expired on" in admins.get("/keys").content.decode()

"""Keys: what one opens, when it stops to, and that nothing else opens anything."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import AgentKey
from approvals.staffing.keys import Scope
from tests import cast
from tests.api import callers
from tests.api.callers import V1, Caller

pytestmark = pytest.mark.django_db
SCOPES = {
    "/runs": Scope.RUN_READ,
    "/runs/3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10": Scope.RUN_READ,
    "/escalations": Scope.ESCALATION_READ,
    "/escalations/1": Scope.ESCALATION_READ,
    "/labels": Scope.LABEL_EXPORT,
}


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.CONTEXT_ATTEST])
@pytest.mark.parametrize("path", SCOPES)
def test_a_key_opens_what_its_scope_says_and_no_more(path: str, scope: Scope) -> None:
    assert (callers.agent(scope).get(path).status_code != 403) == (scope is SCOPES[path])


@pytest.mark.parametrize("scope", [scope for scope in Scope if scope is not Scope.CONTEXT_ATTEST])
def test_only_one_scope_submits(scope: Scope) -> None:
    assert callers.agent(scope).submit().status_code == (201 if scope is Scope.REQUEST_SUBMIT else 403)


def test_a_missing_scope_is_named() -> None:
    answer = callers.agent(Scope.RUN_READ).get("/labels")
    assert answer.json()["code"] == "scope_missing"
    assert answer.json()["detail"].endswith("it lacks the scope: label.export")


@pytest.mark.parametrize("path", SCOPES)
@pytest.mark.parametrize("caller", [callers.revoked, callers.expired], ids=["revoked", "expired"])
def test_a_key_that_is_over_opens_nothing(caller: object, path: str) -> None:
    assert callable(caller)
    answer = caller().get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "key_unusable")


HEADERS = {
    "none": ("", "key_needed"),
    "no secret": ("Bearer", "key_unusable"),
    "an empty secret": ("Bearer ", "key_unusable"),
    "nobody's": ("Bearer sbx_nobody", "key_unusable"),
    "another scheme": ("Basic c2J4Og==", "key_needed"),
    "only the secret": ("sbx_nobody", "key_needed"),
    "not ASCII": ("Bearer \xff\xfe", "key_unusable"),
    "NUL": ("Bearer \x00", "key_unusable"),
    "very long": (f"Bearer {'x' * 60_000}", "key_unusable"),
    "quoted": ('Bearer "sbx_x"', "key_unusable"),
}


@pytest.mark.parametrize(("header", "code"), HEADERS.values(), ids=HEADERS)
def test_what_is_no_key_opens_nothing(header: str, code: str) -> None:
    answer = Caller(header).get("/runs")
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


def test_the_stored_hash_is_no_key() -> None:
    made = callers.key_with(*Scope)
    stored = AgentKey.objects.get(pk=made.key.pk)
    assert Caller(f"Bearer {bytes(stored.secret_sha256).hex()}").get("/runs").status_code == 401
    assert Caller(f"Bearer {stored.prefix}").get("/runs").status_code == 401


def test_a_signed_in_person_is_nobody_here() -> None:
    client = Client()
    client.force_login(cast.ada())
    assert client.get(f"{V1}/runs").status_code == 401
    assert client.post(f"{V1}/requests", "{}", "application/json").status_code == 401


def test_a_key_opens_no_page() -> None:
    assert callers.agent().client().get("/queue").status_code == 302


def test_asking_costs_two_queries_and_writes_nothing() -> None:
    agent = callers.agent()
    with CaptureQueriesContext(connection) as asked:
        agent.get("/runs")
    assert [query["sql"].split()[0] for query in asked] == ["SELECT", "SELECT"]


def test_no_cookie_is_set() -> None:
    assert not callers.agent().get("/runs").cookies

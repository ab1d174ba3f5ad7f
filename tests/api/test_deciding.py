"""No key decides: whatever is sent with one, to the API or to the forms of people, an escalation stays as it is."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.models import AuditEntry, Decision, Escalation, Grant, Halt, Label
from tests.api import callers
from tests.flows import desk
from tests.web.access.routes import Route, routes
from tests.web.access.table import METHODS
from tests.web.review.stage import put

pytestmark = pytest.mark.django_db
OURS = [route for route in routes() if route.name.startswith("api:")]
FORMS = [route for route in routes() if route.name in {"claim", "release", "decide", "undo"}]
PLACES = {f"{method} {route.name}": (route, method) for route in OURS + FORMS for method in METHODS}
LAWS = (Escalation, Decision, Grant, Label, Halt, AuditEntry)


@pytest.mark.parametrize(("route", "method"), PLACES.values(), ids=PLACES)
def test_no_key_changes_an_escalation(route: Route, method: str) -> None:
    escalation, agent = put(), callers.agent()
    before = _stored()
    _ask(agent.client(), route, method, escalation)
    assert _stored() == before


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("route", OURS, ids=lambda route: route.name)
def test_the_api_writes_requests_and_nothing_else(route: Route, method: str) -> None:
    escalation, agent = put(), callers.agent()
    with CaptureQueriesContext(connection) as asked:
        _ask(agent.client(), route, method, escalation)
    written = {query["sql"].split()[2] for query in asked if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))}
    assert written <= {'"agents_request"', '"agents_run"', '"agents_step"'}


@pytest.mark.parametrize("route", OURS, ids=lambda route: route.name)
def test_looking_changes_nothing(route: Route) -> None:
    escalation, agent = put(), callers.agent()
    with CaptureQueriesContext(connection) as asked:
        _ask(agent.client(), route, "GET", escalation)
    assert {query["sql"].split()[0] for query in asked} <= {"SELECT"}


def _ask(client: Client, route: Route, method: str, escalation: Escalation) -> None:
    """What an honest form of a reviewer would send, as JSON, as a form and in the address; and a request in order."""
    said = desk.said(escalation).model_dump(mode="json", exclude_none=True)
    keys = {
        "run_key": escalation.run_key,
        "escalation_id": escalation.pk,
        "action_id": escalation.origin,
        "grant_id": f"grant-{escalation.pk}",
    }
    address = reverse(route.name, kwargs={name: keys[name] for name in route.parameters})
    for body in (said, callers.REQUEST):
        client.generic(method, address, json.dumps(body), "application/json")
    client.generic(method, address, urlencode(said), "application/x-www-form-urlencoded", query_params=said)


def _stored() -> dict[str, list[Any]]:
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in LAWS}

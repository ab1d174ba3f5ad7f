"""Where somebody arrives after signing in."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from approvals.models import Member
from console.pages.people.landing import page_at
from tests.web.access.routes import routes
from tests.web.access.table import ROUTES
from tests.web.people.conftest import PASSWORD

SAMPLES = {
    "key": "3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10",
    "route": "desk/tool",
    "run_key": "3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10",
    "source": "3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10",
}
PLACES = {
    route.name: reverse(route.name, kwargs={name: SAMPLES.get(name, "7") for name in route.parameters})
    for route in routes()
}
NEAREST = {
    "claim": "/queue/7",
    "decide": "/queue/7",
    "cancel_run": f"/runs/{SAMPLES['key']}",
    "tune": "/policies",
    "approve_draft": "/policies/drafts/7",
    "restore_version": "/policies/versions/7",
    "deactivate_person": "/people/7",
    "revoke_key": "/keys/7",
}


@pytest.mark.parametrize("name", PLACES)
def test_whatever_was_asked_for_the_page_it_leads_to_can_be_got(name: str) -> None:
    landed = page_at(PLACES[name], never="/sign-in")
    (route,) = {route for route, place in PLACES.items() if place == landed}
    assert "GET" in ROUTES[route]
    assert not route.startswith("api:")


@pytest.mark.parametrize(("name", "place"), NEAREST.items(), ids=NEAREST)
def test_an_address_for_forms_leads_to_what_it_is_about(name: str, place: str) -> None:
    assert page_at(PLACES[name], never="/sign-in") == place


@pytest.mark.parametrize(
    ("asked", "landed"),
    [
        ("/runs?q=status%3Afailed", "/runs?q=status%3Afailed"),
        ("/queue/7/decide?x=1", "/queue/7"),
        ("/nowhere/at/all", "/"),
        ("/sign-in", "/"),
        ("/sign-in/x", "/"),
        ("/api/v1/runs", "/"),
        ("http://testserver/teams", "http://testserver/teams"),
        ("/a" * 2000, "/"),
        ("", "/"),
    ],
    ids=range(9),
)
def test_a_page_stays_what_it_is_and_anything_else_leads_up(asked: str, landed: str) -> None:
    assert page_at(asked, never="/sign-in") == landed


def test_signing_in_after_a_form_lands_on_its_page(visitor: Client, mara: Member) -> None:
    sent = {"username": mara.email, "password": PASSWORD, "next": "/sign-out"}
    assert visitor.post("/sign-in", sent).headers["Location"] == settings.LOGIN_REDIRECT_URL
    assert visitor.get("/account").status_code == 200

"""The pages of what went wrong."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import storage
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from approvals.models import Member, Role
from console.pages import errors
from tests import cast

STATUSES = [400, 401, 403, 404, 405, 409, 429, 500]


def request(**headers: str) -> HttpRequest:
    """A request that no middleware has seen."""
    return RequestFactory(headers=headers).get("/")


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_stands_alone(status: int) -> None:
    asked = request()
    page = errors.page(asked, status, minutes=3).content.decode()
    assert errors.reference(asked) in page
    assert page.count("<h1>") == 1
    assert re.findall(r"<script|style=|Traceback", page) == []


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_needs_no_style_sheet(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.staticfiles_storage, "url", _missing)
    assert "stylesheet" not in errors.page(request(), status, minutes=3).content.decode()


LINK = re.compile(r'<a class="link" href="([^"]*)"')


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409])
def test_a_page_leads_whoever_is_signed_in_on(status: int) -> None:
    asked = request()
    asked.user = Member(role=Role.REVIEWER)
    page = errors.page(asked, status).content.decode()
    assert LINK.findall(page) == ["/", reverse("queue"), reverse("runs")]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409])
def test_a_page_leads_whoever_is_signed_out_to_signing_in_only(status: int) -> None:
    asked = request()
    asked.user = AnonymousUser()
    assert LINK.findall(errors.page(asked, status).content.decode()) == [reverse("sign_in")]


@pytest.mark.parametrize("status", [404, 500])
def test_a_page_that_cannot_know_leads_to_the_start(status: int) -> None:
    assert LINK.findall(errors.page(request(), status).content.decode()) == ["/"]


@pytest.mark.parametrize(
    ("handler", "status"),
    [
        (lambda asked: errors.bad_request(asked, SuspiciousOperation("odd")), 400),
        (lambda asked: errors.forbidden(asked, PermissionDenied()), 403),
        (lambda asked: errors.not_found(asked, Http404()), 404),
        (errors.server_error, 500),
        (errors.csrf_failure, 403),
    ],
    ids=["bad request", "forbidden", "not found", "server error", "csrf"],
)
def test_every_handler_answers_with_its_status(handler: Callable[[HttpRequest], HttpResponse], status: int) -> None:
    assert handler(request()).status_code == status


def test_a_program_is_answered_in_json() -> None:
    asked = request(Accept="application/json")
    answer = errors.page(asked, 404)
    assert answer.headers["Content-Type"] == "application/json"


def test_a_page_never_lands_in_the_leaf_that_asked() -> None:
    answer = errors.page(request(**{"HX-Request": "true"}), 403)
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("body", "innerHTML")


@pytest.mark.django_db
def test_an_address_that_does_not_exist_has_its_page() -> None:
    response = Client().get("/no/such/address")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


@pytest.mark.django_db
def test_a_wrong_method_has_its_page_and_names_the_right_ones() -> None:
    response = Client().get("/sign-out")
    assert response.headers["Allow"] == "POST"
    assert "This address is not a page" in response.content.decode()


@pytest.mark.django_db
def test_the_role_that_is_missing_is_named() -> None:
    client = Client()
    client.force_login(cast.mara())
    page = client.get("/people").content.decode()
    assert "<li>admin</li>" in page
    assert "<li>auditor</li>" not in page


def _missing(name: str) -> str:
    raise ValueError(name)


def test_the_icon_is_where_browsers_look_for_it() -> None:
    answer = Client().get("/favicon.ico", follow=True)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/svg+xml")

"""What the guards of views answer to those they do not let in, and leave behind of what they do."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from approvals.models import Member
from console import access
from tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
GUARDS = {
    "member_required": "Mara Ada Otto",
    "reviewer_required": "Mara Ada",
    "admin_required": "Ada",
    "auditor_or_admin_required": "Ada Otto",
}


def page(request: HttpRequest) -> HttpResponse:
    """A view."""
    return HttpResponse("let in")


def asked(guard: str, member: Member) -> bool:
    """Whether this guard lets a person in."""
    request = RequestFactory().get("/")
    request.user = member
    try:
        return bool(getattr(access, guard)(page)(request).content == b"let in")
    except access.RoleNeeded:
        return False


@pytest.mark.parametrize(("guard", "let_in"), GUARDS.items(), ids=GUARDS)
def test_a_guard_lets_its_roles_in(guard: str, let_in: str) -> None:
    people = [cast.mara(), cast.ada(), cast.otto()]
    assert " ".join(member.name for member in people if asked(guard, member)) == let_in


def test_the_anonymous_are_sent_to_sign_in_and_back() -> None:
    assert Client().get("/people?q=mara").headers["Location"] == "/sign-in?next=/people%3Fq%3Dmara"


def test_a_form_of_the_anonymous_is_not_done_and_says_so() -> None:
    response = Client(headers={"Referer": "http://testserver/teams"}).post("/teams", {"name": "x"})
    assert response.status_code == 401
    assert "next=http%3A//testserver/teams" in response.content.decode()


@pytest.mark.parametrize("ask", [Client.get, Client.post], ids=["GET", "POST"])
def test_htmx_of_the_anonymous_leaves_for_the_sign_in_page(ask: Callable[..., HttpResponse]) -> None:
    response = ask(Client(headers=HTMX | {"HX-Current-URL": "http://testserver/teams"}), "/teams")
    assert response.status_code == 401
    assert response.headers["HX-Redirect"] == "/sign-in?next=http%3A//testserver/teams&ended=1"


def test_the_way_back_never_leads_elsewhere() -> None:
    response = Client(headers=HTMX | {"HX-Current-URL": "https://evil.example/"}).post("/teams")
    assert response.headers["HX-Redirect"] == "/sign-in?next=/&ended=1"


def test_what_somebody_saw_is_not_kept_by_the_browser() -> None:
    client = Client()
    client.force_login(cast.mara())
    assert "no-store" in client.get("/account").headers["Cache-Control"]


@pytest.mark.parametrize(("who", "is_offered"), [(cast.mara, False), (cast.ada, True), (cast.otto, True)])
def test_a_key_is_offered_to_who_may_open_what_it_leads_to(who: Callable[[], Member], is_offered: bool) -> None:
    client = Client()
    client.force_login(who())
    assert ('data-does="policies"' in client.get("/account").content.decode()) is is_offered

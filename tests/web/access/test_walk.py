"""Walk every address of the project and ask for every cell of the table."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.access.routes import Route, routes
from tests.web.access.sides import Answer, Caller, Whose
from tests.web.access.table import METHODS, NOBODY, OBJECTS, ROUTES, WITHOUT_CSRF
from tests.web.access.world import World

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db

CELLS = [
    pytest.param(route, method, caller, id=f"{route}-{method}-{caller}")
    for route in ROUTES
    for method in METHODS
    for caller in Caller
]
OBJECT_CELLS = [
    pytest.param(route, method, caller, whose, id=f"{route}-{method}-{caller}-{whose.name}")
    for route, objects in OBJECTS.items()
    for method in ROUTES[route]
    for caller, answers in objects.answers.items()
    for whose in answers
]
POSTS = [pytest.param(route, id=route) for route, row in ROUTES.items() if "POST" in row and route not in WITHOUT_CSRF]
GETS = [pytest.param(route, id=route) for route, row in ROUTES.items() if "GET" in row]
BY_STATUS = {401: Answer.SIGN_IN, 403: Answer.FORBIDDEN, 404: Answer.NOT_FOUND, 405: Answer.NO_METHOD}


def test_every_address_has_a_name() -> None:
    assert [route.pattern for route in routes() if not route.name or route.name.endswith(":")] == []


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert {route.name for route in routes()} == set(ROUTES)


def test_every_address_that_names_an_object_says_whose() -> None:
    assert {route.name for route in routes() if route.parameters} == set(OBJECTS)


@pytest.mark.parametrize(("route", "method", "caller"), CELLS)
def test_the_answer_is_as_the_table_says(route: str, method: str, caller: Caller) -> None:
    world = World()
    browser = world.browser(caller)
    # A wrong method is refused before anything is looked up.
    whose = Whose.SAME_TENANT if method in ROUTES[route] else Whose.ABSENT
    response = browser.generic(method, address(world, route, whose))
    assert answer(response) == ROUTES[route].get(method, NOBODY)[caller]


@pytest.mark.parametrize(("route", "method", "caller", "whose"), OBJECT_CELLS)
def test_whose_it_is_decides_who_finds_it(route: str, method: str, caller: Caller, whose: Whose) -> None:
    world = World()
    browser = world.browser(caller)
    response = browser.generic(method, address(world, route, whose))
    assert answer(response) == OBJECTS[route].answers[caller][whose]


@pytest.mark.parametrize("route", OBJECTS)
def test_what_is_foreign_and_what_is_absent_answer_alike(route: str) -> None:
    world = World()
    # Somebody who would find it, were it theirs.
    finders = OBJECTS[route].answers
    browser = world.browser(Caller.ADMIN if Caller.ADMIN in finders else next(iter(finders)))
    method = next(iter(ROUTES[route]))
    foreign, absent = (
        browser.generic(method, address(world, route, whose)) for whose in (Whose.FOREIGN_TENANT, Whose.ABSENT)
    )
    assert without_reference(foreign) == without_reference(absent)


@pytest.mark.parametrize("route", POSTS)
def test_a_form_from_elsewhere_is_refused(route: str) -> None:
    world = World()
    browser = world.browser(Caller.ADMIN, enforce_csrf_checks=True)
    response = browser.post(address(world, route, Whose.SAME_TENANT))
    assert response.status_code == 403


@pytest.mark.parametrize("route", GETS)
def test_looking_changes_nothing(route: str) -> None:
    world = World()
    browser = world.browser(Caller.ADMIN)
    place = address(world, route, Whose.SAME_TENANT)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        browser.get(place)
    assert [query["sql"] for query in asked if re.match(r"\W*(INSERT|UPDATE|DELETE)", query["sql"])] == []


def address(world: World, name: str, whose: Whose) -> str:
    """The address, with an object in it that is so related to who asks."""
    route: Route = next(route for route in routes() if route.name == name)
    kwargs: dict[str, Any] = {parameter: world.object(OBJECTS[name].kind, whose) for parameter in route.parameters}
    return reverse(name, kwargs=kwargs)


def answer(response: "Response") -> Answer:
    """The kind of an answer; a redirect to the sign-in page and a 401 are the same request."""
    if response.status_code == 302 and response.headers["Location"].startswith(reverse("sign_in")):
        return Answer.SIGN_IN
    assert response.status_code < 500
    return BY_STATUS.get(response.status_code, Answer.OK)


def without_reference(response: "Response") -> tuple[int, str]:
    """Status and body, without the id that differs each time."""
    return response.status_code, re.sub(r"<code>\w+</code>|\"id\": \"\w+\"", "", response.content.decode())

"""The account and the pages of an admin in a real browser: readable by everyone, and working without script."""

from itertools import product
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe

from approvals.models import AuditEntry, Member, Role
from approvals.staffing import people
from approvals.staffing.teams import make_team
from tests import cast
from tests.plugins import browsing
from tests.web.people.conftest import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PLACES = ("/people", "/people?q=nobody", "/people/new", "/teams", "/keys", "/keys/new", "/account", "/nowhere")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture
def ada(fresh_database: str) -> Member:
    """The admin, who can sign in."""
    member = cast.ada()
    member.set_password(PASSWORD)
    member.save()
    return member


def sign_in(page: "Page", email: str, password: str, *, then: str) -> None:
    """By the keyboard alone, from the page that was asked for."""
    page.goto(then)
    page.wait_for_selector("#id_username:focus")
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def faults(page: "Page", place: str) -> list[str]:
    """What axe finds on a page, and the widths at which it scrolls sideways."""
    page.goto(place)
    every = list(product(SCHEMES, (1440, 390)))
    some = [every[0], every[-1]]
    found = [fault for scheme, width in browsing.views(every, some) for fault in _violations(page, scheme, width)]
    return found + [f"{place} is too wide at {width}" for width in (1024, 320) if _is_too_wide(page, width)]


def _violations(page: "Page", scheme: Literal["light", "dark"], width: int) -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    seen = Axe().run(page, options=RULES).response["violations"]
    return [f"{page.url} {scheme} {width}: {rule['id']} {rule['nodes'][0]['html']}" for rule in seen]


def _is_too_wide(page: "Page", width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.full
def test_no_page_has_a_fault(page: "Page", ada: Member) -> None:
    before = faults(page, "/sign-in")
    sign_in(page, ada.email, PASSWORD, then="/people")
    found = [
        fault for place in (*PLACES, f"/people/{ada.pk}", f"/people/{ada.pk}/once") for fault in faults(page, place)
    ]
    assert before + found == []


def test_everything_works_without_script(browser: "Browser", web_server: str, ada: Member) -> None:
    context = browser.new_context(base_url=web_server, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, ada.email, PASSWORD, then="/teams")
    page.fill("[name=name]", "Refunds")
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.locator("th[scope=row]").all_inner_texts() == ["Refunds"]
    context.close()


def test_a_new_person_chooses_a_password_and_arrives(page: "Page", ada: Member) -> None:
    made = people.make_member(by=ada, name="Nora", email="nora@example.test", role=Role.REVIEWER)
    sign_in(page, made.member.email, made.password, then="/account")
    page.fill("[name=new_password1]", PASSWORD)
    page.fill("[name=new_password2]", PASSWORD)
    page.click("main button[type=submit]")
    assert page.url.endswith("/account")


def test_a_secret_is_shown_once_and_a_reload_sends_no_form(page: "Page", ada: Member) -> None:
    mara = cast.mara()
    sign_in(page, ada.email, PASSWORD, then=f"/people/{mara.pk}")
    page.click("text=Give Mara a new password")
    assert len(page.inner_text("output")) == 23
    page.reload()
    assert "was shown once" in page.inner_text("main")
    assert AuditEntry.objects.filter(verb="password.give").count() == 1


def test_the_first_error_has_the_focus(page: "Page", ada: Member) -> None:
    sign_in(page, ada.email, PASSWORD, then="/people/new")
    page.click("main button[type=submit]")
    page.wait_for_selector("#id_name_error")
    assert page.evaluate("document.activeElement.id") == "id_name"


def test_the_whole_navigation_is_seen_on_a_phone(page: "Page", ada: Member) -> None:
    sign_in(page, ada.email, PASSWORD, then="/people")
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".nav").evaluate("nav => nav.scrollWidth <= nav.clientWidth")


def test_no_word_of_a_table_of_people_is_broken(page: "Page", ada: Member) -> None:
    made = [make_team(by=ada, name=name) for name in ("Refunds and chargebacks", "Logistics")]
    email = "konstantina.papadimitriou-wellington@customer-operations.example.test"
    people.make_member(by=ada, name="Konstantina Wellington", email=email, role=Role.REVIEWER, teams=made)
    sign_in(page, ada.email, PASSWORD, then="/people")
    page.set_viewport_size({"width": 1024, "height": 900})
    lines = (
        "cells => cells.map(c => { const r = document.createRange(); r.selectNodeContents(c); "
        "return r.getClientRects().length })"
    )
    assert set(page.eval_on_selector_all(".staff .is", lines)) == {1}

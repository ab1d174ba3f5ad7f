"""The pages where an admin makes and changes people and teams."""

import re

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from approvals.models import Member, Role, Team
from approvals.staffing import people
from tests import cast
from tests.web.people.conftest import PASSWORD

NEW = {"name": "Nora Lind", "email": "nora@example.test", "role": "reviewer"}


def secret_of(page: str) -> str:
    """The one-time password on a page, or nothing."""
    found = re.search(r"<output[^>]*>([^<]+)</output>", page)
    return found[1] if found else ""


def test_a_new_person_gets_a_password_that_is_shown_once(admins: Client, visitor: Client) -> None:
    given = secret_of(admins.post("/people/new", NEW, follow=True).content.decode())
    assert given not in admins.get("/people").content.decode()
    response = visitor.post("/sign-in", {"username": NEW["email"], "password": given})
    assert response.headers["Location"] == "/choose-password"


def test_a_new_person_has_the_role_and_the_teams(admins: Client, ada: Member) -> None:
    team = Team.objects.create(tenant_id=ada.tenant_id, name="Refunds")
    admins.post("/people/new", NEW | {"role": "auditor", "teams": [team.pk]})
    nora = Member.objects.get(email=NEW["email"])
    assert (nora.role, list(nora.teams.all())) == (Role.AUDITOR, [team])


def test_an_email_that_is_taken_is_said_beside_the_email(admins: Client, mara: Member) -> None:
    response = admins.post("/people/new", NEW | {"email": mara.email})
    page = response.content.decode()
    assert response.status_code == 422
    assert re.search(r'name="email"[^>]*aria-describedby="id_email_helptext id_email_error"', page)
    assert 'id="id_email_error"' in page


def test_the_first_error_has_the_focus(admins: Client) -> None:
    page = admins.post("/people/new", {"email": "x"}).content.decode()
    assert re.search(r'name="name"[^>]*autofocus', page)
    assert page.count("autofocus") == 1


def test_a_role_that_does_not_exist_is_refused(admins: Client) -> None:
    assert admins.post("/people/new", NEW | {"role": "owner"}).status_code == 422


def test_a_change_counts_from_the_next_request(admins: Client, mara: Member) -> None:
    hers = Client()
    hers.force_login(mara)
    assert hers.get("/people").status_code == 403
    admins.post(f"/people/{mara.pk}", {"name": "Mara", "role": "admin"})
    assert hers.get("/people").status_code == 200


def test_the_last_admin_is_told_why_not(admins: Client, ada: Member) -> None:
    response = admins.post(f"/people/{ada.pk}/deactivate")
    assert response.status_code == 409
    assert "This is the last active admin." in response.content.decode()


def test_sessions_die_with_the_access_and_stay_dead(admins: Client, mara: Member) -> None:
    hers = Client()
    hers.force_login(mara)
    assert hers.get("/account").status_code == 200
    admins.post(f"/people/{mara.pk}/deactivate")
    assert hers.get("/account").headers["Location"].startswith("/sign-in")
    admins.post(f"/people/{mara.pk}/password")
    assert hers.get("/account").headers["Location"].startswith("/sign-in")


def test_a_lost_password_is_replaced_by_one_for_one_time(admins: Client, visitor: Client, mara: Member) -> None:
    given = secret_of(admins.post(f"/people/{mara.pk}/password", follow=True).content.decode())
    assert visitor.post("/sign-in", {"username": mara.email, "password": PASSWORD}).status_code == 422
    assert visitor.post("/sign-in", {"username": mara.email, "password": given}).status_code == 302


def test_changing_my_password_ends_my_other_sessions(visitor: Client, mara: Member) -> None:
    other = Client()
    other.force_login(mara)
    visitor.force_login(mara)
    new = "words that only I know"
    sent = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert visitor.post("/account", sent).headers["Location"] == "/account?changed=1"
    assert visitor.get("/account").status_code == 200
    assert other.get("/account").status_code == 302


def test_a_stolen_session_cannot_guess_the_old_password_for_ever(visitor: Client, mara: Member) -> None:
    visitor.force_login(mara)
    sent = {"old_password": "guess", "new_password1": "words I know well", "new_password2": "words I know well"}
    statuses = [visitor.post("/account", sent).status_code for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2


@pytest.mark.parametrize("place", ["/people", "/account", "/runs", "/teams", "/keys"])
def test_admins_have_people_in_the_navigation(admins: Client, mara: Member, place: str) -> None:
    nav = r'<nav class="nav"[^>]*>(.*?)</nav>'
    (links,) = re.findall(nav, admins.get(place).content.decode(), re.DOTALL)
    assert ('href="/people"' in links, 'href="/people" aria-current' in links) == (
        True,
        place in ("/people", "/teams", "/keys"),
    )
    hers = Client()
    hers.force_login(mara)
    (links,) = re.findall(nav, hers.get("/account").content.decode(), re.DOTALL)
    assert "/people" not in links


def test_a_time_is_written_as_everywhere_else(admins: Client, mara: Member) -> None:
    Member.objects.filter(pk=mara.pk).update(last_login="2026-03-04T09:05:00Z")
    assert ">4 Mar 09:05</time>" in admins.get("/people").content.decode()


@pytest.mark.parametrize("field", ["name", "email"])
def test_characters_that_nobody_sees_are_refused_beside_the_field(admins: Client, field: str) -> None:
    response = admins.post("/people/new", NEW | {field: "nora@exam\u200bple.test"})
    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()


def test_people_are_found_by_a_part_of_their_name(admins: Client, mara: Member) -> None:
    cast.kai()
    page = admins.get("/people?q=mar").content.decode()
    assert mara.email in page
    assert "kai@example.test" not in page


def test_a_page_of_people_asks_the_database_a_fixed_number_of_times(
    admins: Client, ada: Member, django_assert_max_num_queries: type
) -> None:
    for number in range(20):
        cast.member(f"P{number}", Role.REVIEWER)
    with django_assert_max_num_queries(6):
        admins.get("/people")


def test_a_number_that_fits_no_column_is_not_found(admins: Client) -> None:
    assert admins.get("/people/99999999999999999999").status_code == 404


def test_a_team_is_made_and_listed_with_its_people(admins: Client, ada: Member) -> None:
    assert admins.post("/teams", {"name": "Refunds"}).headers["Location"] == "/teams"
    team = Team.objects.get()
    people.change_member(cast.kai(), by=ada, name="Kai", role=Role.REVIEWER, teams=[team])
    assert re.search(r"Refunds</th><td[^>]*>1</td>", admins.get("/teams").content.decode())


def test_a_name_is_text(admins: Client) -> None:
    admins.post("/people/new", NEW | {"name": "<script>alert(1)</script>"})
    assert "<script>alert(1)" not in admins.get("/people").content.decode()


def edited(member: Member, **fields: str) -> dict[str, str]:
    """The form of a person as it is, with some of it changed."""
    return {"name": member.name, "role": member.role, **fields}


def test_a_second_account_names_the_first_and_is_the_same_person(admins: Client, mara: Member) -> None:
    kai = cast.kai()
    admins.post(f"/people/{kai.pk}", edited(kai, same_as=mara.email))
    assert Member.objects.get(pk=kai.pk).person_id == mara.pk
    assert f'value="{mara.email}"' in admins.get(f"/people/{kai.pk}").content.decode()


def test_that_two_accounts_are_one_person_is_never_taken_back(admins: Client, mara: Member) -> None:
    kai = cast.kai()
    admins.post(f"/people/{kai.pk}", edited(kai, same_as=mara.email))
    answer = admins.post(f"/people/{kai.pk}", edited(kai, same_as=""))
    assert (answer.status_code, "one person would count as two" in answer.content.decode()) == (422, True)
    with pytest.raises(DatabaseError, match="stays an account"), transaction.atomic():
        Member.objects.filter(pk=kai.pk).update(same_as=None)
    assert Member.objects.get(pk=kai.pk).person_id == mara.pk


@pytest.mark.parametrize("email", ["nobody@example.test", "ada@example.test", "mara@example.test"])
def test_what_is_no_first_account_of_somebody_else_is_refused_beside_the_field(
    admins: Client, mara: Member, email: str
) -> None:
    answer = admins.post(f"/people/{mara.pk}", edited(mara, same_as=email))
    assert (answer.status_code, 'id="id_same_as_error"' in answer.content.decode()) == (422, True)


def test_nobody_unties_an_account_of_their_own(admins: Client, ada: Member, mara: Member) -> None:
    Member.objects.filter(pk=mara.pk).update(same_as=ada)
    assert admins.post(f"/people/{mara.pk}", edited(mara, same_as="")).status_code == 422


@pytest.mark.parametrize(
    "name",
    ["mara", "M\u0430ra Lind", "M á r a", "Ma.ra", "Signalbox", "the end user", "S1gnalbox", "Иван Petrov"],
)
def test_a_name_that_could_be_mistaken_is_refused_and_nothing_is_lost(admins: Client, mara: Member, name: str) -> None:
    answer = admins.post("/people/new", NEW | {"name": name})
    page = answer.content.decode()
    assert (answer.status_code, 'id="id_name_error"' in page, NEW["email"] in page) == (422, True, True)
    assert Member.objects.filter(email=NEW["email"]).count() == 0
    assert admins.post(f"/people/{mara.pk}", edited(mara)).status_code == 302


@pytest.mark.parametrize("name", ["Mara Lindt", "Мара Линд", "田中 たろう", "Zoë O’Neil-Smith 2"])
def test_an_honest_name_is_taken(admins: Client, mara: Member, name: str) -> None:
    admins.post("/people/new", NEW | {"name": name})
    assert Member.objects.get(email=NEW["email"]).name == name

"""Signing in and out."""

import pytest
from django.conf import LazySettings, settings
from django.test import Client

from approvals.models import Member
from approvals.staffing import people
from tests.web.people.conftest import PASSWORD

GENERIC = "That e-mail and password do not belong together."


def sign_in(visitor: Client, email: str, password: str, **more: str) -> tuple[int, str]:
    """The status, and where to."""
    response = visitor.post("/sign-in", {"username": email, "password": password, **more})
    return response.status_code, response.headers.get("Location", "")


def test_passwords_are_hashed_with_argon2() -> None:
    assert LazySettings().PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")


def test_the_right_password_signs_in(visitor: Client, mara: Member) -> None:
    assert sign_in(visitor, mara.email, PASSWORD) == (302, settings.LOGIN_REDIRECT_URL)
    assert visitor.get("/account").status_code == 200


def test_the_case_of_the_email_does_not_matter(visitor: Client, mara: Member) -> None:
    assert sign_in(visitor, mara.email.upper(), PASSWORD)[0] == 302


def test_signing_in_leads_back_to_the_page_that_was_asked_for(visitor: Client, mara: Member) -> None:
    assert sign_in(visitor, mara.email, PASSWORD, next="/account?x=1") == (302, "/account?x=1")


def test_who_was_cut_off_is_told_that_nothing_was_sent(visitor: Client, mara: Member) -> None:
    sent = visitor.get("/queue/7", headers={"HX-Request": "true", "Referer": "http://testserver/queue/7"})
    page = visitor.get(sent.headers["HX-Redirect"]).content.decode()
    assert ("Nothing was sent" in page, "Nothing was sent" in visitor.get("/sign-in").content.decode()) == (True, False)
    landed = sign_in(visitor, mara.email, PASSWORD, next="http://testserver/queue/7")
    assert landed == (302, "http://testserver/queue/7")


def test_the_account_page_opens_no_keyboard(visitor: Client, mara: Member) -> None:
    visitor.force_login(mara)
    assert "autofocus" not in visitor.get("/account").content.decode()


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "/sign-in"]
)
def test_signing_in_never_leads_elsewhere(visitor: Client, mara: Member, elsewhere: str) -> None:
    assert sign_in(visitor, mara.email, PASSWORD, next=elsewhere) == (302, settings.LOGIN_REDIRECT_URL)


@pytest.mark.parametrize(
    ("email", "password"),
    [("mara@example.test", "wrong"), ("nobody@example.test", PASSWORD), ("not an e-mail", PASSWORD)],
    ids=["wrong password", "unknown e-mail", "no e-mail"],
)
def test_what_is_wrong_is_never_said(visitor: Client, mara: Member, email: str, password: str) -> None:
    response = visitor.post("/sign-in", {"username": email, "password": password})
    assert response.status_code == 422
    assert "_auth_user_id" not in visitor.session


def test_an_unknown_person_reads_the_same_as_a_wrong_password(visitor: Client, mara: Member) -> None:
    wrong = visitor.post("/sign-in", {"username": mara.email, "password": "wrong"}).content.decode()
    unknown = visitor.post("/sign-in", {"username": "no@example.test", "password": "wrong"}).content.decode()
    assert GENERIC in wrong
    assert GENERIC in unknown


def test_someone_without_access_reads_the_same(visitor: Client, mara: Member) -> None:
    Member.objects.filter(pk=mara.pk).update(is_active=False)
    response = visitor.post("/sign-in", {"username": mara.email, "password": PASSWORD})
    assert GENERIC in response.content.decode()


def test_the_error_is_tied_to_the_input_that_has_the_focus(visitor: Client, mara: Member) -> None:
    page = visitor.post("/sign-in", {"username": mara.email, "password": "wrong"}).content.decode()
    assert 'autofocus aria-describedby="form_error"' in page.replace(' class="in"', "")
    assert page.count("autofocus") == 1


def test_the_session_is_a_new_one_after_signing_in(visitor: Client, mara: Member) -> None:
    visitor.session.save()
    session = visitor.session
    session["planted"] = True
    session.save()
    before = session.session_key
    sign_in(visitor, mara.email, PASSWORD)
    assert visitor.session.session_key != before


def test_somebody_signed_in_is_sent_on(visitor: Client, mara: Member) -> None:
    visitor.force_login(mara)
    assert visitor.get("/sign-in?next=/account").headers["Location"] == "/account"
    assert visitor.get("/sign-in?next=/sign-in").headers["Location"] == settings.LOGIN_REDIRECT_URL


def test_signing_out_ends_the_session(visitor: Client, mara: Member) -> None:
    visitor.force_login(mara)
    assert visitor.post("/sign-out").headers["Location"] == "/sign-in"
    assert visitor.get("/account").status_code == 302


def test_a_link_cannot_sign_anybody_out(visitor: Client, mara: Member) -> None:
    visitor.force_login(mara)
    assert visitor.get("/sign-out").status_code == 405
    assert visitor.get("/account").status_code == 200


def test_signing_in_from_another_site_is_refused(mara: Member) -> None:
    visitor = Client(enforce_csrf_checks=True)
    response = visitor.post("/sign-in", {"username": mara.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


def test_a_one_time_password_signs_nobody_in(visitor: Client, ada: Member, mara: Member) -> None:
    given = people.give_password(mara, by=ada).password
    assert sign_in(visitor, mara.email, given) == (302, "/choose-password")
    assert visitor.get("/account").status_code == 302


def test_choosing_a_password_signs_in_and_goes_on(visitor: Client, ada: Member, mara: Member) -> None:
    given = people.give_password(mara, by=ada).password
    sign_in(visitor, mara.email, given, next="/account")
    response = visitor.post(
        "/choose-password", {"new_password1": "my own long words", "new_password2": "my own long words"}
    )
    assert response.headers["Location"] == "/account"
    assert visitor.get("/account").status_code == 200
    assert sign_in(Client(REMOTE_ADDR="198.51.100.250"), mara.email, given)[0] == 422


def test_a_weak_password_is_not_taken(visitor: Client, ada: Member, mara: Member) -> None:
    sign_in(visitor, mara.email, people.give_password(mara, by=ada).password)
    response = visitor.post("/choose-password", {"new_password1": "12345678", "new_password2": "12345678"})
    assert response.status_code == 422
    assert visitor.get("/account").status_code == 302


def test_a_one_time_password_that_was_replaced_chooses_nothing(visitor: Client, ada: Member, mara: Member) -> None:
    sign_in(visitor, mara.email, people.give_password(mara, by=ada).password)
    people.give_password(mara, by=ada)
    assert visitor.get("/choose-password").headers["Location"] == "/sign-in"


def test_nobody_chooses_without_a_one_time_password(visitor: Client, mara: Member) -> None:
    assert visitor.get("/choose-password").headers["Location"] == "/sign-in"

"""The command that makes the people of an empty installation."""

import json
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.core.management.base import CommandError

from approvals.models import AuditEntry, Member
from approvals.staffing import passwords
from tests import cast

pytestmark = pytest.mark.django_db
ROLES = ["admin", "admin", "reviewer", "reviewer", "auditor"]


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder of a clone."""
    monkeypatch.setenv("SIGNALBOX_STATE", str(tmp_path))
    monkeypatch.delenv("SIGNALBOX_ADMIN_PASSWORD", raising=False)
    return tmp_path


def said() -> dict[str, Any]:
    """What the command tells a program."""
    out = StringIO()
    call_command("make_first_people", "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_an_empty_installation_gets_its_people() -> None:
    answer = said()
    assert answer["made"] is True
    assert [person["role"] for person in answer["people"]] == ROLES


def test_each_of_them_can_sign_in() -> None:
    people = said()["people"]
    found = [authenticate(username=person["email"], password=person["password"]) for person in people]
    assert [member.role for member in found if isinstance(member, Member)] == ROLES


def test_none_of_them_is_asked_to_choose_a_password() -> None:
    said()
    assert [member.name for member in Member.objects.all() if passwords.is_one_time(member)] == []


def test_a_second_run_makes_nobody_and_says_the_same() -> None:
    first = said()
    assert said() == first | {"made": False}
    assert Member.objects.count() == len(ROLES)


def test_where_somebody_is_nobody_is_made() -> None:
    cast.mara()
    assert said() == {"made": False, "people": []}


def test_what_is_kept_is_for_its_owner_only(state: Path) -> None:
    said()
    assert stat.S_IMODE((state / "people.json").stat().st_mode) == 0o600


def test_without_a_state_folder_nothing_is_kept(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_STATE", str(state / "absent"))
    assert said()["made"] is True
    assert said() == {"made": False, "people": []}
    assert not (state / "absent").exists()


def test_a_password_that_was_changed_is_told_no_more() -> None:
    said()
    mara = Member.objects.get(email="mara@example.test")
    passwords.choose_password(mara, password="words of my own")
    assert "mara@example.test" not in [person["email"] for person in said()["people"]]


def test_the_password_of_the_environment_is_used_and_never_written(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIGNALBOX_ADMIN_PASSWORD", "words of the operator")
    assert said()["people"][0]["password"] == ""
    assert authenticate(username="admin@example.test", password="words of the operator")
    assert "operator" not in (state / "people.json").read_text(encoding="utf-8")


def test_a_weak_password_of_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNALBOX_ADMIN_PASSWORD", "admin")
    with pytest.raises(CommandError, match="too short"):
        said()
    assert not Member.objects.exists()


def test_lines_for_people_name_role_and_email() -> None:
    out = StringIO()
    call_command("make_first_people", stdout=out)
    assert out.getvalue().split()[:2] == ["admin", "admin@example.test"]


def test_the_audit_says_who_was_made() -> None:
    said()
    assert AuditEntry.objects.filter(verb="member.make").count() == len(ROLES)

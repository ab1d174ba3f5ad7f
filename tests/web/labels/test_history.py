"""The page where auditors take history along."""

import io
import json
import zipfile

import pytest
from django.test import Client

from approvals.models import Member
from tests import cast

pytestmark = pytest.mark.django_db


def browser(member: Member) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(member)
    return client


def test_an_auditor_finds_it_and_gets_a_zip_that_says_what_it_is() -> None:
    ottos = browser(cast.otto())
    assert "/labels/history" in ottos.get("/labels").content.decode()
    assert 'name="since"' in ottos.get("/labels/history").content.decode()
    answer = ottos.get("/labels/history.zip?since=2026-11-01&until=2026-11-20")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="history-2026-11-01-to-2026-11-20.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.getvalue())) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {"verdict.jsonl", "decision.jsonl", "seals.jsonl", "verify.py"} <= set(archive.namelist())
    assert (manifest["since"], manifest["until"]) == ("2026-11-01T00:00:00+00:00", "2026-11-21T00:00:00+00:00")


@pytest.mark.parametrize("who", [cast.ada, cast.mara], ids=["an admin", "a reviewer"])
def test_who_decides_is_not_shown_what_was_planted(who: object) -> None:
    browsing = browser(who())  # type: ignore[operator]
    assert browsing.get("/labels/history").status_code == 403
    assert browsing.get("/labels/history.zip?since=2026-11-01&until=2026-11-20").status_code == 403
    assert "/labels/history" not in browsing.get("/labels").content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-11-20&until=2026-11-01", "The last day lies before the first."),
        ("since=yesterday&until=2026-11-01", "Enter a valid date."),
        ("", "This field is required."),
        ("since=0001-01-01&until=9999-12-31", "Choose a day in this century."),
    ],
    ids=["backwards", "no date", "nothing", "all of time"],
)
def test_a_period_that_makes_no_sense_is_said_beside_it(query: str, said: str) -> None:
    answer = browser(cast.otto()).get(f"/labels/history.zip?{query}")
    assert (answer.status_code, said in answer.content.decode()) == (422, True)

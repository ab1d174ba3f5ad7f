"""Disagreements are settled by a third, versions are the same bytes again, and edits are pairs."""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from approvals.domain.label import Source, Teaching
from approvals.learning.calibrating import looking
from approvals.learning.dataset import disagreeing, versions
from approvals.learning.dataset.splitting import Part, part_of
from approvals.models import AuditEntry, Label, Member, Role, Snapshot, Tenant, Threshold, Verdict
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
RIGHT, WRONG = Teaching.RIGHT, Teaching.WRONG
HOSTILE = "<script>alert(1)</script>\u202e"


def browser(member: Member) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def adas() -> Client:
    """The admin's browser."""
    return browser(cast.ada())


def disagreed(*, tool: str = "modify_user_address", reason: str = "she never asked") -> Verdict:
    """Kai said right, Mara said wrong at a second look."""
    verdict = calls.call(0.9, tool=tool)
    calls.label(verdict, RIGHT, by=cast.kai())
    calls.label(verdict, WRONG, source=Source.DOUBLE, by=cast.mara(), reason_code="not_asked", reason=reason)
    return verdict


def settle(client: Client, verdict: Verdict, teaching: str = "right", **fields: Any) -> Any:
    """Send the form."""
    newest = Label.objects.filter(verdict=verdict).latest("pk").pk
    return client.post(reverse("settle", args=[verdict.pk]), {"teaching": teaching, "seen": newest, **fields})


def test_a_disagreement_says_who_said_what(adas: Client) -> None:
    disagreed()
    page = said(adas.get("/dataset"))
    assert "right Kai, review" in page
    assert "wrong Mara, second review" in page
    assert "she never asked" in page


def test_what_one_said_alone_or_everybody_agrees_on_is_none(adas: Client) -> None:
    calls.call(0.9, WRONG)
    both = calls.call(0.9, RIGHT)
    calls.label(both, RIGHT, source=Source.AUDIT)
    assert disagreeing.disagreements(Tenant.DEFAULT) == []


def test_settling_it_supersedes_the_last_word_and_the_certificate_follows(adas: Client) -> None:
    verdict = disagreed()
    before = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO].guard_wrong
    answer = settle(adas, verdict)
    label = Label.objects.latest("pk")
    assert (answer.status_code, label.source, label.by) == (302, "adjudication", cast.ada())
    assert label.supersedes is not None
    assert label.supersedes.by == cast.mara()
    after = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO].guard_wrong
    assert (before, after, disagreeing.disagreements(Tenant.DEFAULT)) == (1, 0, [])


def test_a_wrong_one_needs_a_reason_and_loses_nothing_that_was_typed(adas: Client) -> None:
    verdict = disagreed()
    answer = settle(adas, verdict, "wrong", reason="because of that")
    assert (answer.status_code, Label.objects.filter(source="adjudication").count()) == (422, 0)
    assert 'value="because of that"' in answer.content.decode()


@pytest.mark.parametrize("fields", [{"teaching": "withdrawn"}, {"seen": "x"}, {"seen": ""}, {"teaching": ""}], ids=str)
def test_a_form_that_makes_no_sense_is_said_to_be_so(adas: Client, fields: dict[str, str]) -> None:
    verdict = disagreed()
    answer = adas.post(reverse("settle", args=[verdict.pk]), {"teaching": "right", "seen": "1", **fields})
    assert (answer.status_code, Label.objects.filter(source="adjudication").count()) == (422, 0)


def test_what_was_said_meanwhile_is_looked_at_first(adas: Client) -> None:
    verdict = disagreed()
    answer = settle(adas, verdict, seen=Label.objects.earliest("pk").pk)
    assert (answer.status_code, Label.objects.filter(source="adjudication").count()) == (409, 0)


def test_of_two_who_settle_it_the_second_is_told(adas: Client) -> None:
    verdict = disagreed()
    newest = Label.objects.latest("pk").pk
    settle(adas, verdict)
    answer = settle(browser(cast.member("Bea", Role.ADMIN)), verdict, seen=newest)
    assert (answer.status_code, Label.objects.filter(source="adjudication").count()) == (409, 1)
    assert "Somebody else has settled this." in answer.content.decode()


def test_whoever_took_part_does_not_settle_it(adas: Client) -> None:
    verdict = disagreed()
    calls.label(verdict, RIGHT, source=Source.AUDIT, by=cast.ada())
    answer = settle(adas, verdict)
    assert (answer.status_code, Label.objects.filter(source="adjudication").count()) == (403, 0)
    assert "You took part" in said(adas.get("/dataset"))


def test_texts_from_outside_are_text(adas: Client) -> None:
    disagreed(tool=HOSTILE, reason=HOSTILE)
    versions.make("<b>one</b>", by=cast.ada(), test_share=0.2)
    page = adas.get("/dataset").content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "<b>one</b>" not in page


def made(client: Client, name: str = "first", share: str = "0.5") -> Any:
    """Make a version by the form."""
    return client.post("/dataset/versions", {"name": name, "test_share": share})


def content(client: Client, part: str, form: str, number: int = 1) -> bytes:
    """A file of a version."""
    answer: Any = client.get(reverse(f"dataset_{part}_{form}", args=[number]))
    data: bytes = answer.getvalue()
    assert answer.headers["Content-SHA256"] == hashlib.sha256(data).hexdigest()
    return data


def test_a_version_is_the_same_bytes_after_corrections(adas: Client) -> None:
    labels = [calls.label(calls.call(0.9), RIGHT) for _ in range(12)]
    assert made(adas).status_code == 302
    before = [content(adas, part, form) for part in Part for form in ("jsonl", "csv")]
    for label in labels:
        calls.label(label.verdict, WRONG, supersedes=label)
    calls.calls([0.5] * 5, WRONG)
    assert [content(adas, part, form) for part in Part for form in ("jsonl", "csv")] == before


def test_a_run_is_in_one_half_with_all_its_labels(adas: Client) -> None:
    for number in range(20):
        for step in (1, 2, 3):
            calls.call(0.9, RIGHT, run_key=calls.run_key(number), seq_in_run=step)
    made(adas)
    halves = [[json.loads(line)["run_id"] for line in content(adas, part, "jsonl").splitlines()] for part in Part]
    assert (set(halves[0]) & set(halves[1]), sum(map(len, halves))) == (set(), 60)
    assert all(halves)


def test_a_larger_share_moves_runs_one_way() -> None:
    runs = [str(UUID(int=number)) for number in range(2_000)]
    fifth, half = ({run for run in runs if part_of(run, share) is Part.TEST} for share in (0.2, 0.5))
    assert fifth < half
    assert 340 < len(fifth) < 460
    assert {part_of(run, 0.0) for run in runs} == {Part.TRAIN}


def test_versions_are_counted_and_kept_with_who_made_them(adas: Client) -> None:
    calls.call(0.9, RIGHT)
    made(adas)
    made(adas, "second", "0")
    one = Snapshot.objects.latest("number")
    assert (one.number, one.made_by, one.manifest["parts"]["train"]["labels"]) == (2, cast.ada(), 1)
    assert AuditEntry.objects.filter(verb="dataset.version").count() == 2
    assert one.manifest["parts"]["train"]["files"]["jsonl"]["sha256"] in said(adas.get("/dataset"))


ODD = [("", "0.2"), ("  ", "0.2"), ("\u200b", "0.2"), ("n" * 81, "0.2"), ("n", "2"), ("n", "nan"), ("n", "")]


@pytest.mark.parametrize(("name", "share"), ODD)
def test_a_version_that_makes_no_sense_is_not_made(adas: Client, name: str, share: str) -> None:
    assert (made(adas, name, share).status_code, Snapshot.objects.count()) == (422, 0)

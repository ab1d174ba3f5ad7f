"""Starting a run, sources, schedules and the limit over HTTP: what is done once, and what is refused without loss."""

import re
from typing import Any

import pytest
from django.test import Client

from agents.intake import keeping, ticking
from agents.models import OpenLimit, Request, Run, Schedule, Source, SourceSecret
from approvals.models import AuditEntry
from tests import cast
from tests.agents.intake import arriving
from tests.agents.intake.arriving import send
from tests.agents.intake.test_ticking import late
from tests.engine import parcels
from tests.web.review.conftest import signed_in

pytestmark = pytest.mark.django_db

EVIL = '<script>alert(1)</script> \u202e evil "{x}"'
KEY = "7d1c1cf8-9d3c-4f5c-8f5e-0d3d6a8a6f10"
START = {"agent": "post_a", "title": "A post", "message": "post 1 please", "priority": "7", "key": KEY}
SOURCE: dict[str, Any] = {
    "name": "tickets",
    "agent": "post_a",
    "title": "Ticket {ticket.id}",
    "message": "{ticket.text}",
    "priority": "0",
    "session": "",
    "schema": '{"type": "object"}',
}
SCHEDULE: dict[str, Any] = {
    "name": "mornings",
    "agent": "post_a",
    "title": "x",
    "message": "post 1",
    "priority": "0",
    "line": "0 9 * * *",
    "zone": "Europe/Berlin",
    "late_minutes": "15",
}


@pytest.fixture(autouse=True)
def agents() -> None:
    parcels.declare()


@pytest.fixture
def hers() -> Client:
    """Ada's browser."""
    return signed_in(cast.ada())


def page(client: Client, address: str) -> str:
    """A page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_form_begins_one_run_however_often_it_is_sent() -> None:
    his = signed_in(cast.mara())
    first, again = his.post("/runs/start", START), his.post("/runs/start", START)
    run = Run.objects.select_related("request").get()
    assert [answer.headers["Location"] for answer in (first, again)] == [f"/runs/{run.key}"] * 2
    assert (run.request.title, run.request.body, run.priority) == ("A post", {"message": "post 1 please"}, 7)
    assert AuditEntry.objects.get(verb="run.start").by == cast.mara()
    assert run.request.requested_by == cast.mara(), "whom the rules may keep from deciding about it"


def test_a_form_that_was_sent_and_changed_loses_nothing_and_begins_another() -> None:
    his = signed_in(cast.mara())
    his.post("/runs/start", START)
    answer = his.post("/runs/start", {**START, "title": "Another post"})
    told = answer.content.decode()
    assert (answer.status_code, Run.objects.count()) == (422, 1)
    assert "has begun a run already" in told
    assert 'value="Another post"' in told
    fresh = re.findall(r'name="key" value="([^"]+)"', told)[0]
    assert fresh != KEY
    assert his.post("/runs/start", {**START, "title": "Another post", "key": fresh}).status_code == 302
    assert Run.objects.count() == 2


def test_one_persons_form_is_nobody_elses() -> None:
    signed_in(cast.mara()).post("/runs/start", START)
    signed_in(cast.ada()).post("/runs/start", START)
    assert Run.objects.count() == 2


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"agent": "nobody"}, id="no agent"),
        pytest.param({"title": "  "}, id="no title"),
        pytest.param({"priority": "101"}, id="too urgent"),
        pytest.param({"title": "a\x00b"}, id="NUL"),
        pytest.param({"key": "x"}, id="no key"),
    ],
)
def test_what_cannot_be_started_is_said_and_kept(changed: dict[str, str]) -> None:
    answer = signed_in(cast.mara()).post("/runs/start", {**START, "message": EVIL, **changed})
    assert (answer.status_code, Run.objects.exists()) == (422, False)
    assert "&lt;script&gt;alert(1)" in answer.content.decode()


def test_a_full_tenant_is_told_and_what_was_typed_stays(hers: Client) -> None:
    hers.post("/runs/start", START)
    assert hers.post("/intake/limit", {"most": "1"}).status_code == 302
    answer = hers.post("/runs/start", {**START, "title": "Another post", "key": KEY.replace("7", "8")})
    assert (answer.status_code, 'value="Another post"' in answer.content.decode()) == (429, True)
    assert "1 of at most 1 runs are open." in page(hers, "/intake")


@pytest.mark.parametrize("most", ["0", "-1", "x", "1.5", "9999999999"])
def test_a_limit_that_is_none_is_refused(hers: Client, most: str) -> None:
    assert hers.post("/intake/limit", {"most": most}).status_code == 422
    assert not OpenLimit.objects.exists()


def test_a_source_is_made_and_its_secret_is_shown_once(hers: Client) -> None:
    answer = hers.post("/intake/sources/new", SOURCE)
    source = Source.objects.get()
    assert answer.headers["Location"] == f"/intake/sources/{source.pk}/once"
    first, again = hers.get(answer.headers["Location"]), hers.get(answer.headers["Location"])
    secret = SourceSecret.objects.get()
    assert secret.written() in first.content.decode()
    assert f"/hooks/{source.key}" in first.content.decode()
    assert (again.status_code, secret.written() in again.content.decode()) == (410, False)
    assert secret.written() not in page(hers, f"/intake/sources/{source.pk}")
    assert secret.written() not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"schema": "{"}, "This is no JSON", id="no JSON"),
        pytest.param({"schema": '{"type": "thing"}'}, "thing", id="no schema"),
        pytest.param({"schema": "[]"}, "JSON object", id="a list"),
        pytest.param({"title": "{"}, "A brace stands alone", id="a brace"),
        pytest.param({"priority": "{a} or {b}"}, "whole number", id="no number"),
        pytest.param({"name": "a\u200bb"}, "nobody sees", id="hidden"),
    ],
)
def test_a_source_that_cannot_be_is_said_beside_its_field(hers: Client, changed: dict[str, str], says: str) -> None:
    answer = hers.post("/intake/sources/new", {**SOURCE, "message": EVIL.replace("{x}", ""), **changed})
    told = answer.content.decode()
    assert (answer.status_code, Source.objects.exists()) == (422, False)
    assert says in told
    assert "&lt;script&gt;alert(1)" in told


def test_what_was_refused_is_listed_as_untrusted_text(hers: Client) -> None:
    secret = arriving.source()
    send(secret, {"ticket": {"id": EVIL}})
    send(secret)
    told = page(hers, f"/intake/sources/{secret.source.pk}")
    assert "<script>alert" not in told
    assert "U+202E" in told
    assert 'class="unt"' in told
    assert "Ticket T-1" in told
    assert re.search(r'data-label="Refused">1<', page(hers, "/intake"))


def test_a_source_is_held_rotated_and_changed(hers: Client) -> None:
    secret = arriving.source()
    address = f"/intake/sources/{secret.source.pk}"
    hers.post(f"{address}/hold", {"do": "pause"})
    assert send(secret).status_code == 503
    hers.post(f"{address}/hold", {"do": "resume"})
    assert hers.post(f"{address}/rotate").headers["Location"] == f"{address}/once"
    assert "good until" in page(hers, address)
    assert hers.post(f"{address}/change", {**SOURCE, "title": "T {ticket.id}"}).status_code == 302
    send(secret)
    assert Request.objects.get().title == "T T-1"
    hers.post(f"{address}/rotate", {"at_once": "on"})
    assert send(secret, name="msg_9").status_code == 401
    verbs = AuditEntry.objects.filter(object=f"source:{secret.source.pk}").order_by("pk").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["make", "pause", "resume", "rotate", "change", "rotate"]


def test_a_schedule_is_made_and_says_when_it_ticks(hers: Client) -> None:
    answer = hers.post("/intake/schedules/new", SCHEDULE)
    made = Schedule.objects.get()
    assert answer.headers["Location"] == f"/intake/schedules/{made.pk}"
    told = page(hers, answer.headers["Location"])
    assert re.search(r"09:00 CES?T; ", told)
    assert "It has not ticked yet." in told


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"line": "0 9 30 2 *"}, "There is no such day", id="never"),
        pytest.param({"line": "soon"}, "five fields", id="no line"),
        pytest.param({"zone": "Mars"}, "No place has a time zone", id="no zone"),
        pytest.param({"late_minutes": "99999"}, "less than or equal to 1440", id="too late"),
    ],
)
def test_a_schedule_that_cannot_be_is_said_beside_its_field(hers: Client, changed: dict[str, str], says: str) -> None:
    answer = hers.post("/intake/schedules/new", {**SCHEDULE, **changed})
    assert (answer.status_code, Schedule.objects.exists()) == (422, False)
    assert says in answer.content.decode()


def test_what_was_missed_is_said(hers: Client) -> None:
    made = arriving.schedule()
    late(made, minutes=40)
    ticking.tick_due()
    told = page(hers, f"/intake/schedules/{made.pk}")
    assert "Nobody was there at the time." in told
    assert re.search(r'warn" data-label="Missed">1<', page(hers, "/intake"))


def test_a_schedule_is_held_and_one_that_cannot_be_read_does_not_go_on(hers: Client) -> None:
    made = arriving.schedule()
    address = f"/intake/schedules/{made.pk}"
    hers.post(f"{address}/hold", {"do": "pause"})
    assert "paused" in page(hers, address)
    Schedule.objects.update(zone="Atlantis/Harbour", changed_by=cast.ada())
    answer = hers.post(f"{address}/hold", {"do": "resume"})
    assert (answer.status_code, "No place has a time zone" in answer.content.decode()) == (422, True)
    hers.post(f"{address}/change", SCHEDULE)
    assert hers.post(f"{address}/hold", {"do": "resume"}).status_code == 302
    assert Schedule.objects.get().paused_at is None


def test_a_name_is_taken_once(hers: Client) -> None:
    keeping.make_source(arriving.WANTED, by=cast.ada())
    answer = hers.post("/intake/sources/new", SOURCE)
    assert (answer.status_code, "This name is taken." in answer.content.decode()) == (422, True)

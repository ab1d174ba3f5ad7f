"""The list of runs: whose they are, what the filter finds, how its pages follow each other."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agents.engine import accepting, cancelling
from agents.models import Run
from approvals.domain.decision import DecisionKind
from approvals.models import Escalation, Team, Tenant
from console.pages.runs import finding
from tests import cast
from tests.flows import desk
from tests.web.runs import stories

pytestmark = pytest.mark.django_db


def page(browser: Client, q: str = "", **more: str) -> Any:
    return browser.get(f"{reverse('runs')}?{urlencode({'q': q, **more})}")


def listed(browser: Client, q: str = "", **more: str) -> list[str]:
    """The keys of the runs on a page, in order."""
    shown = page(browser, q, **more).context.get("listing")
    return [row.key for row in shown.rows] if shown else []


def row_of(browser: Client, run: Run) -> Any:
    return next(row for row in page(browser).context["listing"].rows if row.key == str(run.key))


def test_the_newest_run_comes_first(mara: Client) -> None:
    runs = [stories.read_only() for _ in range(3)]
    assert listed(mara) == [str(run.key) for run in reversed(runs)]


def test_runs_of_another_tenant_are_not_listed(mara: Client) -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    stories.read_only(tenant_id=elsewhere.pk)
    assert listed(mara) == []


def asked_of(*teams: Team | None) -> Run:
    """A run that asked people of no team, and then of each of these."""
    run = stories.waiting()
    for team in teams:
        again = stories.escalation(run)
        standing = Escalation.objects.filter(pk=again.pk)
        standing.update(status="cancelled", closed_at=Now(), version=F("version") + 1)
        again.pk, again.team = None, team
        again.save(force_insert=True)
    return run


@pytest.mark.parametrize(
    ("asked", "is_listed"),
    [("", True), ("nobody", True), ("mine", True), ("theirs", False), ("theirs mine", True), ("nobody theirs", False)],
    ids=["asked nobody", "of no team", "of my team", "of a foreign team", "of mine too", "of a foreign one too"],
)
def test_a_run_that_asked_a_team_is_that_team_s(mara: Client, otto: Client, asked: str, is_listed: bool) -> None:
    mine, theirs = (Team.objects.create(tenant_id=Tenant.DEFAULT, name=name) for name in ("mine", "theirs"))
    cast.mara().teams.add(mine)
    teams = {"mine": mine, "theirs": theirs, "nobody": None}
    run = asked_of(*(teams[name] for name in asked.split())) if asked else stories.read_only()
    expected = [str(run.key)] if is_listed else []
    assert (listed(mara), listed(otto)) == (expected, [str(run.key)])
    place = reverse("trace", args=[run.key])
    assert (mara.get(place).status_code, otto.get(place).status_code) == (200 if is_listed else 404, 200)
    new = mara.get(reverse("runs_new"), {"since": str(run.key)}).content.decode()
    assert "new run" not in new


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("status:failed", "failed"),
        ("status:failed status:waiting", "waiting failed"),
        ("tool:cancel_*", "waiting"),
        ("tool:*_order", "waiting"),
        ("tool:cancel", ""),
        ("agent:des* gate:ask", "waiting"),
        ("agent:nobody", ""),
        ("outcome:succeeded", ""),
        ("title:BILL", "read"),
        ("title:%", ""),
        ("bill", "read"),
        ("status:succeeded BILL ing", "read"),
        ("bill nothing", ""),
        ("%", ""),
        ("since:1h status:succeeded", "read"),
        ("until:2020-01-01", ""),
    ],
)
def test_the_filter_finds(mara: Client, q: str, found: str) -> None:
    names = {str(stories.failed().key): "failed", str(stories.read_only("Billing").key): "read"}
    names[str(stories.waiting().key)] = "waiting"
    assert " ".join(names[key] for key in listed(mara, q)) == found


@pytest.mark.usefixtures("at_once")
def test_an_outcome_is_that_of_an_effect_and_not_of_a_read(mara: Client) -> None:
    stories.read_only()
    made, lost = stories.posted(), stories.lost()
    assert listed(mara, "outcome:succeeded") == [str(made.key)]
    assert listed(mara, "outcome:unknown") == [str(lost.key)]


def test_a_run_is_found_by_the_start_of_its_id(mara: Client) -> None:
    run, _other = stories.read_only(), stories.read_only()
    assert listed(mara, f"run:{run.key.hex[:10]}") == [str(run.key)]
    assert listed(mara, f"run:{run.key}") == [str(run.key)]
    assert listed(mara, str(run.key)) == listed(mara, run.key.hex[:12]) == [str(run.key)]


def test_what_is_not_understood_shows_no_run_and_says_why(mara: Client) -> None:
    stories.read_only()
    response = page(mara, "staus:failed")
    assert response.status_code == 400
    assert "“staus” is no word of this filter" in response.content.decode()
    assert "data-row" not in response.content.decode()


def test_pages_follow_each_other_without_a_gap(mara: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    monkeypatch.setattr("console.pages.runs.listing.page.PAGE_SIZE", 2)
    keys = [str(stories.read_only().key) for _ in range(5)]
    first = listed(mara)
    second = listed(mara, after=first[-1])
    assert first + second + listed(mara, after=second[-1]) == keys[::-1]


def test_new_runs_of_the_filter_are_counted_and_not_shown(mara: Client) -> None:
    since = stories.read_only()
    stories.failed()
    stories.read_only()
    counted = mara.get(reverse("runs_new"), {"since": str(since.key), "q": "status:failed"}).content.decode()
    assert "1 new run" in counted


def test_an_empty_list_says_what_a_term_costs(mara: Client) -> None:
    stories.read_only()
    shown = page(mara, "status:succeeded tool:refund").content.decode()
    assert "No run matches" in shown
    assert "1 without tool:refund." in shown


def test_an_empty_installation_says_where_runs_come_from(mara: Client) -> None:
    assert "There is no run yet" in page(mara).content.decode()


@pytest.mark.usefixtures("at_once")
def test_a_row_says_what_happened_to_the_world(mara: Client) -> None:
    read, made, lost = stories.read_only(), stories.posted(), stories.lost()
    assert [row_of(mara, run).world for run in (read, made, lost)] == [
        "nothing changed",
        "1 change made",
        "1 outcome unknown",
    ]


@pytest.mark.usefixtures("at_once")
def test_a_row_says_what_the_gate_said_and_who_decided(mara: Client) -> None:
    run = stories.waiting()
    stories.decide(run, DecisionKind.REJECT)
    desk.work()
    row = row_of(mara, run)
    assert (row.gates, row.people) == ("1 asked, 1 allowed", "Mara")


def test_a_cost_that_nobody_recorded_is_not_made_up(mara: Client) -> None:
    run = stories.read_only()
    assert row_of(mara, run).cost == ""
    assert "not recorded" in page(mara).content.decode()


def test_a_recorded_cost_is_summed(mara: Client) -> None:
    used = {"usage": {"input_tokens": 900, "output_tokens": 100, "cost_usd": "0.0125"}}
    run = stories.scripted(desk.turn(stories.SUM) | used, desk.turn(text="done") | used)
    assert row_of(mara, run).cost == "$0.0250"


def test_a_run_that_is_stopping_says_so(mara: Client) -> None:
    run = stories.in_flight()
    cancelling.cancel(run, by=cast.ada())
    assert str(row_of(mara, run).standing.word) == "Stopping"


def test_counting_stops_at_a_bound(mara: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "COUNTED", 2)
    monkeypatch.setattr("console.pages.runs.listing.page.COUNTED", 2)
    for _ in range(4):
        accepting.accept(agent="desk", title="queued")
    assert page(mara).context["listing"].count == "2+ runs"


def test_the_drawing_has_the_same_numbers_as_the_list(mara: Client) -> None:
    stories.failed()
    stories.read_only()
    stories.waiting()
    chart = page(mara).context["listing"].chart
    assert [(total.tone, total.count) for total in chart.totals] == [
        ("ok", "1"),
        ("live", "1"),
        ("off", "0"),
        ("bad", "1"),
    ]


def test_a_piece_of_the_drawing_leads_to_its_runs(mara: Client) -> None:
    run = stories.failed()
    bar = next(bar for bar in page(mara).context["listing"].chart.bars if bar.blocks)
    shown = mara.get(reverse("runs") + bar.href).context["listing"]
    assert [row.key for row in shown.rows] == [str(run.key)]


def test_the_number_of_queries_does_not_grow_with_the_list(mara: Client) -> None:
    counts = []
    for _ in range(2):
        stories.waiting()
        stories.read_only()
        with CaptureQueriesContext(connection) as asked:
            page(mara, "agent:desk")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12

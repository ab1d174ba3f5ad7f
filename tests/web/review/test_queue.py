"""The list: what is in it, in which order, how much it costs."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals.inbox import claiming
from approvals.models import Decision, Member, Team, Tenant
from console.pages.presenting import listing
from console.pages.review import finding
from tests.web.review import papers, stage
from tests.web.review.conftest import HTMX

MOST_QUERIES = 14


def test_the_next_due_comes_first(hers: Client) -> None:
    later = stage.put(due=timedelta(minutes=40))
    sooner = stage.put(due=timedelta(minutes=20))
    page = hers.get("/queue").content.decode()
    assert page.index(f'id="row-{sooner.pk}"') < page.index(f'id="row-{later.pk}"')


@pytest.mark.parametrize(
    ("minutes", "title"), [(10, "Due within 15 minutes"), (30, "Due within the hour")], ids=["soon", "hour"]
)
def test_rows_are_grouped_by_deadline(hers: Client, minutes: int, title: str) -> None:
    stage.put(due=timedelta(minutes=minutes))
    assert title in hers.get("/queue").content.decode()


def test_the_queue_shows_its_first_escalation(hers: Client) -> None:
    first = stage.put()
    assert f'data-id="{first.pk}" data-version="1" data-status="open"' in hers.get("/queue").content.decode()


def test_the_queue_passes_over_what_someone_else_holds(hers: Client, kai: Member) -> None:
    claiming.claim(stage.put(due=timedelta(minutes=5)), by=kai)
    free = stage.put(due=timedelta(minutes=10))
    assert f'data-id="{free.pk}" data-version="1" data-status="open"' in hers.get("/queue").content.decode()


def test_an_empty_queue_says_what_will_come(hers: Client) -> None:
    assert "Nothing waits for you" in hers.get("/queue").content.decode()


def test_someone_elses_hold_is_named(hers: Client, kai: Member) -> None:
    claiming.claim(stage.put(), by=kai)
    assert (
        "Held by <bdi>Kai" in hers.get("/queue").content.decode()
        or "Held by Kai" in hers.get("/queue").content.decode()
    )


def test_another_tenants_escalation_is_not_listed(hers: Client) -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    foreign = stage.put(tenant_id=elsewhere.pk)
    assert f"row-{foreign.pk}" not in hers.get("/queue").content.decode()


def test_another_tenants_escalation_does_not_exist(hers: Client) -> None:
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    foreign = stage.put(tenant_id=elsewhere.pk)
    assert hers.get(f"/queue/{foreign.pk}").status_code == 404


def test_another_teams_escalation_is_not_listed(hers: Client) -> None:
    team = Team.objects.create(tenant_id=Tenant.DEFAULT, name="Refunds")
    foreign = stage.put(team=team)
    assert f"row-{foreign.pk}" not in hers.get("/queue").content.decode()


def test_a_long_list_goes_on_where_it_stopped(hers: Client) -> None:
    made = [stage.put(due=timedelta(minutes=20 + number)) for number in range(3)]
    cursor = f"{made[0].due_at.isoformat()},{made[0].pk}"
    rows = hers.get("/queue/list", {"after": cursor}, headers=HTMX).content.decode()
    assert [f"row-{one.pk}" in rows for one in made] == [False, True, True]


def test_rows_due_at_the_same_moment_are_each_listed_once(mara: Member) -> None:
    made = [stage.put() for _ in range(3)]
    type(made[0]).objects.update(due_at=made[0].due_at)
    following = finding.page_of(mara, after=(made[0].due_at, made[0].pk), size=10)
    assert [one.pk for one in following] == [made[1].pk, made[2].pk]


@pytest.mark.parametrize("cursor", ["", "x", "2026-01-01,1", ",", "2026-01-01T00:00:00+00:00,x"])
def test_a_doubtful_place_in_the_list_is_its_beginning(hers: Client, cursor: str) -> None:
    first = stage.put()
    assert f"row-{first.pk}" in hers.get("/queue/list", {"after": cursor}).content.decode()


def test_new_escalations_are_counted_and_not_listed(hers: Client) -> None:
    seen = stage.put()
    stage.put()
    stage.put()
    assert "2 new escalations" in hers.get("/queue/counts", {"since": seen.pk}).content.decode()


def test_a_count_stops_at_its_ceiling() -> None:
    assert listing.counts({"open": listing.COUNTED, "soon": 3}) == listing.Counts("999+", "3")


def test_the_counts_say_what_they_count(hers: Client) -> None:
    stage.put(due=timedelta(minutes=5))
    stage.put(due=timedelta(minutes=40))
    assert "2 open, 1 due within 15 min" in hers.get("/queue").content.decode()


def test_a_group_that_goes_on_says_so(hers: Client, mara: Member) -> None:
    for _ in range(3):
        stage.put()
    found = finding.page_of(mara, after=None, size=2)
    groups = listing.listing(found, viewer=mara, now=timezone.now(), current=None, newest=0, size=2).groups
    assert [(len(group.rows), group.goes_on) for group in groups] == [(2, True)]


def test_a_page_costs_the_same_whatever_the_queue_holds(hers: Client) -> None:
    first = stage.put(papers.refund())
    few = queries(hers, f"/queue/{first.pk}")
    for _ in range(12):
        stage.put()
    assert queries(hers, f"/queue/{first.pk}") == few <= MOST_QUERIES


def test_a_pane_costs_few_queries(hers: Client) -> None:
    shown = stage.put(papers.refund())
    assert queries(hers, f"/queue/{shown.pk}", **HTMX) <= MOST_QUERIES


@pytest.mark.parametrize("leaf", ["", "/row", "/bar"])
def test_looking_changes_nothing(hers: Client, leaf: str) -> None:
    shown = stage.put()
    hers.get(f"/queue/{shown.pk}{leaf}")
    hers.get("/queue")
    shown.refresh_from_db()
    assert (shown.version, shown.claimed_by, Decision.objects.count()) == (1, None, 0)


def test_a_pane_is_never_kept_by_a_cache(hers: Client) -> None:
    answer = hers.get(f"/queue/{stage.put().pk}", headers=HTMX)
    assert (answer["Cache-Control"], "HX-Request" in answer["Vary"]) == ("private, no-store", True)


def queries(client: Client, path: str, **headers: str) -> int:
    """How many questions a page asks the database."""
    with CaptureQueriesContext(connection) as asked:
        client.get(path, headers=headers)
    return len(asked)


def test_a_row_says_what_helps_to_choose_and_no_word_of_the_agent(hers: Client) -> None:
    shown = stage.put(papers.refund(), agent="billing-assist")
    row = hers.get(f"/queue/{shown.pk}/row").content.decode()
    assert "1 failed, 1 customer, €1,840.00, rule refund-over-500" in row
    assert "billing-assist" not in row


def test_a_row_whose_time_is_over_says_so_before_it_is_closed(hers: Client) -> None:
    shown = stage.put(due=timedelta(seconds=-1), opened_at=timezone.now() - timedelta(minutes=5))
    row = hers.get(f"/queue/{shown.pk}/row").content.decode()
    assert ("Time ran out" in row, "Approve" in row, "<time" in row) == (True, False, False)


def test_what_came_back_is_marked_in_the_list(hers: Client) -> None:
    first = stage.put()
    again = stage.put(revises=first)
    assert "came back" in hers.get(f"/queue/{again.pk}/row").content.decode()

"""The page of labels: whose they are, what the filter finds, what stands and what does not."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from approvals.domain.decision import DecisionKind
from approvals.domain.label import Source, Teaching
from approvals.models import Team, Tenant
from console.pages.labels import finding
from tests import cast
from tests.flows import desk
from tests.learning import calls
from tests.web.labels.lessons import learned, taken_back
from tests.web.review import papers
from tests.web.runs import stories

pytestmark = pytest.mark.django_db


def listing(browser: Client, q: str = "", **more: str) -> Any:
    return browser.get(reverse("labels"), {"q": q, **more}).context["listing"]


def ids(browser: Client, q: str = "", **more: str) -> list[int]:
    return [row.id for row in listing(browser, q, **more).rows]


def test_the_newest_label_comes_first(mara: Client) -> None:
    labels = [learned().pk for _ in range(3)]
    assert ids(mara) == labels[::-1]


def test_labels_of_another_tenant_are_not_listed(mara: Client) -> None:
    label, elsewhere = learned(), Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    verdict = label.verdict
    verdict.pk, verdict.tenant, verdict.attempt, verdict.seq_in_run = None, elsewhere, 99, 99
    verdict.save()
    label.pk, label.tenant, label.verdict, label.decision = None, elsewhere, verdict, None
    label.save()
    assert len(ids(mara)) == 1


def test_a_foreign_team_s_labels_are_seen_by_the_auditor_alone(mara: Client, otto: Client) -> None:
    cast.mara().teams.add(team := Team.objects.create(tenant_id=1, name="Others"))
    label = learned(team=team)
    cast.mara().teams.clear()
    assert (ids(mara), ids(otto)) == ([], [label.pk])


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("teaching:wrong", "wrong"),
        ("teaching:withdrawn", "withdrawal"),
        ("tool:mail.*", "wrong"),
        ("source:review state:standing", "wrong right"),
        ("state:corrected", "first"),
        ("source:audit", ""),
        ("price 412", "wrong"),
        ("mail.s", "wrong"),
        ("nobody", ""),
        ("route:default since:1h teaching:right state:standing", "right"),
        ("agent:billing-* until:2020-01-01", ""),
    ],
)
def test_the_filter_finds(mara: Client, q: str, found: str) -> None:
    first, withdrawal = taken_back()
    names = {first.pk: "first", withdrawal.pk: "withdrawal", learned().pk: "right"}
    names[learned(DecisionKind.REJECT, value=papers.notice()).pk] = "wrong"
    assert " ".join(names[label] for label in ids(mara, q)) == found


def test_what_no_longer_stands_says_why(mara: Client) -> None:
    first, withdrawal = taken_back()
    marks = {row.id: row.mark for row in listing(mara).rows}
    assert marks == {
        first.pk: f"withdrawn by label {withdrawal.pk}",
        withdrawal.pk: f"takes back label {first.pk}",
    }


def test_a_row_leads_to_its_escalation_and_its_run(mara: Client) -> None:
    desk.rules(undo_seconds=0)
    run = stories.waiting()
    waits = stories.decide(run)
    row = listing(mara).rows[0]
    assert row.escalation == (reverse("escalation", args=[waits.pk]), f"ESC-{waits.pk}")
    assert row.run == (reverse("trace", args=[run.key]), run.key.hex[:6])


def test_what_was_asked_from_elsewhere_has_no_run_to_open(mara: Client) -> None:
    learned()
    assert listing(mara).rows[0].run is None


def test_a_row_says_who_taught_what_and_why(mara: Client) -> None:
    learned(DecisionKind.REJECT, reason="the other card")
    row = listing(mara).rows[0]
    assert (row.by, str(row.teaching), row.reason) == ("Mara", "wrong", "A value is wrong: the other card")


def test_what_is_not_understood_shows_nothing_and_says_why(mara: Client) -> None:
    learned()
    response = mara.get(reverse("labels"), {"q": "teaching:maybe"})
    assert response.status_code == 400
    assert "“maybe” cannot stand there." in response.content.decode()
    assert response.context["listing"].rows == ()


def test_pages_follow_each_other_without_a_gap(mara: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PAGE_SIZE", 2)
    monkeypatch.setattr("console.pages.labels.listing.PAGE_SIZE", 2)
    labels = [learned().pk for _ in range(3)]
    first = ids(mara)
    assert first + ids(mara, before=str(first[-1])) == labels[::-1]


def test_only_who_may_export_is_offered_it(mara: Client, otto: Client) -> None:
    label = learned()
    assert "Manifest" not in mara.get(reverse("labels")).content.decode()
    assert f"{reverse('labels_jsonl')}?until={label.pk}" in otto.get(reverse("labels")).content.decode()


def test_an_empty_page_says_where_labels_come_from(mara: Client) -> None:
    assert "There is no label yet" in mara.get(reverse("labels")).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_page(mara: Client) -> None:
    counts = []
    for _ in range(2):
        learned()
        taken_back()
        with CaptureQueriesContext(connection) as asked:
            listing(mara, "agent:billing-*")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_the_reason_of_a_second_look_is_shown_as_text(otto: Client) -> None:
    verdict = calls.call(0.9)
    calls.label(verdict, Teaching.WRONG, source=Source.DOUBLE, reason_code="not_asked", reason="<b>never</b>")
    page = otto.get("/labels").content.decode()
    assert "The customer did not ask for this" in page
    assert "<b>never" not in page

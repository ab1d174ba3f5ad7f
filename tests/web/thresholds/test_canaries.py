"""The canary of a draft on its page: begun by the second admin, with what became of its runs, and ended."""

from decimal import Decimal

import pytest
from django.test import Client

from approvals.domain.label import Teaching
from approvals.domain.verdict import Outcome
from approvals.learning.calibrating import looking
from approvals.learning.tuning import Cuts, canarying
from approvals.models import Canary, RulesetProposal
from tests.learning import calls
from tests.web.thresholds import stage
from tests.web.thresholds.stage import ROUTE
from tests.web.thresholds.test_history import draft, said

pytestmark = pytest.mark.django_db
TENTH = {"act": "begin", "share": "0.10"}


def page(browser: Client, made: RulesetProposal) -> str:
    """What the page of a draft says."""
    return said(browser.get(f"/policies/drafts/{made.pk}"))


def tried(*teachings: Teaching | None) -> RulesetProposal:
    """A draft on a canary with one run that ran alone for each of these."""
    made = draft()
    canary = canarying.begin(made, by=calls.admins()[1], share=Decimal("0.25"))
    for teaching in teachings:
        calls.call(0.9, teaching, outcome=Outcome.ALLOW, zone="automatic", reasons=[], ruleset=canary.ruleset)
    return made


def test_the_second_admin_starts_it_and_the_first_cannot(adas: Client, beas: Client) -> None:
    made = draft()
    assert "Another admin starts it: a canary lets more run." in page(adas, made)
    answer = adas.post(f"/policies/drafts/{made.pk}/canary", TENTH)
    assert (answer.status_code, Canary.objects.count()) == (409, 0)
    assert "You proposed this, so another admin approves it." in said(answer)
    assert "Start the canary" in page(beas, made)
    assert beas.post(f"/policies/drafts/{made.pk}/canary", TENTH).status_code == 302
    assert "running On 10% of runs since" in page(beas, made)
    assert "No run was drawn yet." in page(beas, made)


def test_it_says_what_became_of_its_runs_and_where_it_stops(beas: Client) -> None:
    text = page(beas, tried(Teaching.RIGHT, Teaching.RIGHT, None))
    table = "What became of the runs of this canary Runs Something ran alone in Looked at Went wrong Range, 90% sure"
    assert f"{ROUTE} {table} 3 3 2 0 0.0 to " in text
    assert "Stops by itself when the range lies above 2 of 100 runs. 1 run waits to be looked at." in text


def test_one_that_stopped_by_itself_says_why(beas: Client) -> None:
    made = tried(Teaching.WRONG, Teaching.WRONG, Teaching.RIGHT)
    looking.look_at_all()
    text = page(beas, made)
    assert "On 25% of runs from" in text
    assert "stopped by itself at" in text
    assert "2 of 3 runs went wrong, a range of" in text
    assert "Start the canary" in text


def test_any_admin_stops_it_and_an_auditor_only_looks(adas: Client, ottos: Client) -> None:
    made = tried()
    assert "Stop the canary" not in page(ottos, made)
    assert adas.post(f"/policies/drafts/{made.pk}/canary", {"act": "stop"}).status_code == 302
    assert "stopped by Ada" in page(adas, made)
    assert adas.post(f"/policies/drafts/{made.pk}/canary", {"act": "stop"}).status_code == 302


def test_a_second_canary_is_refused_with_the_reason(beas: Client) -> None:
    tried()
    other = stage.proposed(Cuts(0.9), route=add_route())
    answer = beas.post(f"/policies/drafts/{other.pk}/canary", TENTH)
    assert answer.status_code == 409
    assert "A canary of another draft is running. Stop that first." in said(answer)


def add_route() -> str:
    """Another route with a call on it."""
    return calls.call(0.9, route="desk/tag", tool="tag").route


def test_a_canary_ends_on_the_page_the_moment_its_draft_is_stale(adas: Client, beas: Client) -> None:
    made = tried(Teaching.RIGHT)
    stage.live(route=add_route())
    text = page(beas, made)
    assert "begun by Bea (bea@example.test); ended when other rules went live." in text
    assert "can no longer go live" in text
    assert [words in text for words in ("running", "Stop the canary", "waits for a second admin")] == [False] * 3
    assert "Another admin starts it" not in page(adas, made)


def test_a_stale_draft_is_not_tried(beas: Client) -> None:
    made = draft()
    stage.live(route=add_route())
    answer = beas.post(f"/policies/drafts/{made.pk}/canary", TENTH)
    assert answer.status_code == 409
    assert "so it can no longer be tried" in said(answer)


@pytest.mark.parametrize(
    "sent",
    [{}, {"act": "begin", "share": "0.9"}, {"act": "begin", "share": "NaN"}, {"act": "more"}],
    ids=["nothing", "too much", "no number", "another act"],
)
def test_what_is_not_offered_is_refused_and_changes_nothing(beas: Client, sent: dict[str, str]) -> None:
    made = draft()
    answer = beas.post(f"/policies/drafts/{made.pk}/canary", sent)
    assert answer.status_code == 409
    assert "Choose one of the shares that are offered." in said(answer)
    assert Canary.objects.count() == 0


def test_while_it_runs_the_route_and_the_history_say_so(beas: Client) -> None:
    tried()
    for place in (f"/policies/thresholds/{ROUTE}", "/policies/thresholds", "/policies/versions"):
        assert "A canary runs on 25% of runs." in said(beas.get(place))


def test_going_live_ends_it(beas: Client) -> None:
    made = tried(Teaching.RIGHT)
    assert beas.post(f"/policies/drafts/{made.pk}/approve").status_code == 302
    assert "went live, by Bea (bea@example.test) at" in page(beas, made)
    assert "A canary runs" not in said(beas.get(f"/policies/thresholds/{ROUTE}"))

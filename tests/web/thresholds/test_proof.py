"""The page of a route says what is proven, how sure, from how many, what is missing, and what would revoke it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from approvals.learning import tuning
from approvals.learning.calibrating import looking
from approvals.learning.tuning import Cuts
from approvals.models import Certificate, Tenant
from tests.learning import calls
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import WRONG, Done
from tests.web.thresholds import stage
from tests.web.thresholds.stage import ROUTE
from tests.web.thresholds.test_routes import PLACE, text

pytestmark = pytest.mark.django_db
RUNG, SECOND = 165, 314


def earned(*mistakes: float, runs: int = SECOND) -> Certificate:
    """A certificate of so many test runs with mistakes at these scores, of the last two weeks."""
    wrong = [[Done(score, WRONG)] for score in mistakes]
    streams.record(wrong + streams.clean(runs - len(wrong)), start=timezone.now() - timedelta(days=14))
    look()
    return Certificate.objects.filter(about="auto").latest("pk")


def look() -> None:
    """One look at the route."""
    looking.look(Tenant.DEFAULT, ROUTE)


SENTENCE = (
    "From 0.70001 on, at most 2 of 100 runs end with a wrong automatic action. 90% sure, whenever you look. "
    "From 314 test runs drawn by coin (100%), 1 mistake right of 0.70001. Assuming reviewers catch 90% of mistakes."
)


def test_the_sentence_is_complete(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    said = text(adas)
    assert SENTENCE in said
    assert "Agent desk 1 , score weights-1 (arguments 0.5, grounding 1, tool_choice 0.5), since" in said


def test_without_a_mistake_the_sentence_says_so(adas: Client) -> None:
    earned()
    assert "From 0.50 on, at most 2 of 100 runs" in text(adas)
    assert "No mistake seen in 314 test runs drawn by coin (100%)." in text(adas)


def test_too_little_data_says_what_is_missing_and_when(adas: Client) -> None:
    earned(0.9, runs=108)
    said = text(adas)
    assert "Nothing is proven yet, so everything should ask. 57 more clean test runs are needed." in said
    assert (
        "At the pace of now that is about 8 days. So far 108 test runs drawn by coin (100%), 1 with a mistake." in said
    )


def test_a_mistake_at_the_highest_score_says_so(adas: Client) -> None:
    earned(1.0, runs=RUNG)
    assert "A mistake has the highest score: 149 more clean test runs are needed." in text(adas)


def test_before_the_first_look_the_page_reads_the_rows_and_stores_nothing(adas: Client) -> None:
    streams.record(streams.clean(108), start=timezone.now() - timedelta(days=14))
    assert "57 more clean test runs are needed." in text(adas)
    assert "None is stored yet" in text(adas)
    assert Certificate.objects.count() == 0


@pytest.mark.parametrize(
    ("cuts", "badge"),
    [(Cuts(0.8), "Certified"), (Cuts(0.65), "Not certified"), (Cuts(), "Everything asks")],
    ids=["above", "below", "none"],
)
def test_the_badge_says_whether_what_is_live_is_proven(adas: Client, cuts: Cuts, badge: str) -> None:
    earned(0.6, 0.7, 0.95)
    if cuts.auto:
        stage.live(cuts)
    assert f"Can be undone {badge}" in text(adas)
    assert badge in text(adas, "/policies/thresholds")


def test_a_route_is_offered_what_its_certificate_carries(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    body = adas.get(PLACE).content.decode()
    assert 'name="auto" value="0.701"' in body
    assert "Proven. The certificate carries every threshold from 0.70001 on." in text(adas)
    assert "Live, certified, with 10% of its runs audited" in text(adas)


def test_a_draft_with_one_mistake_too_many_is_said_to_have(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    said = text(adas, auto="0.65", ask="")
    assert "314 test runs: 1 mistake may lie right of the line, and 2 do. That is too many for this draft." in said
    assert "Not proven. The certificate carries 0.70001 and above, not 0.65." in said
    assert "0.95 1 would have run alone 0.70 1 would have run alone 0.60 1 would have asked" in said


def test_another_limit_shows_what_it_would_carry_and_stores_nothing(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    stored = Certificate.objects.count()
    said = text(adas, auto="0.8", ask="", limit="5")
    assert "From 0.50 on, at most 5 of 100 runs end with a wrong automatic action." in said
    assert "Nothing is proven yet" in text(adas, auto="0.8", ask="", limit="0.5")
    assert Certificate.objects.count() == stored


def test_a_higher_limit_waits_for_a_second_admin_and_a_lower_one_is_live_at_once(adas: Client) -> None:
    earned()
    stage.live(Cuts(0.8))
    assert "Propose a limit of 5 of 100" in text(adas, auto="0.8", ask="", limit="5")
    assert "Tighten now to a limit of 1 of 100" in text(adas, auto="0.8", ask="", limit="1")
    fields = {"auto": "0.8", "ask": "", "seen": "2", "reason": "because"}
    answer = adas.post(f"/policies/tune/{ROUTE}", {**fields, "limit": "5"})
    assert "5.0% of the runs may go wrong, before 2.0%." in text(adas, answer.headers["Location"])
    adas.post(f"/policies/tune/{ROUTE}", {**fields, "limit": "1"})
    assert "live 1 " in text(adas)
    assert "Not certified" in text(adas)


@pytest.mark.parametrize("limit", ["0", "0.05", "51", "-1", "many", "1.555", "1e1"])
def test_a_limit_that_promises_nothing_is_refused_and_stays_in_the_field(adas: Client, limit: str) -> None:
    calls.call(0.9)
    body = adas.get(PLACE, {"auto": "0.8", "ask": "", "limit": limit}).content.decode()
    assert "Of 100 runs 0.1 to 50 may be accepted as wrong" in body
    assert f'name="limit" value="{limit}"' in body or f'value="{limit}"' in body


def test_the_limit_that_is_live_is_no_change(adas: Client) -> None:
    earned()
    stage.live(Cuts(0.8))
    assert "Change a number first" in text(adas, auto="0.8", ask="", limit="2.0")


def test_the_ladder_says_what_allows_one_more(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    said = text(adas, auto="0.8", ask="")
    assert "1 mistake lies right of the line. 116 more test runs allow one more mistake." in said
    assert "0 165 yes 1 314 yes 2 430 not yet" in said


def test_the_coin_is_shown_with_its_fair_range(adas: Client) -> None:
    streams.record(streams.clean(11), rate="0.1", is_test=True)
    streams.record(streams.clean(89), rate="0.1", is_test=False)
    assert "Drawn at 10%: 11 of 100 runs, 11% (99.9% range 2.2% to 29%)." in text(adas)


def test_a_threshold_that_the_guard_tightened_says_who_and_why(adas: Client) -> None:
    earned()
    stage.live(Cuts(0.8))
    streams.record([[Done(0.87, WRONG)], [Done(0.88, WRONG)]], threshold=0.8, start=timezone.now())
    look()
    assert ", by Signalbox itself" in text(adas)
    history = text(adas, "/policies/versions")
    assert "by Signalbox itself Reason given: “ Guard: 2 of 316 test runs have a mistake" in history
    assert "0.87001" in history


def test_an_alarm_is_said_on_the_page_and_in_the_history(adas: Client) -> None:
    earned()
    stage.live(Cuts(0.8))
    streams.record([[Done(0.9, WRONG)]] * 8, threshold=0.8, start=timezone.now())
    look()
    said = text(adas)
    assert "The evidence began anew then: Alarm: what ran alone went wrong more often than the limit allows." in said
    assert "2, after an alarm" in said
    assert "1, first" in said
    assert tuning.live_of(1).reason.startswith("Alarm:")  # type: ignore[union-attr]


def test_certificates_in_a_row_that_carry_the_same_are_one_line(adas: Client) -> None:
    earned(runs=RUNG)
    streams.record(streams.clean(3), start=timezone.now())
    look()
    assert Certificate.objects.filter(about="auto").count() == 2
    assert text(adas).count("1, first") == 1


def test_the_command_prints_the_sentence_of_each_route(capsys: pytest.CaptureFixture[str]) -> None:
    earned(0.6, 0.7, 0.95)
    calls.call(0.9, route="desk/other", tool="other")
    call_command("certify")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{ROUTE}: {SENTENCE} Agent desk 1, score weights-1")
    assert lines[1].startswith("desk/other: Nothing is proven yet")

"""The pictures of a route say what its rows say, and their tables say the same."""

import random
from datetime import datetime, timedelta
from re import findall

import pytest
from django.test import Client
from django.utils import timezone

from approvals.domain.calibration import interval, upper_limit
from approvals.domain.label import Source, Teaching
from approvals.learning import previewing, tuning
from approvals.learning.calibrating import standing, weeks
from approvals.learning.calibrating.terms import Planted, terms_of
from approvals.learning.calibrating.weeks import What, curve
from approvals.learning.tuning import Cuts
from approvals.models import Tenant
from console.pages.thresholds.presenting.pictures.checkers import checkers
from console.pages.thresholds.presenting.pictures.harm import harm
from console.pages.thresholds.presenting.pictures.learning import learning
from console.pages.thresholds.presenting.pictures.word import word
from tests.learning import calls
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import RIGHT, WRONG, Done
from tests.web.thresholds import stage
from tests.web.thresholds.stage import ROUTE
from tests.web.thresholds.test_proof import SECOND, earned, look
from tests.web.thresholds.test_routes import PLACE, text

pytestmark = pytest.mark.django_db
TESTED, NEED = 0.018, 10


def seen() -> standing.Seen:
    """The route as its rows are."""
    return standing.seen(Tenant.DEFAULT, ROUTE, None)


def recorded() -> tuple[previewing.Call, ...]:
    """Its calls."""
    return previewing.recorded(Tenant.DEFAULT, ROUTE).calls


def test_the_range_meets_the_limit_where_the_certificate_ends() -> None:
    proven = earned(0.6, 0.7, 0.95).threshold
    drawn = harm(seen(), recorded(), live=None, draft=None)
    assert drawn is not None
    assert f"from {proven} on." in drawn.says
    by_cut = {row[0]: row[1:] for row in drawn.rows}
    assert by_cut["0.95"] == ("0.3%", "0.3", f"{upper_limit(SECOND, 1, NEED) / 0.9 * 100:.1f}")
    assert by_cut["0.60"] == ("100%", "1.0", f"{upper_limit(SECOND, 3, NEED) / 0.9 * 100:.1f}")
    assert upper_limit(SECOND, 1, NEED) <= TESTED < upper_limit(SECOND, 2, NEED)


def test_harm_without_a_threshold_that_is_proven_says_so() -> None:
    earned(0.9, runs=108)
    drawn = harm(seen(), recorded(), live=None, draft=0.8)
    assert drawn is not None
    assert drawn.says == "From 108 test runs no threshold is proven to stay below 2 wrong of 100 runs."


def test_before_there_is_anything_to_draw_the_page_says_what_is_missing(adas: Client) -> None:
    calls.live(f"{{name: {ROUTE}}}")
    said = text(adas)
    assert "Nothing to draw yet: it needs a judged test run and a recorded call. 165 more clean test runs" in said
    assert "Nothing to compare yet: it needs 20 judged calls of test runs." in said


def test_the_share_found_right_has_a_range_and_a_count() -> None:
    runs = [[Done(0.6, WRONG if number % 3 else RIGHT)] for number in range(30)]
    streams.record([*runs, *streams.clean(30)], start=timezone.now() - timedelta(days=3))
    drawn = word(seen())
    assert drawn is not None
    low, high = interval(10, 4, 0.05)
    assert drawn.rows[0] == ("0.60", "40%", f"{low:.1%} to {high:.0%}", "10")
    assert drawn.rows[-1][:2] == ("0.90", "100%")
    assert [int(row[3]) for row in drawn.rows] == [10] * 6
    assert drawn.says == "60 judged calls of test runs. Nowhere does the score promise more than its range allows."


def test_a_score_that_promises_too_much_is_named() -> None:
    runs = [[Done(0.95, WRONG if number % 2 else RIGHT)] for number in range(40)]
    streams.record(runs, start=timezone.now() - timedelta(days=3))
    drawn = word(seen())
    assert drawn is not None
    assert (
        drawn.says == "40 judged calls of test runs. It promises too much around 0.95: 50% of those calls were right."
    )


def test_what_nobody_chose_is_compared_and_nothing_else() -> None:
    calls.calls([0.8] * 60, Teaching.RIGHT)
    streams.record(streams.clean(15), start=timezone.now() - timedelta(days=3))
    streams.record(streams.clean(60), is_test=False, rate="0.1", start=timezone.now() - timedelta(days=2))
    drawn = word(seen())
    assert drawn is not None
    assert sum(int(row[3]) for row in drawn.rows) == 75


def test_measured_reviewers_make_the_limit_stricter() -> None:
    drawn = checkers(terms_of(None, Planted(50, 5)))
    assert drawn.says == "45 of 50 planted mistakes caught; so 2 of 100 is tested as 1.42."
    assert drawn.rows[1] == ("Caught", "45")


def test_assumed_reviewers_are_said_to_be_assumed(adas: Client) -> None:
    earned(0.9, runs=108)
    said = text(adas)
    assert "0 of the 30 planted mistakes that a measurement needs: an admin assumes that reviewers miss 10%" in said
    assert "so 2 of 100 is tested as 1.8." in said


def test_the_pictures_follow_the_draft(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    body = adas.get(PLACE, {"auto": "0.65", "ask": ""}, headers={"HX-Request": "true"}).content.decode()
    assert body.count("draft 0.65") == 3
    assert "tested as 4.5" in text(adas, f"{PLACE}?auto=0.65&ask=&limit=5")


def test_no_picture_names_a_colour_or_a_style(adas: Client) -> None:
    earned(0.6, 0.7, 0.95)
    body = adas.get(PLACE).content.decode()
    drawn = findall(r"(?s)<svg class=\"scores.*?</svg>", body)
    assert len(drawn) == 7
    assert not any("style=" in one or "#" in one.replace("url(#", "") for one in drawn)


def test_a_page_with_many_mistakes_is_drawn_quickly(adas: Client) -> None:
    drawn = random.Random(1)
    runs = [[Done(round(drawn.uniform(0.5, 1), 4), WRONG if drawn.random() < 0.1 else RIGHT)] for _ in range(1000)]
    streams.record(runs, start=timezone.now() - timedelta(days=80))
    picture = harm(seen(), recorded(), live=0.9, draft=0.8)
    assert picture is not None
    assert len(picture.rows) <= 24
    assert "live 0.90" in [one.says for one in picture.texts]


def test_of_a_handful_of_planted_mistakes_it_is_not_said_how_many_were_caught() -> None:
    caught = [checkers(terms_of(None, Planted(planted, 5))).rows[1] for planted in (19, 20)]
    assert caught == [("Caught", "not shown under 20"), ("Caught", "15")]


def weeks_ago(number: int) -> datetime:
    """The Tuesday of an earlier week."""
    now = timezone.now()
    return (now - timedelta(days=now.weekday())).replace(hour=9) - timedelta(weeks=number) + timedelta(days=1)


def lived() -> None:
    """Three weeks: all asked, half asked, a quarter asked with one audit."""
    streams.record(streams.clean(8), start=weeks_ago(3))
    streams.record(streams.clean(4, 0.7) + streams.clean(4), start=weeks_ago(2), threshold=0.85)
    last = streams.record(streams.clean(2, 0.7) + streams.clean(6), start=weeks_ago(1), threshold=0.85)
    calls.label(last[-1], RIGHT, source=Source.AUDIT)


def test_weeks_say_what_was_asked_and_what_was_audited() -> None:
    lived()
    found = curve(Tenant.DEFAULT, ROUTE)
    assert [(one.asked, one.alone, one.audited) for one in found.weeks] == [(8, 0, 0), (4, 4, 0), (2, 6, 1)]
    assert [one.begins.date() for one in found.weeks] == [weeks_ago(n).date() - timedelta(days=1) for n in (3, 2, 1)]
    drawn = learning(found)
    assert drawn is not None
    assert [row[1:4] for row in drawn.rows] == [("25%", "12%", "8"), ("50%", "0%", "8"), ("100%", "0%", "8")]
    assert "25% of calls were asked about, and 12% audited; in the week of" in drawn.says
    assert len(drawn.boxes) == 4


def test_the_curve_is_marked_where_something_changed() -> None:
    earned(0.6, 0.7, 0.95)
    stage.live(Cuts(0.8))
    streams.record(
        [[Done(0.9, WRONG)]] * 12, threshold=0.8, rate="0.1", start=timezone.now(), ruleset=tuning.live_of(1)
    )
    look()
    found = curve(Tenant.DEFAULT, ROUTE)
    assert [mark.what for mark in found.marks] == [What.PROMOTION, What.ROLLBACK, What.EPOCH]
    drawn = learning(found)
    assert drawn is not None
    assert drawn.rows[0][-1] == "loosened to 0.80, tightened by itself, epoch 2"


def test_a_week_names_the_limit_and_what_was_proven() -> None:
    earned(0.6, 0.7, 0.95)
    drawn = learning(curve(Tenant.DEFAULT, ROUTE))
    assert drawn is not None
    assert drawn.rows[0][4] == "2 of 100, 0.70001"
    assert drawn.rows[-1][4] == "none"


def test_other_routes_reads_and_old_weeks_are_not_counted() -> None:
    lived()
    streams.record(streams.clean(5), start=weeks_ago(1), route="desk/other")
    streams.record(streams.clean(5), start=weeks_ago(40))
    calls.call(0.9, is_counted=False)
    assert sum(one.calls for one in curve(Tenant.DEFAULT, ROUTE).weeks) == 24


def test_a_preview_does_not_read_the_weeks(adas: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lived()
    monkeypatch.setattr(weeks, "curve", None)
    assert adas.get(PLACE, {"auto": "0.65", "ask": ""}, headers={"HX-Request": "true"}).status_code == 200

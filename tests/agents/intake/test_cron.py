"""Which moments a cron line means, also where clocks are changed."""

from datetime import UTC, datetime
from itertools import islice

import pytest

from agents.intake import cron
from agents.intake.refusals import NotAsWanted

BERLIN, LORD_HOWE, APIA = "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"


def after(line: str, moment: str, zone: str = "UTC", *, most: int = 3) -> list[str]:
    """The next ticks, in UTC."""
    start = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    found = islice(cron.ticks(cron.read(line, zone), after=start), most)
    return [f"{tick:%m-%d %H:%M}" for tick in found]


@pytest.mark.parametrize(
    ("line", "moment", "zone", "ticks"),
    [
        pytest.param(
            "0 9 * * mon-fri", "2026-11-20 12:00", "UTC", ["11-23 09:00", "11-24 09:00", "11-25 09:00"], id="1"
        ),
        pytest.param(
            "*/20 8-9 * * *", "2026-11-20 08:40", "UTC", ["11-20 09:00", "11-20 09:20", "11-20 09:40"], id="2"
        ),
        pytest.param("0 0 29 2 *", "2026-01-01 00:00", "UTC", ["02-29 00:00"] * 2, id="leap days"),
        pytest.param("0 0 13 * 5", "2026-11-10 00:00", "UTC", ["11-13 00:00", "11-20 00:00", "11-27 00:00"], id="or"),
        pytest.param("0 0 * * 7", "2026-11-20 00:00", "UTC", ["11-22 00:00", "11-29 00:00", "12-06 00:00"], id="7"),
        pytest.param("0 9 * * *", "2026-03-28 07:00", BERLIN, ["03-28 08:00", "03-29 07:00", "03-30 07:00"], id="dst"),
        pytest.param("30 2 * * *", "2026-03-28 00:00", BERLIN, ["03-28 01:30", "03-29 01:00", "03-30 00:30"], id="gap"),
        pytest.param("0,30 2 * * *", "2026-03-28 12:00", BERLIN, ["03-29 01:00", "03-30 00:00"], id="gap once"),
        pytest.param("30 2 * * *", "2026-10-24 12:00", BERLIN, ["10-25 00:30", "10-26 01:30"], id="twice runs once"),
        pytest.param("30 * * * *", "2026-10-24 23:45", BERLIN, ["10-25 00:30", "10-25 01:30", "10-25 02:30"], id="all"),
        pytest.param(
            "30 * * * *", "2026-03-29 00:00", BERLIN, ["03-29 00:30", "03-29 01:30", "03-29 02:30"], id="go on"
        ),
        pytest.param("15 2 * * *", "2026-10-03 00:00", LORD_HOWE, ["10-03 15:30", "10-04 15:15"], id="half an hour"),
        pytest.param("0 12 30 12 *", "2011-12-01 00:00", APIA, ["12-30 10:00"], id="a day that was not"),
    ],
)
def test_a_line_ticks_when_the_clock_on_the_wall_says_so(line: str, moment: str, zone: str, ticks: list[str]) -> None:
    assert after(line, moment, zone, most=len(ticks)) == ticks


@pytest.mark.full
@pytest.mark.parametrize("zone", [BERLIN, LORD_HOWE, "America/St_Johns", "Africa/Casablanca"])
@pytest.mark.parametrize("line", ["30 2 * * *", "*/7 1-3 * * *", "15 * * * *"])
def test_no_moment_comes_twice_and_none_before_another(line: str, zone: str) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found = list(islice(cron.ticks(cron.read(line, zone), after=start), 3_000))
    assert found == sorted(set(found))
    assert list(islice(cron.ticks(cron.read(line, zone), after=found[700]), 50)) == found[701:751]


@pytest.mark.parametrize(
    ("line", "zone", "field"),
    [
        pytest.param("0 9 * *", "UTC", "line", id="four fields"),
        pytest.param("60 9 * * *", "UTC", "line", id="no such minute"),
        pytest.param("0 9 30 2 *", "UTC", "line", id="no such day"),
        pytest.param("mon 9 * * *", "UTC", "line", id="a day for a minute"),
        pytest.param("0 9 * jan mon,jan", "UTC", "line", id="a month for a day"),
        pytest.param("*/0 9 * * *", "UTC", "line", id="no step"),
        pytest.param("-1 9 * * *", "UTC", "line", id="before zero"),
        pytest.param("0 9 * * * ; rm", "UTC", "line", id="more"),
        pytest.param("0 9 * * *", "Middle/Earth", "zone", id="no such zone"),
        pytest.param("0 9 * * *", "../../etc/passwd", "zone", id="a path"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_field(line: str, zone: str, field: str) -> None:
    with pytest.raises(NotAsWanted) as caught:
        cron.read(line, zone)
    assert caught.value.field == field


@pytest.mark.parametrize(
    "zone", ["Factory", "localtime", "posix/Europe/Berlin", "europe/berlin", "../../etc/passwd", ""]
)
def test_what_is_the_time_of_no_place_is_refused(zone: str) -> None:
    with pytest.raises(NotAsWanted, match="No place"):
        cron.read("0 9 * * *", zone)

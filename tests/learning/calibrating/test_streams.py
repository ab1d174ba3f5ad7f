"""Streams of simulated runs through real tables and the product's own look: rarely above the limit, naive ones mostly.

The full set of worlds and settings runs on the pure functions; that rows give what these give is `test_reading`. Here a
few streams go the whole way: verdicts, labels that come late on a simulated clock, looks, certificates, the guard.
"""

from collections.abc import Callable
from datetime import timedelta
from math import sqrt
from random import Random

import pytest

from approvals.domain.calibration import ladder
from approvals.domain.label import Teaching
from approvals.learning.calibrating import looking
from approvals.models import Label, Tenant, Threshold, Verdict
from tests.domain.calibration.statistics.worlds import LIMIT, WORLDS, World
from tests.learning.calibrating import streams
from tests.learning.calibrating.streams import AN_HOUR, START, Done

pytestmark = pytest.mark.django_db
STREAMS, HORIZON, DELTA = 12, 440, 0.1
MOST = DELTA + 3 * sqrt(DELTA * (1 - DELTA) / STREAMS)
FAST, SLOW = 3.0, 300.0
"""Mean hours until an approval and until a rejection is there; runs are an hour apart."""
LOOKS = [n for n in ladder(LIMIT * 0.9, 1 / DELTA, 10) if n <= HORIZON]
CALIBRATED, *_, FLAT, _ALL_BAD = WORLDS


class Stream:
    """One route with its runs as rows, and what is still to be said of them."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.route, self.dice = world, f"desk/{name}", Random(name)
        self.forbidden = world.forbidden(LIMIT)
        self.awaited: list[tuple[float, Verdict, bool]] = []
        self.count = self.risky = 0
        self.is_fooled = False
        """Whether the share found wrong so far ever was within the limit at the forbidden threshold."""

    def go_on(self, until: int) -> None:
        """Record runs up to this one; what an expert will say of each is drawn with it."""
        while self.count < until:
            lot = [self._drawn() for _ in range(min(50, until - self.count))]
            rows = streams.record(
                [[Done(score, None)] for score, _ in lot], start=START + self.count * AN_HOUR, route=self.route
            )
            for place, (row, (_, is_wrong)) in enumerate(zip(rows, lot, strict=True), start=self.count):
                delay = self.dice.expovariate(1 / (SLOW if is_wrong else FAST))
                self.awaited.append((place + delay, row, is_wrong))
            for score, is_wrong in lot:
                self.count += 1
                self.risky += is_wrong and score >= self.forbidden
                self.is_fooled |= self.count >= 30 and self.risky <= LIMIT * self.count

    def say(self, hour: float) -> None:
        """Store what experts have said by this hour."""
        due = [(row, is_wrong) for at, row, is_wrong in self.awaited if at <= hour]
        self.awaited = [one for one in self.awaited if one[0] > hour]
        streams.label((row, Teaching.WRONG if is_wrong else Teaching.RIGHT) for row, is_wrong in due)

    def look(self, hour: float) -> float | None:
        """The threshold that the product gives now."""
        seen = looking.look(Tenant.DEFAULT, self.route, now=START + timedelta(hours=hour))
        return seen.certificates[Threshold.AUTO].threshold

    def _drawn(self) -> tuple[float, bool]:
        level = self.dice.choices(range(len(self.world.scores)), self.world.shares)[0]
        return self.world.scores[level], self.dice.random() < self.world.wrong[level]

    def is_false(self, given: float | None) -> bool:
        """Whether this threshold lets run what must not."""
        return given is not None and given <= self.forbidden


def at_once(stream: Stream) -> bool:
    """Every label is there at every look; whether the stream was ever falsely certified."""
    found = []
    for n in LOOKS:
        stream.go_on(n)
        stream.say(float("inf"))
        found.append(stream.is_false(stream.look(n)))
    return any(found)


def slowly(stream: Stream) -> bool:
    """Rejections take a hundred times as long as approvals, many longer than the grace."""
    found = []
    for n in (*LOOKS, LOOKS[-1] + 100):
        stream.go_on(n)
        stream.say(n)
        found.append(stream.is_false(stream.look(n)))
    return any(found)


@pytest.mark.parametrize("how", [pytest.param(at_once, marks=pytest.mark.full), slowly], ids=["at once", "slowly"])
@pytest.mark.parametrize(
    "world", [pytest.param(CALIBRATED, marks=pytest.mark.full), FLAT], ids=["calibrated", "flat at the limit"]
)
def test_streams_on_rows_are_rarely_above_the_limit_and_the_share_so_far_mostly_is(
    how: Callable[[Stream], bool], world: World
) -> None:
    tuned = world.tuned(LIMIT, length=1)
    made = [Stream(tuned, f"{world.name} {how is slowly} {number}".replace(" ", "-")) for number in range(STREAMS)]
    false = sum(how(stream) for stream in made)
    assert Label.objects.exists()
    assert false / STREAMS <= MOST
    assert sum(stream.is_fooled for stream in made) / STREAMS >= 0.7

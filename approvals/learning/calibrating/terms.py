"""The promise that a route's test runs are held against (CALIBRATION section 2.6)."""

from typing import NamedTuple

from approvals.domain.calibration import corrected_limit
from approvals.domain.gate import Route
from approvals.domain.label import Source, Teaching
from approvals.models import Label, Member

SURE = 0.10
"""The chance to be wrong in all; half of it is spent on what reviewers miss, where that is measured."""
FLOOR = 0.50
"""No certificate lets a call run alone that the score itself takes for as likely wrong as right."""
SEEDS_NEEDED = 30
"""From so many planted mistakes on what reviewers miss is measured; with fewer the range would prove nothing."""
UNNAMED = Route(name="unnamed")


class Planted(NamedTuple):
    """Known mistakes that reviewers were shown, and how many of them they took for right."""

    seeds: int = 0
    missed: int = 0


class Terms(NamedTuple):
    """Limit, and what it is tested as."""

    limit: float
    tested: float
    delta: float
    """Of the certificate itself."""
    most_missed: float
    """Reviewers miss at most this share of mistakes."""
    planted: Planted
    assumed: float | None
    """What an admin assumes reviewers miss; None where it is measured."""
    floor: float = FLOOR


def planted(tenant_id: int, *, by: Member | None = None) -> Planted:
    """How many planted mistakes the reviewers of a tenant answered, and how many of them they took for right.

    With `by` those of one person, for nobody else to see.
    """
    said = Label.objects.filter(tenant_id=tenant_id, source=Source.SEED)
    said = said if by is None else said.filter(by=by)
    return Planted(said.count(), said.filter(teaching=Teaching.RIGHT).count())


def terms_of(route: Route | None, planted: Planted) -> Terms:
    """The terms of a route; those of a new one where the rules do not name it yet."""
    route = route or UNNAMED
    if planted.seeds >= SEEDS_NEEDED:
        most, tested = corrected_limit(route.wrong_limit, planted.seeds, planted.missed, SURE / 2)
        return Terms(route.wrong_limit, tested, SURE / 2, most, planted, None)
    most, tested = corrected_limit(route.wrong_limit, 0, 0, assumed=route.assumed_miss)
    return Terms(route.wrong_limit, tested, SURE, most, planted, route.assumed_miss)

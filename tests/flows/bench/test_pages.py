"""The first page of the queue looks each team up by itself, and shows what one condition for all teams would."""

from datetime import timedelta

import pytest

from approvals.models import Escalation, Member, Role, Team, Tenant
from tests import cast
from tests.web.review import stage

pytestmark = pytest.mark.django_db

WHO = {
    "an admin": (Role.ADMIN, ()),
    "an auditor": (Role.AUDITOR, ()),
    "a reviewer of no team": (Role.REVIEWER, ()),
    "a reviewer of one team": (Role.REVIEWER, (0,)),
    "a reviewer of two teams": (Role.REVIEWER, (0, 1)),
}


@pytest.fixture
def teams() -> list[Team]:
    """Three teams, each with items between those of the others and of no team."""
    made = [Team.objects.create(tenant_id=Tenant.DEFAULT, name=name) for name in ("Refunds", "Returns", "Rest")]
    for minutes, team in enumerate([*made, None] * 3, start=10):
        stage.put(team=team, due=timedelta(minutes=minutes * 7 % 31 + 5))
    return made


@pytest.mark.parametrize(("role", "places"), WHO.values(), ids=WHO.keys())
def test_pages_show_what_a_person_may_see(role: Role, places: tuple[int, ...], teams: list[Team]) -> None:
    who = cast.member("Somebody", role)
    who.teams.set([teams[place] for place in places])
    assert pages(who, size=4) == list(Escalation.objects.visible_to(who).open().values_list("pk", flat=True))


def pages(who: Member, *, size: int) -> list[int]:
    """The ids of all pages, one after the other."""
    ids: list[int] = []
    after = None
    while page := list(Escalation.objects.next_open(who, size, after=after)):
        ids += [row.pk for row in page]
        after = (page[-1].due_at, page[-1].pk)
    return ids

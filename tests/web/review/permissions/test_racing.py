"""Many voters at the same moment: as many as it takes decide, once; a right with fewer is caught twice over."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, connections

from approvals.domain.errors import ApprovalError
from approvals.inbox.deciding import recording
from approvals.models import Decision, Escalation, Grant, Member, Role, Vote
from console.management.invariants import checking
from tests import cast
from tests.faults.laws import damage
from tests.web.review.permissions import voting

pytestmark = pytest.mark.xdist_group("races")
VOTERS, PERSONS, ITEMS = 8, 3, 3
ENOUGH = "WHERE persons <= 1 + signalbox_persons(approvals_escalation, %(approved)s, vote.person_id)"


def attempt(item: Escalation, by: Member) -> str:
    """Vote; what it came to."""
    try:
        return "decided" if voting.vote(item, by) else "voted"
    except ApprovalError as refusal:
        return refusal.code
    finally:
        connections.close_all()


def test_as_many_as_it_takes_decide_once(fresh_database: str) -> None:
    people = [cast.member(f"Voter{n}", Role.REVIEWER) for n in range(VOTERS)]
    items = [voting.put(PERSONS) for _ in range(ITEMS)]
    with ThreadPoolExecutor(VOTERS) as crowd:
        said = list(crowd.map(attempt, [item for item in items for _ in people], people * ITEMS))
    late = ITEMS * (VOTERS - PERSONS)
    assert Counter(said) == {"decided": ITEMS, "voted": ITEMS * (PERSONS - 1), "already_decided": late}
    assert (Decision.objects.count(), Grant.objects.count(), Vote.objects.count()) == (ITEMS, ITEMS, ITEMS * PERSONS)
    assert checking.check().names == frozenset()


def test_a_service_that_counts_wrong_is_stopped_by_the_database(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ENOUGH in recording.VOTE
    monkeypatch.setattr(recording, "VOTE", recording.VOTE.replace(ENOUGH, ""))
    with pytest.raises(DatabaseError, match="is not approved by 2 persons"):
        voting.vote(voting.put(), cast.mara())
    damage.execute(damage.GUARDS_OFF, fresh_database)
    voting.vote(voting.put(), cast.mara())
    damage.execute(damage.GUARDS_ON, fresh_database)
    assert checking.check().names == {"approved-by-enough"}

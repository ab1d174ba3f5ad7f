"""Escalation policies: who is told of what nobody decides, one level after the other, by the sweep."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client

from agents import tasks
from agents.engine.queue import sweeping
from approvals.domain.errors import BadRuleset
from approvals.domain.gate import parse_ruleset
from approvals.gating import halting
from approvals.inbox import deciding, expiring, undoing
from approvals.learning import tuning
from approvals.learning.tuning.loosening import loosenings
from approvals.models import Escalation, Halt, Member, Notice, Ruleset, Team
from approvals.models.halt import HaltScope
from tests import cast
from tests.engine.limits import asking
from tests.engine.refusals import DENIED, execute, refused
from tests.learning import calls
from tests.web.review.conftest import HTMX
from tests.web.review.permissions import voting

pytestmark = pytest.mark.django_db
POLICY = """
escalation:
  - name: all
    levels: [{team: Leads, minutes: 20}, {role: admin, minutes: 10}]
    repeat: 1
"""
SECOND = {"level": 1, "went_to": "Leads", "goes_to": "admins"}
DUE = Now() - timedelta(seconds=1)


@pytest.fixture(autouse=True)
def live(db: None) -> Ruleset:
    """Rules with the policy, and the team it names."""
    Team.objects.create(tenant_id=1, name="Leads")
    return calls.live("{name: r}", POLICY)


def due(**columns: Any) -> Escalation:
    """An item whose next level is due."""
    return voting.put(1, **{"goes_to": "Leads", "level_at": DUE, **columns})


def standing(item: Escalation) -> tuple[int, str, str]:
    """How many were told, who was last, who is next."""
    item.refresh_from_db()
    return item.level, item.went_to, item.goes_to


def test_what_is_asked_goes_to_the_first_level_in_its_time() -> None:
    item = asking.ask().escalation
    assert item is not None
    item.refresh_from_db()
    assert (item.goes_to, item.level_at) == ("Leads", item.opened_at + timedelta(minutes=20))


def test_the_sweep_tells_a_level_once_and_names_the_next() -> None:
    item = due()
    assert sweeping.look().raising
    tasks.sweep()
    tasks.sweep()
    assert standing(item) == (1, "Leads", "admins")
    notice = Notice.objects.get()
    assert (notice.escalation, notice.level, str(notice.team), notice.role) == (item, 1, "Leads", "")
    assert not sweeping.look().raising


@pytest.mark.parametrize(
    ("columns", "after"),
    [
        (SECOND, (2, "admins", "Leads")),
        ({**SECOND, "level": 3}, (4, "admins", "")),
    ],
    ids=["begins again", "after the last one nobody is left"],
)
def test_it_goes_through_all_levels_as_often_as_is_wanted(columns: dict[str, Any], after: tuple[int, str, str]) -> None:
    item = due(**columns)
    assert (expiring.raise_due(), standing(item)) == (1, after)
    assert (Notice.objects.get().role, item.level_at is None) == ("admin", not after[2])


@pytest.mark.parametrize("gone", ["no such team", "of another team"])
def test_admins_are_told_where_the_team_cannot_see_it(gone: str) -> None:
    other = Team.objects.create(tenant_id=1, name="Others")
    due(team=other if gone == "of another team" else None)
    if gone == "no such team":
        Team.objects.filter(name="Leads").update(name="Gone")
    expiring.raise_due()
    assert (Notice.objects.get().team, Notice.objects.get().role) == (None, "admin")


def test_nobody_is_told_of_what_is_decided(mara: Member) -> None:
    item = due()
    deciding.decide(item, by=mara, said=voting.said(item))
    assert (expiring.raise_due(), Notice.objects.count()) == (0, 0)


class TestHalted:
    """Nobody is hurried for what cannot run."""

    @pytest.mark.parametrize(
        ("scope", "key"),
        [(HaltScope.EVERYTHING, ""), (HaltScope.AGENT, "billing-assist"), (HaltScope.TOOL, "tickets.tag")],
    )
    def test_nobody_is_told_meanwhile(self, scope: HaltScope, key: str) -> None:
        due()
        halting.halt(scope=scope, key=key, by=cast.ada(), reason="a look")
        assert expiring.raise_due() == 0

    def test_the_time_is_given_back(self) -> None:
        item = due(opened_at=Now() - timedelta(hours=2), level_at=Now() + timedelta(minutes=5))
        before = Escalation.objects.get(pk=item.pk).level_at
        Halt.objects.create(tenant_id=1, scope="everything", reason="a look", halted_at=Now() - timedelta(minutes=30))
        halting.lift(scope=HaltScope.EVERYTHING, by=cast.ada(), reason="looked")
        item.refresh_from_db()
        assert before is not None
        assert item.level_at is not None
        assert timedelta(minutes=30) <= item.level_at - before < timedelta(minutes=45)


def test_an_undone_one_begins_at_the_first_level(mara: Member) -> None:
    item = due(**SECOND)
    decision = deciding.decide(item, by=mara, said=voting.said(item))
    again = undoing.undo(decision.escalation, by=mara)
    assert standing(again) == (0, "", "Leads")


def test_the_item_says_where_it_goes(hers: Client) -> None:
    item = due(**SECOND, level_at=Now() + timedelta(days=1))
    page = hers.get(f"/queue/{item.pk}").content.decode()
    assert "with Leads, goes to admins at" in page
    assert "with Leads now" in hers.get(f"/queue/{item.pk}/row", headers=HTMX).content.decode()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{team: Leads, minutes: 20}", "{minutes: 20}", "a level names a team or a role"),
        ("{team: Leads, minutes: 20}", "{team: Leads, role: admin, minutes: 20}", "a level names a team or a role"),
        ("minutes: 10", "minutes: 0", r"escalation\[0\]\.levels\[1\]\.minutes \(line 7\)"),
        ("repeat: 1", "repeat: 99", r"escalation\[0\]\.repeat \(line 8\)"),
        ("role: admin", "role: auditor", r"escalation\[0\]\.levels\[1\]\.role"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(before: str, after: str, said: str) -> None:
    with pytest.raises(BadRuleset, match=said):
        calls.rules("{name: r}", POLICY.replace(before, after))


def test_another_policy_is_told_and_loosens_nothing() -> None:
    old, new = calls.rules("", POLICY), calls.rules("", POLICY.replace("repeat: 1", "repeat: 0"))
    (change,) = tuning.changes(old, new)
    assert (change.what, change.name, loosenings(old, new)) == ("policy_changed", "all", ())
    assert parse_ruleset("version: 1\nname: none").escalation == ()


@pytest.mark.parametrize(
    "changes",
    [{"level": 2}, {"level": 1}, {"goes_to": "Nobody"}, {"level_at": None}, {"level_at": DUE - timedelta(days=1)}],
    ids=["two at once", "without saying who", "another name", "never", "sooner"],
)
def test_the_database_lets_it_go_up_one_level_in_its_time(changes: dict[str, Any]) -> None:
    item = due()
    with refused("SB009"):
        Escalation.objects.filter(pk=item.pk).update(**changes)


def test_a_notice_is_of_the_level_that_was_reached_and_stays() -> None:
    item = due()
    with refused("SB009"):
        Notice.objects.create(escalation=item, level=1, role="admin")
    with refused(DENIED):
        execute("UPDATE approvals_notice SET role = 'reviewer'")

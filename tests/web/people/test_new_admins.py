"""One person who makes accounts is not two admins: who has only just become one waits for those of longer."""

from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import make_password
from django.db import DatabaseError, transaction
from django.db.models.functions import Now
from django.test import Client

from approvals import staffing
from approvals.learning import tuning
from approvals.learning.tuning import OFFERED, canarying
from approvals.learning.tuning.canarying import SHARES
from approvals.learning.tuning.refusals import NewAdmin
from approvals.models import AuditEntry, Member, Role, RulesetProposal
from approvals.staffing import people
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE
from tests.learning.test_laws import live_by_hand, raw

pytestmark = pytest.mark.django_db


def drafted(ada: Member) -> RulesetProposal:
    """An open draft of Ada's."""
    calls.call(0.9)
    made = tuning.tune(ROUTE, OFFERED, by=ada, seen_version=1, reason="because")
    assert isinstance(made, RulesetProposal)
    return made


def puppet(ada: Member) -> Member:
    """An admin whom Ada makes now."""
    return people.make_member(by=ada, name="Carla", email="carla@example.test", role=Role.ADMIN).member


def by_hand(made: RulesetProposal, second: Member) -> None:
    """The approval past every service, as the application's role."""
    raw(made, status="approved", closed_at=Now(), approved_by=second, ruleset=live_by_hand(made))


def test_an_admin_of_ones_own_making_approves_nothing_while_there_is_a_third() -> None:
    ada, _ = calls.admins()
    made, carla = drafted(ada), puppet(ada)
    with pytest.raises(NewAdmin):
        tuning.approve(made, by=carla)
    with pytest.raises(NewAdmin):
        canarying.begin(made, by=carla, share=SHARES[0])
    with pytest.raises(DatabaseError, match="less than a day"):
        by_hand(made, carla)


TRICKS: dict[str, Callable[[Member, Member], object]] = {
    "ended": lambda ada, bea: people.deactivate_member(bea, by=ada),
    "given a password": lambda ada, bea: people.give_password(bea, by=ada),
    "demoted and back": lambda ada, bea: [
        people.change_member(bea, by=ada, name="Bea", role=role, teams=[]) for role in (Role.REVIEWER, Role.ADMIN)
    ],
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_nothing_done_to_the_third_account_makes_room(trick: Callable[[Member, Member], object]) -> None:
    ada, bea = calls.admins()
    made, carla = drafted(ada), puppet(ada)
    trick(ada, bea)
    with pytest.raises(DatabaseError, match="less than a day"):
        by_hand(made, carla)


def test_a_password_given_to_an_admin_of_longer_makes_them_new() -> None:
    ada, bea = calls.admins()
    cast.member("Cleo", Role.ADMIN)
    made = drafted(ada)
    staffing.people.give_password(bea, by=ada)
    with pytest.raises(DatabaseError, match="less than a day"):
        by_hand(made, Member.objects.get(pk=bea.pk))


def test_nobody_writes_since_when_somebody_is_an_admin() -> None:
    _, bea = calls.admins()
    before = Member.objects.values_list("admin_since", "first_admin_at", "admin_until").get(pk=bea.pk)
    Member.objects.filter(pk=bea.pk).update(admin_since=None, first_admin_at=None, admin_until=Now())
    assert Member.objects.values_list("admin_since", "first_admin_at", "admin_until").get(pk=bea.pk) == before


def test_a_reviewer_is_an_admin_from_the_promotion_on() -> None:
    ada, mara = cast.ada(), cast.mara()
    assert mara.admin_since is None
    people.change_member(mara, by=ada, name="Mara Lind", role=Role.ADMIN, teams=[])
    found = Member.objects.exclude(admin_since=None).order_by("admin_since")
    assert list(found) == [ada, mara]


def test_a_new_installation_has_its_second_admin_at_once_and_history_says_so(client: Client) -> None:
    ada = cast.ada()
    made, carla = drafted(ada), puppet(ada)
    live = tuning.approve(made, by=carla)
    kept = AuditEntry.objects.get(verb=tuning.Verb.APPROVE).details
    assert (kept["admin_by"], kept["admin_seconds"] < 60) == (ada.pk, True)
    client.force_login(ada)
    said = client.get(f"/policies/versions/{live.version}").content.decode()
    assert f"{carla.email}), made an admin or given a password by {ada.signature} less than a minute before" in said


def test_the_draft_says_beforehand_who_may_not_approve_it_yet(client: Client) -> None:
    ada, _ = calls.admins()
    made, carla = drafted(ada), puppet(ada)
    Member.objects.filter(pk=carla.pk).update(password=make_password("one of her own"))
    client.force_login(Member.objects.get(pk=carla.pk))
    said = client.get(f"/policies/drafts/{made.pk}").content.decode()
    assert "within the last 24 hours" in said
    assert "Approve:" not in said
    with transaction.atomic():
        assert client.post(f"/policies/drafts/{made.pk}/approve").status_code == 409

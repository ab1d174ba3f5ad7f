"""What the services of people, teams and keys promise, whoever calls them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from approvals.models import AgentKey, AuditEntry, Member, Role, Team, Tenant
from approvals.staffing import passwords, people
from approvals.staffing.keys import Scope, make_key, revoke_key
from approvals.staffing.refusals import (
    BadKey,
    EmailTaken,
    LastAdmin,
    NameTaken,
    NotAnAdmin,
    NotHere,
    OwnRole,
    PasswordReplaced,
    UnreadableName,
)
from approvals.staffing.teams import NameAlike, make_team
from tests import cast

pytestmark = pytest.mark.django_db
SOON = timedelta(days=30)


@pytest.fixture
def elsewhere(db: None) -> Tenant:
    """Another customer of the installation."""
    return Tenant.objects.create(name="Elsewhere", slug="elsewhere")


@pytest.fixture
def eve(ada: Member) -> Member:
    """A second admin."""
    return cast.member("Eve", Role.ADMIN)


DEEDS: dict[str, Callable[[Member, Member], object]] = {
    "make_member": lambda by, _: people.make_member(by=by, name="N", email="n@example.test", role=Role.REVIEWER),
    "change_member": lambda by, whom: people.change_member(whom, by=by, name="N", role=Role.ADMIN, teams=[]),
    "deactivate_member": lambda by, whom: people.deactivate_member(whom, by=by),
    "give_password": lambda by, whom: people.give_password(whom, by=by),
    "make_team": lambda by, _: make_team(by=by, name="Refunds"),
    "make_key": lambda by, _: make_key(by=by, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON),
}


NAMED: dict[str, Callable[[Member, str], object]] = {
    "make_member": lambda by, name: people.make_member(by=by, name=name, email="n@example.test", role=Role.REVIEWER),
    "make_member's e-mail": lambda by, name: people.make_member(by=by, name="N", email=name, role=Role.REVIEWER),
    "make_first_admin": lambda by, name: people.make_first_admin(
        Tenant.objects.create(name="New", slug="new"), name=name, email="n@example.test", password="x"
    ),
    "change_member": lambda by, name: people.change_member(by, by=by, name=name, role=Role.ADMIN, teams=[]),
    "make_team": lambda by, name: make_team(by=by, name=name),
    "make_key": lambda by, name: make_key(by=by, name=name, scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON),
}


@pytest.mark.parametrize("deed", NAMED.values(), ids=NAMED)
@pytest.mark.parametrize(
    "name", ["Ma\u200bra", "\u202eadA", " ", "\u00ad"], ids=["zero width", "turned", "none", "soft"]
)
def test_a_name_that_does_not_show_what_it_is_is_refused(
    deed: Callable[[Member, str], object], name: str, ada: Member
) -> None:
    with pytest.raises(UnreadableName):
        deed(ada, name)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
@pytest.mark.parametrize("who", [cast.mara, cast.otto], ids=["reviewer", "auditor"])
def test_only_an_admin_does_it(deed: Callable[[Member, Member], object], who: Callable[[], Member]) -> None:
    with pytest.raises(NotAnAdmin):
        deed(who(), cast.kai())


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_an_admin_without_access_does_not(deed: Callable[[Member, Member], object], ada: Member, eve: Member) -> None:
    people.deactivate_member(eve, by=ada)
    with pytest.raises(NotAnAdmin):
        deed(eve, cast.kai())


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_every_deed_leaves_one_entry_of_the_audit(deed: Callable[[Member, Member], object], ada: Member) -> None:
    deed(ada, cast.kai())
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.tenant_id) == (ada, ada.tenant_id)


def test_the_audit_holds_no_secret_and_no_email(ada: Member) -> None:
    made = people.make_member(by=ada, name="Nora", email="nora@example.test", role=Role.REVIEWER)
    key = make_key(by=ada, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON)
    written = str(list(AuditEntry.objects.values_list("object", "details")))
    assert [word for word in (made.password, key.secret, "nora") if word in written] == []


@pytest.mark.parametrize("deed", ["change_member", "deactivate_member", "give_password"])
def test_people_of_another_tenant_do_not_exist(deed: str, ada: Member, elsewhere: Tenant) -> None:
    stranger = cast.member("Stranger", Role.REVIEWER, tenant_id=elsewhere.pk)
    with pytest.raises(NotHere):
        DEEDS[deed](ada, stranger)


def test_teams_of_another_tenant_do_not_exist(ada: Member, elsewhere: Tenant) -> None:
    team = Team.objects.create(tenant=elsewhere, name="Theirs")
    with pytest.raises(NotHere):
        people.make_member(by=ada, name="N", email="n@example.test", role=Role.REVIEWER, teams=[team])


def test_nobody_changes_their_own_role(ada: Member, eve: Member) -> None:
    with pytest.raises(OwnRole):
        people.change_member(ada, by=ada, name=ada.name, role=Role.AUDITOR, teams=[])


def test_nobody_ends_their_own_access(ada: Member, eve: Member) -> None:
    with pytest.raises(OwnRole):
        people.deactivate_member(ada, by=ada)


def test_everybody_may_change_their_own_name(ada: Member) -> None:
    people.change_member(ada, by=ada, name="Ada L.", role=Role.ADMIN, teams=[])
    assert Member.objects.get(pk=ada.pk).name == "Ada L."


def test_the_last_admin_keeps_the_role(ada: Member) -> None:
    with pytest.raises(LastAdmin):
        people.change_member(ada, by=ada, name=ada.name, role=Role.REVIEWER, teams=[])


def test_an_admin_of_another_tenant_does_not_count(ada: Member, elsewhere: Tenant) -> None:
    cast.member("Far", Role.ADMIN, tenant_id=elsewhere.pk)
    with pytest.raises(LastAdmin):
        people.deactivate_member(ada, by=ada)


def test_an_email_is_taken_once_in_the_installation(ada: Member, elsewhere: Tenant) -> None:
    cast.member("Nora", Role.REVIEWER, tenant_id=elsewhere.pk)
    with pytest.raises(EmailTaken):
        people.make_member(by=ada, name="N", email=" NORA@example.test", role=Role.REVIEWER)


def test_ending_access_twice_is_one_entry(ada: Member) -> None:
    people.deactivate_member(cast.kai(), by=ada)
    people.deactivate_member(cast.kai(), by=ada)
    assert AuditEntry.objects.count() == 1


def test_a_given_password_is_for_one_time_until_one_is_chosen(ada: Member) -> None:
    made = people.make_member(by=ada, name="N", email="n@example.test", role=Role.REVIEWER)
    assert passwords.is_one_time(made.member)
    passwords.choose_password(made.member, password="words of my own")
    assert not passwords.is_one_time(made.member)


def test_somebody_without_access_chooses_no_password(ada: Member, mara: Member) -> None:
    people.deactivate_member(mara, by=ada)
    with pytest.raises(PasswordReplaced):
        passwords.choose_password(mara, password="words of my own")


def test_a_team_has_its_name_alone(ada: Member) -> None:
    make_team(by=ada, name="Refunds")
    with pytest.raises(NameTaken):
        make_team(by=ada, name=" Refunds ")


@pytest.mark.parametrize("name", ["order desk", "ORDER  DESK", "OrderDesk"])
def test_a_team_differs_by_more_than_capitals_and_spaces(ada: Member, name: str) -> None:
    make_team(by=ada, name="Order desk")
    with pytest.raises(NameAlike):
        make_team(by=ada, name=name)


def test_a_team_of_another_tenant_takes_no_name(ada: Member, elsewhere: Tenant) -> None:
    Team.objects.create(tenant=elsewhere, name="orders")
    assert make_team(by=ada, name="Orders").name == "Orders"


def test_a_key_is_kept_as_its_hash(ada: Member) -> None:
    made = make_key(by=ada, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON)
    assert bytes(AgentKey.objects.get().secret_sha256) == AgentKey.hash_of(made.secret)
    assert made.secret.startswith(made.key.prefix)


def test_a_form_sent_twice_makes_one_key(ada: Member) -> None:
    make_key(by=ada, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON)
    with pytest.raises(NameTaken):
        make_key(by=ada, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON)


@pytest.mark.parametrize(
    ("scopes", "life"),
    [([], SOON), ([Scope.RUN_READ], -SOON), ([Scope.RUN_READ], timedelta(days=367))],
    ids=["no scope", "expired", "for too long"],
)
def test_a_key_that_makes_no_sense_is_not_made(ada: Member, scopes: list[Scope], life: timedelta) -> None:
    with pytest.raises(BadKey):
        make_key(by=ada, name="k", scopes=scopes, expires_at=timezone.now() + life)


def test_a_revoked_key_is_not_usable(ada: Member) -> None:
    made = make_key(by=ada, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON)
    revoke_key(made.key, by=ada)
    revoke_key(made.key, by=ada)
    assert not AgentKey.objects.usable().exists()
    assert AuditEntry.objects.filter(verb="key.revoke").count() == 1


def test_a_key_of_another_tenant_does_not_exist(ada: Member, elsewhere: Tenant) -> None:
    far = cast.member("Far", Role.ADMIN, tenant_id=elsewhere.pk)
    key = make_key(by=far, name="k", scopes=[Scope.RUN_READ], expires_at=timezone.now() + SOON).key
    with pytest.raises(NotHere):
        revoke_key(key, by=ada)

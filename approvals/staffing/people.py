"""Making a person, changing what they may do, and ending and reopening their access."""

from collections.abc import Collection
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from approvals.models import Member, Role, Team, Tenant
from approvals.staffing.administering import (
    Verb,
    check_admin_remains,
    lock_admins,
    lock_with_admins,
    readable,
    record,
)
from approvals.staffing.names import check_unlike
from approvals.staffing.passwords import generate
from approvals.staffing.refusals import AlreadyStaffed, EmailTaken, NotHere, NotOneAccount, OwnRole, StaysOnePerson


@dataclass(frozen=True)
class NewMember:
    """A person, and the password that only this answer holds."""

    member: Member
    password: str


def make_member(
    *, by: Member, name: str, email: str, role: Role, teams: Collection[Team] = (), password: str = ""
) -> NewMember:
    """Make a person of the admin's tenant.

    Without a password one is made up that opens nothing but the page where its owner chooses their own.
    Raises UnreadableName, NameForged, PersonAlike, NotAnAdmin, EmailTaken (by anyone in the installation), and NotHere
    for a team of another tenant.
    """
    name = readable(name)
    with transaction.atomic():
        lock_admins(by)
        check_teams(teams, by=by)
        check_unlike(by.tenant_id, name)
        made = password or generate()
        member = _insert(by.tenant_id, name=name, email=email, role=role, password=made)
        member.teams.set(teams)
        details = {"role": role.value, "teams": _ids(teams), "one_time": not password}
        record(Verb.MAKE_MEMBER, member, by=by, tenant_id=by.tenant_id, **details)
    return NewMember(member, made)


def make_first_admin(tenant: Tenant, *, name: str, email: str, password: str) -> Member:
    """Make the first person of a tenant, which nobody can be asked to do; raises UnreadableName and AlreadyStaffed."""
    name = readable(name)
    with transaction.atomic():
        locked = Tenant.objects.select_for_update(no_key=True).get(pk=tenant.pk)
        if locked.members.exists():
            raise AlreadyStaffed
        check_unlike(locked.pk, name)
        member = _insert(locked.pk, name=name, email=email, role=Role.ADMIN, password=password)
        details = {"role": Role.ADMIN.value, "teams": [], "one_time": False}
        record(Verb.MAKE_MEMBER, member, by=None, tenant_id=locked.pk, **details)
    return member


def change_member(
    member: Member, *, by: Member, name: str, role: Role, teams: Collection[Team], same_as: str | None = None
) -> Member:
    """Give a person another name, role or teams; the next request they make is judged by it.

    `same_as` is the e-mail of their first account where this is another one of theirs, empty where it is not, None to
    leave that as it is. Raises UnreadableName, NameForged, PersonAlike, NotAnAdmin, NotHere, OwnRole, NotOneAccount,
    StaysOnePerson where it was said before, and LastAdmin when it would leave the tenant without an active admin.
    """
    name = readable(name)
    with transaction.atomic():
        now, admins = lock_with_admins(member, by=by)
        check_teams(teams, by=by)
        if role != now.role:
            _check_may_lose_role(now, admins, by=by)
        if name != now.name:
            check_unlike(by.tenant_id, name, but_for=now)
        before = {"role": now.role, "teams": _ids(now.teams.all()), "same_as": now.same_as_id}
        if same_as is not None:
            _link(now, same_as.strip().lower(), by=by)
        now.name, now.role = name, role
        now.save(update_fields=["name", "role", "same_as"])
        now.teams.set(teams)
        after = {"role": role.value, "teams": _ids(teams), "same_as": now.same_as_id}
        record(Verb.CHANGE_MEMBER, now, by=by, tenant_id=by.tenant_id, before=before, after=after)
    return now


def deactivate_member(member: Member, *, by: Member) -> Member:
    """End a person's access at once, and for good: their password goes, and with it every session made by it.

    Raises NotAnAdmin, NotHere, OwnRole, LastAdmin. Doing it twice changes nothing.
    """
    with transaction.atomic():
        now, admins = lock_with_admins(member, by=by)
        _check_may_lose_role(now, admins, by=by)
        if now.is_active:
            now.is_active, now.password = False, make_password(None)
            now.save(update_fields=["is_active", "password"])
            record(Verb.DEACTIVATE_MEMBER, now, by=by, tenant_id=by.tenant_id)
    return now


def give_password(member: Member, *, by: Member) -> NewMember:
    """Give a person a new one-time password, and their access back when it had ended; their sessions end.

    Raises NotAnAdmin, NotHere, and OwnRole, because one's own password is chosen and not given.
    """
    made = generate()
    with transaction.atomic():
        now, _ = lock_with_admins(member, by=by)
        if now.pk == by.pk:
            raise OwnRole
        was_active = now.is_active
        now.is_active, now.password = True, make_password(made)
        now.save(update_fields=["is_active", "password"])
        details = {"one_time": True, "was_active": was_active}
        record(Verb.GIVE_PASSWORD, now, by=by, tenant_id=by.tenant_id, **details)
    return NewMember(now, made)


def check_teams(teams: Collection[Team], *, by: Member) -> None:
    """Raise NotHere for a team of another tenant."""
    if any(team.tenant_id != by.tenant_id for team in teams):
        raise NotHere


def _link(member: Member, email: str, *, by: Member) -> None:
    """Say whose account this is as well, for good; nobody says it of their own, or one person could be two at will."""
    first = Member.objects.filter(tenant_id=by.tenant_id, email=email, same_as=None).first() if email else None
    if (first.pk if first else None) == member.same_as_id and bool(email) == bool(first):
        return
    if member.same_as_id is not None:
        raise StaysOnePerson
    is_own = by.person_id in (member.person_id, first.person_id if first else None)
    if is_own or (email and first is None) or first == member or member.accounts.exists():
        raise NotOneAccount
    member.same_as = first


def _check_may_lose_role(member: Member, admins: set[int], *, by: Member) -> None:
    check_admin_remains(admins, without=member)
    if member.pk == by.pk:
        raise OwnRole


def _insert(tenant_id: int, *, name: str, email: str, role: Role, password: str) -> Member:
    """The inner savepoint keeps the transaction usable when the e-mail is taken."""
    email = readable(email)
    try:
        with transaction.atomic():
            return Member.objects.create_user(email, password, tenant_id=tenant_id, name=name, role=role)
    except IntegrityError as error:
        if "email" not in str(error):
            raise
        raise EmailTaken(email) from error


def _ids(teams: Collection[Team]) -> list[int]:
    return sorted(team.pk for team in teams)

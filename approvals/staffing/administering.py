"""What every act of an admin shares: who may, one after the other, and what the audit keeps."""

from enum import StrEnum
from typing import Any

from django.db.models import Model, Q

from approvals.domain.redaction import has_hidden
from approvals.models import AuditEntry, Member, Role
from approvals.staffing.refusals import LastAdmin, NotAnAdmin, NotHere, UnreadableName


class Verb(StrEnum):
    """What was done."""

    MAKE_MEMBER = "member.make"
    CHANGE_MEMBER = "member.change"
    DEACTIVATE_MEMBER = "member.deactivate"
    GIVE_PASSWORD = "password.give"  # noqa: S105
    CHOOSE_PASSWORD = "password.choose"  # noqa: S105
    MAKE_TEAM = "team.make"
    MAKE_KEY = "key.make"
    REVOKE_KEY = "key.revoke"


def lock_admins(by: Member) -> set[int]:
    """Lock the tenant's active admins until the end of the transaction; return their ids.

    The lock makes acts of admins in one tenant serial. Whoever waited for it sees what the other did: an admin who
    was demoted meanwhile raises NotAnAdmin. The weaker row lock lets others go on naming these rows.
    """
    admins = Member.objects.select_for_update(no_key=True).filter(
        tenant_id=by.tenant_id, role=Role.ADMIN, is_active=True
    )
    ids = set(admins.order_by("pk").values_list("pk", flat=True))
    if by.pk not in ids:
        raise NotAnAdmin(f"({by})")
    return ids


def lock_with_admins(member: Member, *, by: Member) -> tuple[Member, set[int]]:
    """The member as it is now, and the ids of the tenant's active admins, all locked in one order.

    Raises NotAnAdmin, and NotHere for a member of another tenant.
    """
    rows = Member.objects.select_for_update(no_key=True).filter(
        Q(pk=member.pk) | Q(role=Role.ADMIN, is_active=True), tenant_id=by.tenant_id
    )
    locked = {row.pk: row for row in rows.order_by("pk")}
    admins = {row.pk for row in locked.values() if row.is_admin}
    if by.pk not in admins:
        raise NotAnAdmin(f"({by})")
    if member.pk not in locked:
        raise NotHere
    return locked[member.pk], admins


def check_admin_remains(admins: set[int], *, without: Member) -> None:
    """Raise LastAdmin when nobody could administer the tenant without this member."""
    if admins == {without.pk}:
        raise LastAdmin(f"({without})")


def readable(name: str) -> str:
    """The name without the space around it; raises UnreadableName when that is not what everybody sees of it."""
    if has_hidden(name) or not name.strip():
        raise UnreadableName
    return name.strip()


def record(verb: Verb, row: Model, *, by: Member | None, tenant_id: int, **details: Any) -> None:
    """Write the audit entry of this act; it names ids and never a secret or an e-mail."""
    AuditEntry.objects.create(tenant_id=tenant_id, by=by, verb=verb, object=subject(row), details=details)


def subject(row: Model) -> str:
    """How the audit names a row: `member:7`."""
    return f"{type(row).__name__.lower()}:{row.pk}"

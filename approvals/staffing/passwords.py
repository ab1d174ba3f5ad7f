"""One-time passwords, and choosing one's own."""

import secrets

from django.contrib.auth.hashers import make_password
from django.db import transaction

from approvals.models import AuditEntry, Member
from approvals.staffing.administering import Verb, record, subject
from approvals.staffing.refusals import PasswordReplaced

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5
_SETS_PASSWORD = (Verb.MAKE_MEMBER, Verb.GIVE_PASSWORD, Verb.CHOOSE_PASSWORD)


def generate() -> str:
    """A random password of 98 bits that can be read aloud: no letter looks like another."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def is_one_time(member: Member) -> bool:
    """Whether the password in force was made up for this person; read from the audit, which never forgets."""
    acts = AuditEntry.objects.filter(tenant_id=member.tenant_id, object=subject(member), verb__in=_SETS_PASSWORD)
    last = acts.order_by("-pk").values_list("details__one_time", flat=True).first()
    return last is True


def choose_password(member: Member, *, password: str) -> None:
    """Replace the password this person signed in with by one of their own; their other sessions end.

    Raises PasswordReplaced when an admin deactivated them or gave them a password since `member` was read.
    """
    encoded = make_password(password)
    with transaction.atomic():
        same = Member.objects.filter(pk=member.pk, is_active=True, password=member.password)
        if same.update(password=encoded) != 1:
            raise PasswordReplaced
        record(Verb.CHOOSE_PASSWORD, member, by=member, tenant_id=member.tenant_id, one_time=False)
    member.password = encoded

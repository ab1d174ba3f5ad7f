"""Making a team: its name differs from every other by more than capitals and spaces."""

from django.db import IntegrityError, transaction

from approvals.models import Member, Team
from approvals.staffing.administering import Verb, lock_admins, readable, record
from approvals.staffing.refusals import NameTaken


class NameAlike(NameTaken):
    """A team has this name already, with other capitals or spaces."""

    code = "name_alike"


def make_team(*, by: Member, name: str) -> Team:
    """Make a team of the admin's tenant; raises UnreadableName, NotAnAdmin, NameTaken and NameAlike."""
    name = readable(name)
    with transaction.atomic():
        lock_admins(by)
        _check_unlike(by.tenant_id, name)
        team = _insert(by.tenant_id, name)
        record(Verb.MAKE_TEAM, team, by=by, tenant_id=by.tenant_id, name=team.name)
    return team


def _check_unlike(tenant_id: int, name: str) -> None:
    """The lock on the admins keeps another act from making one in between."""
    for taken in Team.objects.filter(tenant_id=tenant_id).values_list("name", flat=True):
        if taken != name and _folded(taken) == _folded(name):
            raise NameAlike(taken)


def _folded(name: str) -> str:
    return "".join(name.casefold().split())


def _insert(tenant_id: int, name: str) -> Team:
    try:
        with transaction.atomic():
            return Team.objects.create(tenant_id=tenant_id, name=name)
    except IntegrityError as error:
        if "team_name_once" not in str(error):
            raise
        raise NameTaken(name) from error

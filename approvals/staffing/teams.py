"""Making a team."""

from django.db import IntegrityError, transaction

from approvals.models import Member, Team
from approvals.staffing.administering import Verb, lock_admins, readable, record
from approvals.staffing.refusals import NameTaken


def make_team(*, by: Member, name: str) -> Team:
    """Make a team of the admin's tenant; raises UnreadableName, NotAnAdmin and NameTaken."""
    name = readable(name)
    with transaction.atomic():
        lock_admins(by)
        team = _insert(by.tenant_id, name)
        record(Verb.MAKE_TEAM, team, by=by, tenant_id=by.tenant_id, name=team.name)
    return team


def _insert(tenant_id: int, name: str) -> Team:
    try:
        with transaction.atomic():
            return Team.objects.create(tenant_id=tenant_id, name=name)
    except IntegrityError as error:
        if "team_name_once" not in str(error):
            raise
        raise NameTaken(name) from error

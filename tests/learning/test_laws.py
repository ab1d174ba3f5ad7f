"""What the database itself refuses: a loosening without a second admin, and a draft or a version that changes."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models.functions import Now

from approvals.learning import tuning
from approvals.learning.tuning import OFFERED
from approvals.models import Member, Role, Ruleset, RulesetProposal, Tenant
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE

pytestmark = pytest.mark.django_db


def draft() -> RulesetProposal:
    """An open draft of Ada's."""
    calls.call(0.9)
    made = tuning.tune(ROUTE, OFFERED, by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(made, RulesetProposal)
    return made


def raw(made: RulesetProposal, **columns: Any) -> None:
    """An update past every service, as the application's role."""
    with transaction.atomic():
        RulesetProposal.objects.filter(pk=made.pk).update(**columns)


def live_by_hand(made: RulesetProposal, document: bytes | None = None) -> Ruleset:
    """Retire the base and store a version as the service would."""
    Ruleset.objects.filter(pk=made.base_id).update(status="retired")
    document = document or bytes(made.document)
    return Ruleset.objects.create(tenant_id=1, version=2, document=document, status="live", created_by=made.proposed_by)


HOLES: dict[str, Any] = {
    "its proposer": lambda made: {"approved_by": cast.ada(), "ruleset": live_by_hand(made)},
    "a reviewer": lambda made: {"approved_by": cast.mara(), "ruleset": live_by_hand(made)},
    "an admin who left": lambda made: {"approved_by": gone(), "ruleset": live_by_hand(made)},
    "an admin of another tenant": lambda made: {"approved_by": far(), "ruleset": live_by_hand(made)},
    "nobody": lambda made: {"ruleset": live_by_hand(made)},
    "an admin, as something else": lambda made: {
        "approved_by": calls.admins()[1],
        "ruleset": live_by_hand(made, b"version: 2"),
    },
    "an admin, as nothing": lambda made: {"approved_by": calls.admins()[1]},
    "an admin, as its own base": lambda made: {"approved_by": calls.admins()[1], "ruleset": made.base},
}


def gone() -> Member:
    """An admin whose access ended."""
    member = cast.member("Gone", Role.ADMIN)
    member.is_active = False
    member.save()
    return member


def far() -> Member:
    """An admin of somebody else."""
    elsewhere = Tenant.objects.create(name="Elsewhere", slug="elsewhere")
    return cast.member("Far", Role.ADMIN, tenant_id=elsewhere.pk)


@pytest.mark.parametrize("columns", HOLES.values(), ids=HOLES)
def test_the_database_refuses_an_approval_by(columns: Any) -> None:
    made = draft()
    with pytest.raises((IntegrityError, DatabaseError)):
        raw(made, status="approved", closed_at=Now(), **columns(made))


def test_the_database_takes_an_approval_by_a_second_admin_as_what_went_live() -> None:
    made = draft()
    raw(made, status="approved", closed_at=Now(), approved_by=calls.admins()[1], ruleset=live_by_hand(made))
    assert RulesetProposal.objects.get().status == "approved"


FIXED = ("document", "reason", "route", "base_id", "proposed_by_id", "proposed_at")


@pytest.mark.parametrize("column", FIXED)
def test_the_database_never_changes_a_draft(column: str) -> None:
    made = draft()
    with pytest.raises(DatabaseError):
        raw(made, **{column: getattr(made, column)})


def test_the_database_keeps_what_ended() -> None:
    made = draft()
    tuning.discard(made, by=cast.ada())
    with pytest.raises(DatabaseError):
        raw(made, status="open", discarded_by=None, closed_at=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        RulesetProposal.objects.filter(pk=made.pk).delete()


def test_the_database_brings_no_version_back_by_itself() -> None:
    tuning.approve(draft(), by=calls.admins()[1])
    with pytest.raises(DatabaseError), transaction.atomic():
        Ruleset.objects.filter(version=1).update(status="live")


def test_the_database_knows_one_open_draft_a_route() -> None:
    made = draft()
    values = {
        "tenant_id": 1,
        "base": made.base,
        "route": ROUTE,
        "document": b"x",
        "reason": "r",
        "proposed_by": cast.ada(),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        RulesetProposal.objects.create(**values)

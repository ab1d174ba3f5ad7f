"""What every act on the rules shares: who may, against which version, and what the audit keeps."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.db.models import F, Max, Model
from django.db.models.functions import Now

from approvals.gating import rulesets
from approvals.learning.tuning.cuts import Cuts, cuts_of, route_of_name
from approvals.learning.tuning.refusals import AdminNeeded, NoReason, StaleDraft
from approvals.models import AuditEntry, Member, Role, Ruleset
from approvals.models.ruleset import RulesetStatus

MOST_STEPS = 200
"""How many versions are walked back to find who set a threshold."""


class Verb(StrEnum):
    """What was done."""

    TIGHTEN = "ruleset.tighten"
    PROPOSE = "ruleset.propose"
    APPROVE = "ruleset.approve"
    DISCARD = "ruleset.discard"
    WATCH = "ruleset.watch"
    UNWATCH = "ruleset.unwatch"
    CANARY = "ruleset.canary"
    CANARY_STOP = "ruleset.canary_stop"


def live_of(tenant_id: int) -> Ruleset | None:
    """The live version; None for a tenant whose first call was not judged yet."""
    return Ruleset.objects.filter(tenant_id=tenant_id, status=RulesetStatus.LIVE).first()


def setting(tenant_id: int, name: str) -> Ruleset | None:
    """The version that gave a route the thresholds it has, with its people; None when it has none.

    Walks back at most MOST_STEPS versions, and then answers with the oldest of these.
    """
    since: Ruleset | None = None
    cuts: Cuts | None = None
    versions = Ruleset.objects.filter(tenant_id=tenant_id).exclude(status=RulesetStatus.DRAFT)
    for one in versions.select_related("created_by", "proposal__approved_by").order_by("-version")[:MOST_STEPS]:
        here = cuts_of(route_of_name(rulesets.of(one), name))
        if cuts is not None and here != cuts:
            break
        since, cuts = one, here
    return None if cuts in (None, Cuts()) else since


def live_as(version: int, *, tenant_id: int) -> Ruleset:
    """The live version, when it is the one that somebody was shown; raises StaleDraft."""
    live = live_of(tenant_id)
    if live is None or live.version != version:
        raise StaleDraft
    return live


def next_version(tenant_id: int) -> int:
    """The number of the version to come; whoever is second to use it is refused by the database."""
    versions = Ruleset.objects.filter(tenant_id=tenant_id).exclude(status=RulesetStatus.DRAFT)
    newest: int | None = versions.aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def lock_admins(by: Member, *others: Member) -> set[int]:
    """The ids of those who are active admins now, kept so until the transaction ends; AdminNeeded when `by` is not.

    Locked in one order, as staffing does, so that nobody waits for each other.
    """
    wanted = {member.pk for member in (by, *others)}
    admins = Member.objects.filter(pk__in=wanted, role=Role.ADMIN, is_active=True, tenant_id=by.tenant_id)
    ids = set(admins.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    if by.pk not in ids:
        raise AdminNeeded(f"({by})")
    return ids


def newly(by: Member) -> dict[str, int | None]:
    """What the audit keeps of an admin who is one for less than a day: for how many seconds, and by whom; else nothing.

    By whom is the id of the admin who made them one or gave them their password; None where nobody did.
    """
    again = Member.objects.filter(pk=by.pk, admin_since__gt=Now() - timedelta(days=1))
    since = again.values_list(Now() - F("admin_since"), flat=True).first()
    if since is None:
        return {}
    acts = AuditEntry.objects.filter(tenant_id=by.tenant_id, object=f"member:{by.pk}").exclude(by=by)
    maker = acts.order_by("-pk").values_list("by", flat=True).first()
    return {"admin_seconds": int(since.total_seconds()), "admin_by": maker}


def stated(reason: str) -> str:
    """A reason without the blanks around it; raises NoReason."""
    if not reason.strip():
        raise NoReason
    return reason.strip()


def record(verb: Verb, row: Model, *, by: Member, route: str, reason: str, **details: Any) -> None:
    """Write the audit entry of this act, in its transaction."""
    AuditEntry.objects.create(
        tenant_id=by.tenant_id,
        by=by,
        verb=verb,
        object=f"{type(row).__name__.lower()}:{row.pk}",
        details={"route": route, "reason": reason, **details},
    )

"""Tools elsewhere as their page shows them: names, words and schemas of agents are untrusted."""

import json
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from approvals.domain.tool import Reversibility
from approvals.models import Member, OutsideTool
from approvals.outside.actions import classifying
from console.pages.presenting import clock
from console.pages.presenting.words import RISKS, Risk

EFFECTS = {"read": _("reads"), "write": _("writes"), "destructive": _("destroys")}


@dataclass(frozen=True)
class Unknown:
    """A tool that counts as unknown."""

    action_id: int
    agent: str
    name: str
    version: str
    is_changed: bool
    at: str
    said_at: str


@dataclass(frozen=True)
class Classified:
    """A tool that somebody classified, in force or waiting for another admin."""

    id: int
    agent: str
    name: str
    version: str
    risk: Risk
    said: str
    reason: str
    by: str
    confirmed_by: str
    is_mine: bool

    @property
    def waits(self) -> bool:
        """For another admin."""
        return not self.confirmed_by


def unknown(tenant_id: int) -> tuple[Unknown, ...]:
    """Those that count as unknown, the newest first."""
    now = timezone.now()
    return tuple(
        Unknown(
            action_id=one.action.pk,
            agent=one.action.agent,
            name=one.action.tool_name,
            version=one.action.tool_version,
            is_changed=one.is_changed,
            at=one.action.created_at.isoformat(),
            said_at=clock.clock(one.action.created_at, now=now),
        )
        for one in classifying.unclassified(tenant_id)
    )


def classified(member: Member) -> tuple[Classified, ...]:
    """Those that wait and those in force."""
    return tuple(_classified(one, member) for one in classifying.standing(member.tenant_id))


def schema(document: bytes) -> str:
    """A schema for people to read."""
    return json.dumps(json.loads(document), indent=2, ensure_ascii=False)


def _classified(row: OutsideTool, member: Member) -> Classified:
    said = [str(EFFECTS[row.effect]), *([_("sends data out")] if row.egress else [])]
    return Classified(
        id=row.pk,
        agent=row.agent,
        name=row.name,
        version=row.version,
        risk=RISKS[Reversibility(row.reversibility)],
        said=", ".join(said),
        reason=row.reason,
        by=row.proposed_by.name,
        confirmed_by=row.confirmed_by.name if row.confirmed_by else "",
        is_mine=row.proposed_by_id == member.pk,
    )

"""Making and revoking the keys of agents that run elsewhere."""

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from approvals.models import AgentKey, Member
from approvals.staffing.administering import Verb, lock_admins, readable, record
from approvals.staffing.refusals import BadAgent, BadKey, NameTaken, NotHere

LONGEST_LIFE = timedelta(days=366)
_SHOWN = 8
"""How many characters of a secret stay readable, `sbx_` among them, so that a key in a log is recognised."""


class Scope(StrEnum):
    """What an agent key may do; nothing here decides."""

    REQUEST_SUBMIT = "request.submit"
    RUN_READ = "run.read"
    ESCALATION_READ = "escalation.read"
    CONFIRMATION_LINK = "confirmation.link"
    LABEL_EXPORT = "label.export"
    ACTION_SUBMIT = "action.submit"
    CONTEXT_ATTEST = "context.attest"


AGENT = re.compile(r"^[a-z0-9][a-z0-9._-]{0,59}\Z")
ELSEWHERE = "external/"
"""What the names of agents elsewhere begin with, so that none of them is one that runs here."""


@dataclass(frozen=True)
class NewKey:
    """A key, and the secret that only this answer holds."""

    key: AgentKey
    secret: str


def make_key(*, by: Member, name: str, scopes: Collection[Scope], expires_at: datetime, agent: str = "") -> NewKey:
    """Make a key of the admin's tenant; only the SHA-256 of its secret is kept.

    `agent` is as whom it asks before actions, and nothing for a key that does not. Raises UnreadableName, NotAnAdmin,
    BadKey, BadAgent, and NameTaken when a usable key has this name, so that a form sent twice makes one.
    """
    name = readable(name)
    _check_key(scopes, expires_at)
    _check_agent(scopes, agent)
    secret = f"sbx_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        lock_admins(by)
        if AgentKey.objects.usable().filter(tenant_id=by.tenant_id, name=name).exists():
            raise NameTaken(name)
        key = AgentKey.objects.create(
            tenant_id=by.tenant_id,
            name=name,
            prefix=secret[:_SHOWN],
            secret_sha256=AgentKey.hash_of(secret),
            scopes=sorted(scopes),
            agent=f"{ELSEWHERE}{agent}" if agent else "",
            created_by=by,
            expires_at=expires_at,
        )
        details = {"scopes": key.scopes, "expires_at": expires_at.isoformat(), "agent": key.agent}
        record(Verb.MAKE_KEY, key, by=by, tenant_id=by.tenant_id, **details)
    return NewKey(key, secret)


def revoke_key(key: AgentKey, *, by: Member) -> None:
    """End a key at once and for good; raises NotAnAdmin and NotHere. Doing it twice changes nothing."""
    with transaction.atomic():
        lock_admins(by)
        ours = AgentKey.objects.filter(pk=key.pk, tenant_id=by.tenant_id)
        if not ours.exists():
            raise NotHere
        if ours.filter(revoked_at=None).update(revoked_at=Now()) == 1:
            record(Verb.REVOKE_KEY, key, by=by, tenant_id=by.tenant_id)


def _check_key(scopes: Collection[Scope], expires_at: datetime) -> None:
    """Refuses what a person mistyped; whether a key is still valid is decided by database time."""
    now = timezone.now()
    if not scopes or not now < expires_at <= now + LONGEST_LIFE:
        raise BadKey


def _check_agent(scopes: Collection[Scope], agent: str) -> None:
    """A key that asks before actions asks as somebody; one that does not has nobody to speak for."""
    is_asking = Scope.ACTION_SUBMIT in scopes
    if is_asking != bool(agent) or (agent and not AGENT.fullmatch(agent)):
        raise BadAgent
    if Scope.CONTEXT_ATTEST in scopes and not is_asking:
        raise BadAgent

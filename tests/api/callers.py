"""Agents elsewhere, each with the key that makes them who they are."""

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.test import Client
from django.test.client import ClientHandler
from django.utils import timezone

from approvals.models import AgentKey, Member, Role, Tenant
from approvals.staffing.keys import NewKey, Scope, make_key, revoke_key
from tests import cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

V1 = "/api/v1"
REQUEST: dict[str, Any] = {"agent": "retail-assist", "title": "Cancel an order", "message": "Please cancel #W1"}


@dataclass(frozen=True)
class Caller:
    """Somebody who sends requests with one Authorization header, or none."""

    authorization: str

    def get(self, path: str, **query: Any) -> "Response":
        """Ask for something."""
        return self.client().get(f"{V1}{path}", query)

    def submit(self, *, key: str = "", **changes: Any) -> "Response":
        """Send a request that is in order but for the changes."""
        return self.send(
            json.dumps({**REQUEST, **changes}, ensure_ascii=False), **({"Idempotency-Key": key} if key else {})
        )

    def send(self, body: str | bytes, content_type: str = "application/json", **headers: str) -> "Response":
        """Send these bytes as a request."""
        return self.client().generic("POST", f"{V1}/requests", body, content_type, headers=headers)

    def client(self) -> Client:
        """One that shows a fault as an answer, as a server does."""
        headers = {"Authorization": self.authorization} if self.authorization else {}
        client = Client(raise_request_exception=False, headers=headers)
        client.handler = _handler()
        return client


@cache
def _handler() -> ClientHandler:
    """Loading the middleware looks for every static file, which takes longer than all that a test asks."""
    handler = ClientHandler(enforce_csrf_checks=False)
    handler.load_middleware()
    return handler


def key_with(*scopes: Scope, name: str = "walker", by: Member | None = None) -> NewKey:
    """A usable key of these scopes, of Ada's tenant."""
    tomorrow = timezone.now() + timedelta(days=1)
    of = name if Scope.ACTION_SUBMIT in scopes else ""
    return make_key(by=by or cast.ada(), name=name, scopes=scopes, expires_at=tomorrow, agent=of)


def agent(*scopes: Scope, name: str = "walker", by: Member | None = None) -> Caller:
    """An agent with such a key; with all scopes when none is named."""
    return Caller(f"Bearer {key_with(*(scopes or tuple(Scope)), name=name, by=by).secret}")


def stranger() -> Caller:
    """An agent of another tenant, with all scopes."""
    tenant = Tenant.objects.get_or_create(slug="elsewhere", defaults={"name": "Elsewhere"})[0]
    return agent(by=cast.member("Far", Role.ADMIN, tenant_id=tenant.pk))


def revoked() -> Caller:
    """An agent whose key was taken away."""
    made = key_with(*Scope)
    revoke_key(made.key, by=cast.ada())
    return Caller(f"Bearer {made.secret}")


def expired() -> Caller:
    """An agent whose key's time is over."""
    secret, now = "sbx_expired", timezone.now()
    AgentKey.objects.create(
        tenant_id=Tenant.DEFAULT,
        name="walker",
        prefix=secret[:8],
        secret_sha256=AgentKey.hash_of(secret),
        scopes=sorted(Scope),
        agent="external/walker",
        created_by=cast.ada(),
        created_at=now - timedelta(days=1),
        expires_at=now - timedelta(seconds=1),
    )
    return Caller(f"Bearer {secret}")

"""Whose request this is: the agent key in the Authorization header, and nothing else."""

from typing import cast

from django.http import HttpRequest
from limits import RateLimitItem
from ninja.security import HttpBearer

from approvals.models import AgentKey
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.problem import KeyUnusable, ScopeMissing


class AgentKeyBearer(HttpBearer):
    """Lets in usable keys that hold one scope, so often a minute.

    A key is found by the SHA-256 of its secret, so no comparison can be timed; nothing is written.
    """

    openapi_description = "The key of an agent, made by an admin. It reads and submits; it never decides."

    def __init__(self, scope: Scope, limit: RateLimitItem = limiting.READS) -> None:
        super().__init__()
        self.scope = scope
        self.limit = limit

    def authenticate(self, request: HttpRequest, token: str) -> AgentKey:
        """The key; raises KeyUnusable, TooMany or ScopeMissing."""
        key = AgentKey.objects.usable().filter(secret_sha256=AgentKey.hash_of(token)).first()
        if key is None:
            raise KeyUnusable
        limiting.count(key, self.limit)
        if self.scope not in key.scopes:
            raise ScopeMissing(self.scope)
        return key


def key_of(request: HttpRequest) -> AgentKey:
    """The key that asks, inside an endpoint that only lets keys in."""
    return cast("AgentKey", request.auth)  # type: ignore[attr-defined]  # ninja puts it there

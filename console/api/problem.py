"""Why a request was not done: the shape of the answer, and every error this API has of its own."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import ConfigDict, Field

from approvals.domain.values import Value


class Problem(Value):
    """Why a request was not done; the body of every answer above 399."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "unknown_field",
                    "detail": "Extra inputs are not permitted",
                    "field": "body.mesage",
                    "id": "9f86d081",
                }
            ]
        }
    )

    code: str = Field(description="Stable, for programs.")
    detail: str = Field(description="A sentence for people; it may change.")
    field: str = Field(description="Where: `body.message`, `query.limit`, `path.run_key`; empty for the whole.")
    id: str = Field(description="Of this request; also in the header X-Request-Id and in the log.")


class ApiError(Exception):
    """This request cannot be answered."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "broken"

    def __init__(self, detail: str = "", *, field: str = "", headers: Mapping[str, str] | None = None) -> None:
        sentence = (self.__doc__ or "").strip()
        self.detail = f"{sentence} {detail}".strip()
        self.field = field
        """Where; the names in it are the sender's."""
        self.headers = dict(headers or {})
        super().__init__(self.detail)


class KeyNeeded(ApiError):
    """Send the key of an agent: `Authorization: Bearer sbx_…`."""

    status, code = 401, "key_needed"


class KeyUnusable(ApiError):
    """This key is unknown, expired or revoked."""

    status, code = 401, "key_unusable"


class ScopeMissing(ApiError):
    """This key may not do that; it lacks the scope:"""

    status, code = 403, "scope_missing"


class NotFound(ApiError):
    """There is nothing here."""

    status, code = 404, "not_found"


class MethodNotAllowed(ApiError):
    """This address does not take that method."""

    status, code = 405, "method_not_allowed"


class DedupeConflict(ApiError):
    """Another request was sent with this key before."""

    status, code = 409, "dedupe_conflict"


class TooLarge(ApiError):
    """The body is too large."""

    status, code = 413, "too_large"


class NotJson(ApiError):
    """Send the body as application/json in UTF-8, without content encoding."""

    status, code = 415, "not_json"


class Unreadable(ApiError):
    """This cannot be read."""

    status, code = 422, "unreadable"


class BadCursor(ApiError):
    """No page ends there."""

    status, code = 422, "bad_cursor"


class TwoKeys(ApiError):
    """The header Idempotency-Key and the field dedupe_key say different things."""

    status, code = 422, "two_keys"


class TwoMessages(ApiError):
    """Say it once: as message or as body.message."""

    status, code = 422, "two_messages"


class TooMany(ApiError):
    """Too many requests with this key; wait as Retry-After says."""

    status, code = 429, "too_many"


class Unavailable(ApiError):
    """This cannot be answered right now; nothing was done. Send it again later."""

    status, code = 503, "unavailable"

"""Why something that comes in is not taken, and why a source or a schedule cannot be as it was wanted."""

from agents.domain.errors import AgentError


class BadSignature(AgentError):
    """No source takes this: the address, the signature or its time, at most five minutes from now, does not fit."""

    code = "bad_signature"


class SourcePaused(AgentError):
    """This source is paused; send it again later."""

    code = "source_paused"
    retry_after_seconds = 60


class PayloadRefused(AgentError):
    """The payload does not fit what this source takes."""

    code = "invalid_payload"

    def __init__(self, detail: str, *, field: str) -> None:
        super().__init__(detail)
        self.field = field
        """Path of the first thing that does not fit: `body.order.id`."""


class OtherPayload(AgentError):
    """Another payload was sent under this id before."""

    code = "dedupe_conflict"


class NotAsWanted(AgentError):
    """This cannot be kept."""

    code = "not_as_wanted"

    def __init__(self, detail: str, *, field: str) -> None:
        super().__init__(detail)
        self.field = field
        """The field of the form or document it is about."""


class NotYours(AgentError):
    """Only an admin of the tenant changes what comes in."""

    code = "not_yours"

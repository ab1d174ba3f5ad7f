"""Ask whoever owns a tool what a call would do; the one thing approvals needs from above, through a protocol."""

from uuid import UUID

from approvals.domain.action import Action
from approvals.domain.evidence import Check, Preview, Surveyor

_surveyors: list[Surveyor] = []


def register(surveyor: Surveyor) -> None:
    """Name the surveyor of this process; called once, when the app above is ready."""
    _surveyors[:] = [surveyor]


def title(action: Action) -> str:
    """One line for people about an action; the tool's name when nobody can tell."""
    return _surveyors[0].title(action) if _surveyors else action.tool


def preview(action: Action, *, origin: UUID) -> Preview:
    """What an action would change for its origin; a failed check says so when nobody can tell."""
    if not _surveyors:
        return Preview(affects="not known", goes_to="not known", checks=(Check(sentence=NOBODY, passed=False),))
    return _surveyors[0].preview(action, origin=str(origin))


NOBODY = "Nobody here can compute what this would change."

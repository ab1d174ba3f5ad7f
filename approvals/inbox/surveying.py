"""Ask whoever owns a tool what a call would do; the one thing approvals needs from above, through a protocol.

Of a call that an agent elsewhere makes nobody here can say it, and that is what is said.
"""

from uuid import UUID

from approvals.domain.action import Action
from approvals.domain.evidence import Check, Preview, Surveyor, TypedFact
from approvals.domain.tool import Reversibility
from approvals.models import OutsideAction

_surveyors: list[Surveyor] = []


def register(surveyor: Surveyor) -> None:
    """Name the surveyor of this process; called once, when the app above is ready."""
    _surveyors[:] = [surveyor]


def is_outside(origin: UUID) -> bool:
    """Whether an agent elsewhere asked."""
    return OutsideAction.objects.filter(key=origin).exists()


def title(action: Action, *, origin: UUID) -> str:
    """One line for people about an action of an origin; the tool's name when nobody can tell."""
    if is_outside(origin):
        return title_outside(action)
    return _surveyors[0].title(action) if _surveyors else action.tool


def preview(action: Action, *, origin: UUID) -> Preview:
    """What an action would change for its origin; a failed check says so when nobody can tell."""
    asked = OutsideAction.objects.select_related("tool").filter(key=origin).first()
    if asked is not None:
        return outside(action, Reversibility(asked.tool.reversibility) if asked.tool else Reversibility.IRREVERSIBLE)
    if not _surveyors:
        return Preview(affects="not known", goes_to="not known", checks=(Check(sentence=NOBODY, passed=False),))
    return _surveyors[0].preview(action, origin=str(origin))


NOBODY = "Nobody here can compute what this would change."
UNSEEN = "What it would change is not known here: the tool runs elsewhere."
UNHELD = (
    "Whether the agent waits for this answer and does exactly this is its own promise: it runs elsewhere, and only a "
    "right that it redeems here is held to these bytes."
)
UNHEARD = "What the user and tools said is as the agent tells it."


def title_outside(action: Action) -> str:
    """By the tool's identifier, which is plain ASCII, and where it runs."""
    return f"Call of {action.tool}, elsewhere"


def outside(action: Action, risk: Reversibility) -> Preview:
    """No claim of any change, so that people are shown the call itself, and in plain words what is left open."""
    start = action.digest[:6]
    fact = TypedFact(label=f"the first six characters of {action.digest[:12]}", value=start)
    return Preview(
        affects="not known",
        goes_to="outside of this console",
        checks=tuple(Check(sentence=said, passed=False, is_open=True) for said in (UNSEEN, UNHELD, UNHEARD)),
        typed_fact=fact if risk is Reversibility.IRREVERSIBLE else None,
    )

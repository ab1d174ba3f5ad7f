"""A handoff as its page shows it: what a person needs to go on from where the agent stopped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from agents.tools import registry
from approvals.domain.escalation import Kind, Status
from approvals.domain.escalation.promises import promises
from approvals.domain.evidence import Attempt, Evidence
from approvals.domain.evidence import Message as Frozen
from approvals.domain.tool import Effect
from approvals.inbox.claiming import conversing
from approvals.models import Escalation, Member, Message
from console.pages.presenting import clock
from console.pages.presenting.evidence.context import Turn
from console.pages.presenting.head import claim

LATEST = 4


@dataclass(frozen=True)
class Tried:
    """A call that came to nothing; its detail is untrusted."""

    tool: str
    outcome: str
    detail: str


@dataclass(frozen=True)
class Conversation:
    """A handoff: the conversation up to now, and a summary that the server made of rows."""

    earlier: tuple[Turn, ...]
    latest: tuple[Turn, ...]
    last: str
    """When and by whom the last word was spoken."""
    stopped: str
    """When the agent stopped."""
    wants: tuple[Turn, ...]
    """The first and the last words of the user before it."""
    promises: str
    """What the agent said it would do, a sentence a line: untrusted."""
    done: tuple[Attempt, ...]
    looked_up: int
    tried: tuple[Tried, ...]
    call: str
    """What it was about to do; nothing of it was done."""
    asked: str
    """What the agent itself says of it or asks, where it does: untrusted."""

    @property
    def texts(self) -> list[str]:
        """Every text of the conversation, to count what is hidden in it."""
        return [turn.text for turn in (*self.earlier, *self.latest)]


@dataclass(frozen=True)
class Conversing:
    """The bar of an open handoff: only who has the conversation writes, and when it is free anyone may take it."""

    is_mine: bool
    holder: str
    until: str
    key: UUID
    text: str
    """What this person has written and not sent."""
    seconds: int
    draft: object
    """What stood in a form that was refused: its kind and its reason."""
    error: str = ""
    is_said: bool = False
    """A message was sent just now: the person goes on writing."""
    template: str = "queue/handoff/_bar.html"


def conversation(escalation: Escalation, evidence: Evidence, *, now: datetime) -> Conversation | None:
    """None for what is no handoff."""
    if escalation.kind != Kind.HANDOFF:
        return None
    frozen, written = evidence.material.conversation, conversing.messages(escalation.origin)
    turns = (*(_frozen(one, now=now) for one in frozen), *(_written(one, now=now) for one in written))
    attempts = evidence.material.attempts
    last = turns[-1] if turns else None
    return Conversation(
        earlier=turns[:-LATEST],
        latest=turns[-LATEST:],
        last=_("%(who)s, %(time)s") % {"who": last.who, "time": last.at} if last else "",
        stopped=clock.moment(escalation.opened_at, now=now),
        wants=_wants(frozen, now=now),
        promises="\n".join(promises(one.text for one in frozen if one.role == "agent")),
        done=tuple(one for one in attempts if one.outcome == "worked" and _is_write(one)),
        looked_up=sum(one.outcome == "worked" and not _is_write(one) for one in attempts),
        tried=tuple(_tried(attempts)),
        call=escalation.title,
        asked=_asked(evidence),
    )


def bar(
    escalation: Escalation, *, viewer: Member, now: datetime, draft: object, error: str = "", text: str | None = None
) -> Conversing:
    """The bar as `viewer` has it; `text` is what they have just entered, else what was kept of it."""
    held = claim(escalation, viewer=viewer, now=now)
    kept = conversing.draft_of(escalation, by=viewer) if text is None else text
    until = clock.moment(escalation.claimed_until, now=now) if escalation.claimed_until else ""
    return Conversing(held.is_mine, held.by, until, uuid4(), kept, escalation.undo_seconds, draft, error)


def is_open(escalation: Escalation) -> bool:
    """Whether somebody can speak in it."""
    return escalation.kind == Kind.HANDOFF and escalation.status == Status.OPEN


def _frozen(message: Frozen, *, now: datetime) -> Turn:
    at = clock.from_iso(message.at)
    who = {"customer": _("Customer"), "agent": _("Agent")}.get(message.role) or _person(message.name)
    return Turn(who, clock.moment(at, now=now) if at else "", message.text, is_ours=message.role == "person")


def _written(message: Message, *, now: datetime) -> Turn:
    who = _person(message.by.name) if message.by else _("Customer")
    return Turn(who, clock.moment(message.sent_at, now=now), message.text, is_ours=message.by is not None)


def _person(name: str) -> str:
    return _("%(name)s, of the team") % {"name": name}


def _wants(said: Sequence[Frozen], *, now: datetime) -> tuple[Turn, ...]:
    own = [one for one in said if one.role == "customer"]
    return tuple(_frozen(one, now=now) for one in (*own[:1], *own[1:][-1:]))


def _is_write(attempt: Attempt) -> bool:
    return registry.card_of(attempt.tool).effect is not Effect.READ


def _tried(attempts: Sequence[Attempt]) -> Iterator[Tried]:
    words = {"failed": _("failed"), "refused": _("not done"), "unknown": _("outcome unknown")}
    return (Tried(one.tool, words[one.outcome], one.detail) for one in attempts if one.outcome in words)


def _asked(evidence: Evidence) -> str:
    """The agent's own words on why it hands over, else the question it had."""
    if evidence.tool.hands_over:
        return "\n".join(str(value) for value in evidence.arguments.values())
    question = evidence.material.question
    return question.text if question is not None and question.is_from_agent else ""

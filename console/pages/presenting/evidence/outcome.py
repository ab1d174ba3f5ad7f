"""What was decided, by whom and when, and what followed from it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.confirming import overseeing
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Status
from approvals.domain.evidence import Evidence
from approvals.domain.label import Teaching
from approvals.inbox.deciding import voters
from approvals.learning.calibrating import crediting
from approvals.models import Decision, Escalation, Member
from approvals.models.escalation import SEE_EVERYTHING
from console.pages.presenting import clock, words
from console.pages.presenting.editing.controls import ABSENT
from console.pages.presenting.editing.rows import Row, changed_rows
from console.pages.presenting.evidence.before import Other, following

GRANTING = (DecisionKind.APPROVE, DecisionKind.EDIT, DecisionKind.REPEAT)


@dataclass(frozen=True)
class Outcome:
    """One line of who, what and when, and one of what happened then."""

    sentence: str
    words: str
    """The person's own words, or those of the reason; untrusted."""
    then: str
    tone: str
    rows: tuple[Row, ...]
    """What an edit changed."""
    following: Other | None
    """What came back of it."""
    taught: str
    """What the answer is worth for the threshold; told to who looks back, because it says what the coin drew."""


def outcome(escalation: Escalation, evidence: Evidence, *, viewer: Member, now: datetime) -> Outcome | None:
    """What became of a decided escalation; None while nobody has decided it."""
    decision: Decision | None = getattr(escalation, "decision", None)
    if decision is None:
        return None
    together = [one.name for one in voters(escalation)]
    name = words.author(decision, is_first=True) if not together else _(" and ").join(together)
    parts = {"name": name, "time": clock.clock(decision.decided_at, now=now)}
    then, tone = _then(escalation, decision, now=now)
    if decision.by is None and (names := overseeing.seen_by(escalation)):
        then = " ".join((then, _("Besides the user, the link was seen by %(names)s.") % {"names": ", ".join(names)}))
    return Outcome(
        sentence=str(words.past(decision.kind).by) % parts,
        words=decision.reason or str(words.REASONS.get(decision.reason_code, "")),
        then=then,
        tone=tone,
        rows=changed_rows(evidence.arguments, _edited(decision, evidence)),
        following=following(escalation),
        taught=_taught(decision) if viewer.role in SEE_EVERYTHING else "",
    )


def _taught(decision: Decision) -> str:
    """Empty where nothing can be told."""
    found = crediting.credit(decision)
    if found is None:
        return ""
    threshold = f"{found.threshold:.5f}".rstrip("0").rstrip(".")
    parts = {"runs": f"{found.runs:,}", "threshold": threshold, "n": _count(found.alone)}
    if found.teaching is Teaching.WRONG and found.is_above:
        return _("A mistake among %(runs)s test runs; the limit allows it above the threshold %(threshold)s.") % parts
    if found.teaching is Teaching.WRONG:
        return _("A mistake among %(runs)s test runs, below the threshold %(threshold)s: the like of it asks.") % parts
    said = [_("One of %(runs)s test runs that prove the threshold %(threshold)s here.") % parts]
    if found.alone:
        told = ngettext("%(n)s later call ran alone on it.", "%(n)s later calls ran alone on it.", found.alone)
        said.append(told % parts)
    if found.needed:
        said.append(_("Without this one, %(n)s of them would have been asked about.") % {"n": _count(found.needed)})
    return " ".join(said)


def _count(number: int) -> str:
    return f"{number:,}+" if number >= crediting.MOST else str(number)


def _edited(decision: Decision, evidence: Evidence) -> dict[str, Any]:
    if decision.kind != DecisionKind.EDIT or decision.payload is None:
        return evidence.arguments
    edited: Any = arguments_of(decision)
    return evidence.arguments if edited is ABSENT else edited


def _then(escalation: Escalation, decision: Decision, *, now: datetime) -> tuple[str, str]:
    """What followed; `operation_outcome` and `operation_at` are put on the row by `review.finding`."""
    if escalation.closed_at is None:
        return _pending(decision, now=now), ""
    done = {"time": clock.clock(escalation.closed_at, now=now)}
    if decision.kind == DecisionKind.TAKE_OVER:
        return _("Nothing of it was sent. The agent stopped."), ""
    if escalation.status == Status.SUPERSEDED:
        return _("It was undone at %(time)s, so nothing followed.") % done, ""
    if getattr(escalation, "successor", None) is not None:
        return _("Nothing was sent, because what it rests on had changed."), "warn"
    if decision.kind in GRANTING:
        return _carried(escalation, done, now=now)
    ended = decision.kind == DecisionKind.END_RUN
    return (_("The run ended at %(time)s.") if ended else _("The agent was told at %(time)s.")) % done, ""


def _carried(escalation: Escalation, done: dict[str, str], *, now: datetime) -> tuple[str, str]:
    at = getattr(escalation, "operation_at", None)
    time = {"time": clock.clock(at, now=now)} if at else done
    match getattr(escalation, "operation_outcome", None):
        case "succeeded":
            return _("It was carried out at %(time)s and worked.") % time, "ok"
        case "failed":
            return _("It was carried out at %(time)s and failed.") % time, "bad"
        case "unknown":
            return _("It was sent at %(time)s; whether it happened is not known.") % time, "warn"
    return _("It was released at %(time)s.") % done, ""


def _pending(decision: Decision, *, now: datetime) -> str:
    """What is so before it takes effect: whoever carries it looks once a second, and until then nothing happened."""
    if decision.undo_until <= now:
        return _("It can no longer be undone and takes effect at any moment.")
    return _("It takes effect at %(time)s, unless it is undone.") % {"time": clock.clock(decision.undo_until, now=now)}


def arguments_of(decision: Decision) -> Any:
    """The arguments a person put in the place of the proposed ones; ABSENT where there are none."""
    return json.loads(bytes(decision.payload))["arguments"] if decision.payload else ABSENT

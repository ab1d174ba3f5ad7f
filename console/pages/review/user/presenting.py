"""The page of a confirmation: a question in plain words, or in one sentence what became of it."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.domain.errors import UnknownAgent
from agents.models import Operation
from agents.tools import registry
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind, Status, link
from approvals.domain.evidence import MovedRow
from approvals.domain.tool import Reversibility
from approvals.models import Decision, Escalation, Tenant
from approvals.models.escalation import token_of
from console.pages.presenting import clock, words
from console.pages.presenting.evidence.effect import Line, effect
from console.pages.presenting.words import Risk


@dataclass(frozen=True)
class Question:
    """What is asked. Everything but `agent` and the times may hold values of the call."""

    token: str
    """Of the question that is open now; a link to what it took the place of leads here as well."""
    evidence_sha256: str
    agent: str
    """What the agent is called here, else its name."""
    tenant: str
    """Who the agent works for; empty where nobody has said more than that there is one."""
    title: str
    lines: tuple[Line, ...]
    moved: tuple[MovedRow, ...]
    """What has changed since it was asked before; empty the first time."""
    affects: str
    goes_to: str
    risk: Risk
    is_light: bool
    until: str
    left: str


@dataclass(frozen=True)
class Told:
    """What became of it, where there is nothing to answer any more."""

    heading: str
    sentences: tuple[str, ...]
    title: str = ""
    tone: str = ""


def page_of(asked: Escalation, *, now: datetime) -> Question | Told:
    """What the link to `asked` shows: the question that is open in its place, or what became of it."""
    last = last_of(asked)
    if _is_disowned(last):
        told = _("You said that this is not yours. A person looks at it. You need not do anything.")
        return Told(_("Thank you"), (told,))
    if last.kind == Kind.CONFIRMATION and last.status == Status.OPEN and last.due_at > now:
        return _question(last, now=now)
    return _told(last, now=now)


def last_of(asked: Escalation) -> Escalation:
    """What stands in the place of an escalation now: the end of the line of those that took its place.

    To whoever said that it is not theirs, and after a person had it, no later question is shown.
    """
    rows = Escalation.objects.select_related("evidence", "decision__by")
    last = asked
    while (following := rows.filter(supersedes=last).first()) is not None:
        if following.kind == Kind.CONFIRMATION and last.kind != Kind.CONFIRMATION:
            break
        last = following
        if _is_disowned(last):
            break
    return last


def _is_disowned(escalation: Escalation) -> bool:
    user = escalation.evidence.value().material.user
    return user is not None and user.why == "not_theirs"


def _question(open_one: Escalation, *, now: datetime) -> Question:
    value = open_one.evidence.value()
    returned, told = value.material.returned, effect(value)
    minutes = ceil((open_one.due_at - now).total_seconds() / 60)
    return Question(
        token=link.write(token_of(open_one)),
        evidence_sha256=open_one.evidence.digest,
        agent=_called(open_one.agent),
        tenant=open_one.tenant.name if open_one.tenant_id != Tenant.DEFAULT else "",
        title=value.material.title,
        lines=tuple(line for line in told.lines if not line.is_kept),
        moved=returned.rows if returned else (),
        affects=value.material.preview.affects,
        goes_to=value.material.preview.goes_to,
        risk=words.risk_of(open_one.risk),
        is_light=open_one.risk == Reversibility.REVERSIBLE,
        until=_time(open_one.due_at, now=now),
        left=ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes},
    )


def _called(name: str) -> str:
    try:
        return registry.find_agent(name).called or name
    except UnknownAgent:
        return name


def _told(last: Escalation, *, now: datetime) -> Told:
    title = last.title
    decision: Decision | None = getattr(last, "decision", None)
    at = {"time": _time(last.closed_at or last.due_at, now=now)}
    if decision is not None and last.status in (Status.DECIDED, Status.APPLIED):
        return _answered(last, decision, now=now)
    match Status(last.status):
        case Status.EXPIRED:
            return Told(_("Time ran out"), (_("Nobody decided by %(time)s, so it was not done.") % at,), title)
        case Status.CANCELLED:
            return Told(_("Not needed any more"), (_("This was withdrawn at %(time)s. Nothing was done.") % at,), title)
        case _ if last.kind == Kind.CONFIRMATION and last.status == Status.OPEN:
            ran_out = _("Time ran out at %(time)s. A person decides this now.") % at
            return Told(_("Time ran out"), (ran_out, _("You need not do anything.")), title)
    return Told(_("A person looks at this"), (_("Nothing was done yet. You need not do anything."),), title)


def _answered(last: Escalation, decision: Decision, *, now: datetime) -> Told:
    is_yes = decision.kind in (DecisionKind.APPROVE, DecisionKind.EDIT)
    time = {"time": _time(decision.decided_at, now=now)}
    if decision.by is not None:
        said = _("A person allowed this at %(time)s.") if is_yes else _("A person decided at %(time)s not to do this.")
        heading = _("Decided")
    else:
        said = _("It was answered with this link at %(time)s. Each link is good for one answer.")
        heading = _("Answered: yes") if is_yes else _("Answered: no")
    then, tone = _then(last, is_yes=is_yes, now=now)
    return Told(heading, (said % time, then), last.title, tone)


def _then(last: Escalation, *, is_yes: bool, now: datetime) -> tuple[str, str]:
    """What followed; only what is known for certain is said to be done."""
    if not is_yes:
        return _("Nothing was done."), ""
    used = Operation.objects.filter(grant__decision__escalation=last).order_by("-pk").first()
    match used.outcome if used else None:
        case "succeeded" if used and used.ended_at:
            return _("It was done at %(time)s.") % {"time": _time(used.ended_at, now=now)}, "ok"
        case "failed":
            return _("It could not be done, and nothing was changed."), "bad"
        case "unknown":
            return _("Whether it was done is not known yet. A person looks into it."), "warn"
    if last.status == Status.APPLIED and used is None:
        return _("It is being looked at once more before it is done."), ""
    return _("It is being done."), ""


def _time(at: datetime, *, now: datetime) -> str:
    """With the zone, because nobody knows where the reader is."""
    here = timezone.localtime(at)
    day = "" if here.date() == timezone.localtime(now).date() else f"{clock.moment(at, now=now)} "
    return f"{day}{here:%H:%M} {here.tzname()}"

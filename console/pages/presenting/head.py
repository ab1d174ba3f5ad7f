"""The head of the pane: what it is, how long there is, and the six facts."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Check, Evidence
from approvals.domain.gate import apart
from approvals.models import Escalation, Member
from console.pages.presenting import clock, words
from console.pages.presenting.revealing import plain
from console.pages.presenting.words import Word


@dataclass(frozen=True)
class Fact:
    """One of the six facts; `text` may hold values of the call."""

    label: str
    text: str
    icon: str = ""
    tone: str = ""
    note: str = ""
    """A word of the console beside it."""


@dataclass(frozen=True)
class Others:
    """Open escalations besides this one that are about the same thing; `first` is the next due of them."""

    subject: str
    count: int
    first: int


@dataclass(frozen=True)
class Claim:
    """Who holds the escalation; `is_free` lets the page ask for it."""

    by: str
    is_mine: bool
    is_free: bool
    closed: Word
    """Why nobody holds it any more; empty while it is open."""


@dataclass(frozen=True)
class Head:
    """Everything above the evidence."""

    number: str
    agent: str
    run: str
    trace: str
    """The key of the run, where it was carried here."""
    ticket: str
    opened: str
    opened_at: str
    title: str
    due: clock.Due
    at_zero: Word
    level: str
    """Who was told, and who is told next and when; a team's name is an admin's words."""
    is_open: bool
    outcome: Word
    outcome_by: str
    claim: Claim
    facts: tuple[Fact, ...]
    said: str
    """One sentence for those who listen."""


def head(escalation: Escalation, evidence: Evidence, *, viewer: Member, now: datetime) -> Head:
    """Write the head of one escalation as `viewer` sees it at `now`."""
    due = clock.due(escalation.due_at, now=now)
    outcome, outcome_by = _outcome(escalation, now=now)
    return Head(
        number=str(escalation),
        agent=escalation.agent,
        run=escalation.run_key.hex[:6],
        trace=str(escalation.run_key) if getattr(escalation, "has_trace", False) else "",
        ticket=evidence.material.ticket,
        opened=clock.clock(escalation.opened_at, now=now),
        opened_at=escalation.opened_at.isoformat(),
        title=title_of(escalation, evidence),
        due=due,
        at_zero=words.AT_ZERO.get(Kind(escalation.kind), words.AT_ZERO_ELSE),
        level=level(escalation, now=now),
        is_open=escalation.status == Status.OPEN,
        outcome=outcome,
        outcome_by=outcome_by,
        claim=claim(escalation, viewer=viewer, now=now),
        facts=facts(escalation, evidence),
        said=_said(escalation, evidence, due),
    )


def title_of(escalation: Escalation, evidence: Evidence) -> str:
    """The server's title; for a question of the server the question, because the title would give the guess away."""
    asked = evidence.material.question
    if escalation.kind == Kind.HANDOFF and not evidence.tool.hands_over:
        return _("Conversation about: %(title)s") % {"title": escalation.title}
    if escalation.kind != Kind.QUESTION or asked is None or asked.is_from_agent:
        return escalation.title
    return asked.text


def level(escalation: Escalation, *, now: datetime) -> str:
    """Where an open item stands in its escalation policy; empty where it has none, or nobody is left."""
    if escalation.status != Status.OPEN:
        return ""
    told = {"name": escalation.went_to, "next": escalation.goes_to}
    if escalation.level_at is not None:
        told["time"] = clock.moment(escalation.level_at, now=now)
        said = (
            _("with %(name)s, goes to %(next)s at %(time)s")
            if escalation.went_to
            else _("goes to %(next)s at %(time)s")
        )
        return said % told
    return _("with %(name)s") % told if escalation.went_to else ""


def claim(escalation: Escalation, *, viewer: Member, now: datetime) -> Claim:
    """Who holds it now; a lease that ran out holds nothing."""
    until = escalation.claimed_until
    is_held = bool(escalation.claimed_by_id and until and until > now and escalation.status == Status.OPEN)
    return Claim(
        by=escalation.claimed_by.name if is_held and escalation.claimed_by else "",
        is_mine=is_held and escalation.claimed_by_id == viewer.pk,
        is_free=not is_held
        and escalation.status == Status.OPEN
        and escalation.kind not in (Kind.CONFIRMATION, Kind.HANDOFF)
        and viewer.can_decide
        and not getattr(escalation, "has_voted", False),
        closed=words.closed(escalation),
    )


def checks_said(checks: tuple[Check, ...]) -> str:
    """`1 of 4 failed`, `1 of 4 open`, `4 passed`, `none was run`."""
    failed, unknown = sum(check.is_failed for check in checks), sum(check.is_open for check in checks)
    if not checks:
        return _("none was run")
    if failed:
        return _("%(failed)s of %(all)s failed") % {"failed": failed, "all": len(checks)}
    if unknown:
        return _("%(open)s of %(all)s open") % {"open": unknown, "all": len(checks)}
    return ngettext("%(n)s passed", "%(n)s passed", len(checks)) % {"n": len(checks)}


def facts(escalation: Escalation, evidence: Evidence) -> tuple[Fact, ...]:
    """The six facts of an action, the four of a question, the three of a handoff."""
    asked = evidence.material.question
    stopped_by = Fact(_("Stopped by"), escalation.stopped_by[:1].upper() + escalation.stopped_by[1:])
    if escalation.kind == Kind.QUESTION and asked is not None:
        then = _("The agent goes on with your answer")
        if not asked.is_from_agent:
            then = _("The agent proposes the call again with it")
        undo = Fact(_("Undo"), _("Only an answer, nothing runs yet"), "rev")
        return (undo, Fact(_("Then"), then), stopped_by, _score_fact(evidence))
    if escalation.kind == Kind.HANDOFF:
        nothing = Fact(_("Undo"), _("Nothing runs while it waits"), "rev")
        return (nothing, Fact(_("Then"), _("The agent goes on with your note")), stopped_by)
    risk, preview = words.risk_of(escalation.risk), evidence.material.preview
    return (
        Fact(_("Undo"), str(risk.fact), risk.icon, risk.tone if risk.tone != "t2" else ""),
        Fact(_("Affects"), preview.affects or _("not known")),
        Fact(_("Goes to"), preview.goes_to or _("not known")),
        _checks_fact(preview.checks),
        stopped_by,
        _score_fact(evidence),
    )


def _checks_fact(checks: tuple[Check, ...]) -> Fact:
    if not checks:
        return Fact(_("Checks"), checks_said(checks), "", "warn")
    if any(check.is_failed for check in checks):
        return Fact(_("Checks"), checks_said(checks), "no", "bad")
    if any(check.is_open for check in checks):
        return Fact(_("Checks"), checks_said(checks), "ask", "warn")
    return Fact(_("Checks"), checks_said(checks), "yes")


def _score_fact(evidence: Evidence) -> Fact:
    """The score, and that nothing proves the threshold it is held against."""
    is_held = evidence.score is not None and evidence.auto_threshold is not None
    return Fact(_("Score"), _score(evidence), note=_("not certified") if is_held else "")


def _score(evidence: Evidence) -> str:
    if evidence.score is None:
        return _("none")
    if evidence.auto_threshold is None:
        return _("%(score)s, no threshold yet") % {"score": f"{evidence.score:.2f}"}
    score, threshold = apart(evidence.score, evidence.auto_threshold)
    return _("%(score)s, needs %(threshold)s") % {"score": score, "threshold": threshold}


def _outcome(escalation: Escalation, *, now: datetime) -> tuple[Word, str]:
    if escalation.status in (Status.DECIDED, Status.APPLIED):
        decision = escalation.decision
        parts = {"name": words.author(decision), "time": clock.clock(decision.decided_at, now=now)}
        return words.past(decision.kind).word, _("by %(name)s, %(time)s") % parts
    at = clock.clock(escalation.closed_at, now=now) if escalation.closed_at else ""
    return words.closed(escalation), at


def _said(escalation: Escalation, evidence: Evidence, due: clock.Due) -> str:
    parts = {
        "title": plain(title_of(escalation, evidence)),
        "risk": words.risk_of(escalation.risk).word,
        "checks": checks_said(evidence.material.preview.checks),
        "left": due.left,
    }
    return _("%(title)s, %(risk)s, checks: %(checks)s, %(left)s") % parts

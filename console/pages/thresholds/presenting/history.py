"""Versions and drafts of the rules: who, when, why, and what changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.domain.gate import Ruleset as Rules
from approvals.gating import rulesets
from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Member, Ruleset, RulesetProposal
from approvals.models.ruleset import ProposalStatus, RulesetStatus
from console.pages.labels import newness
from console.pages.presenting import clock
from console.pages.thresholds.presenting import canary
from console.pages.thresholds.presenting.arguments import unread
from console.pages.thresholds.presenting.loosening import loose
from console.pages.thresholds.presenting.wording import number, sentence, terms

NOTHING = gettext_lazy("Nothing but the number of the version.")
FIRST = gettext_lazy("The first version.")
RUNS_ALONE, ASKS_USER = gettext_lazy("Runs alone from"), gettext_lazy("End user is asked from")
NEVER = gettext_lazy("never")
STANDINGS: dict[ProposalStatus, Promise] = {
    ProposalStatus.OPEN: gettext_lazy("waits for a second admin"),
    ProposalStatus.APPROVED: gettext_lazy("approved"),
    ProposalStatus.DISCARDED: gettext_lazy("discarded"),
}
STALE = gettext_lazy("can no longer go live")


@dataclass(frozen=True)
class Since:
    """Since when a threshold is live, and who set it."""

    at: str
    said: str
    hands: str
    """By whom, as `hands` says it."""


@dataclass(frozen=True)
class Version:
    """One version in the history."""

    number: int
    is_live: bool
    is_sample: bool
    at: datetime
    said_at: str
    by: str
    approved_by: str
    restores: int | None
    """The earlier version it brought back."""
    reason: str
    is_loosening: bool
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Drafted:
    """One draft: what it would change, and where it stands."""

    id: int
    route: str
    restores: int | None
    base: int
    title: str
    by: str
    at: datetime
    said_at: str
    reason: str
    standing: Promise
    is_open: bool
    is_stale: bool
    is_mine: bool
    may_approve: bool
    is_new: bool
    """Whether the viewer could approve it but for having become an admin only now."""
    newness: str
    """Since when the viewer is an admin, where that is less than a day."""
    ended_by: str
    became: int | None
    changes: tuple[str, ...]
    loosens: tuple[str, ...]
    """What in it could let through what asked before."""
    unread: tuple[str, ...]
    """Arguments that its rules read and their tools do not have."""
    canary: str
    """That a share of runs is judged by it now; else empty."""


@dataclass(frozen=True)
class Column:
    """One threshold in three states; each says what it means where there is none."""

    label: Promise
    seen: str
    live: str
    wanted: str


@dataclass(frozen=True)
class Compared:
    """Three states side by side: what somebody started from, what is live by now, and what they want."""

    seen: int
    live: int
    hands: str
    """By whom what is live by now went live."""
    said_at: str
    reason: str
    columns: tuple[Column, ...]
    """The thresholds of the route it is about; none for a whole version."""
    meanwhile: tuple[str, ...]
    wanted: tuple[str, ...]
    """Against what is live by now."""


def who(ruleset: Ruleset) -> str:
    """Who made a version; nobody's hand makes the first one, and those by which the guard or the alarm tightened."""
    if ruleset.created_by:
        return ruleset.created_by.signature
    return _("the installation") if ruleset.version == 1 or ruleset.is_sample else _("Signalbox itself")


def hands(ruleset: Ruleset) -> str:
    """By whom a version went live: who proposed it and who approved it, where these are two."""
    proposal: RulesetProposal | None = getattr(ruleset, "proposal", None)
    if proposal is None or proposal.approved_by is None:
        return _("by %(by)s") % {"by": who(ruleset)}
    said = {"by": who(ruleset), "second": proposal.approved_by.name}
    return _("proposed by %(by)s, approved by %(second)s") % said


def since(ruleset: Ruleset, *, now: datetime) -> Since:
    """Write since when a version is live, and by whom."""
    at = ruleset.created_at
    return Since(at.isoformat(), clock.clock(at, now=now), hands(ruleset))


def done(made: Ruleset, live: Ruleset) -> str:
    """That a version went live, for whoever made or approved it."""
    said = {"n": made.version, "live": live.version, "hands": hands(made)}
    if made.version == live.version:
        return _("Done: version %(n)s is live, %(hands)s.") % said
    return _("Done: version %(n)s went live, %(hands)s. By now version %(live)s is live.") % said


def versions(found: Sequence[Ruleset], *, size: int, now: datetime) -> tuple[Version, ...]:
    """Write versions, the newest first, each with what it changed in the one before; `found` may hold one more."""
    older = [*found[1:], None]
    return tuple(version(one, before, now=now) for one, before in zip(found[:size], older, strict=False))


def version(ruleset: Ruleset, before: Ruleset | None, *, now: datetime) -> Version:
    """Write one version and what it changed."""
    proposal: RulesetProposal | None = getattr(ruleset, "proposal", None)
    rules, old = rulesets.of(ruleset), rulesets.of(before) if before else None
    return Version(
        number=ruleset.version,
        is_live=ruleset.status == RulesetStatus.LIVE,
        is_sample=ruleset.is_sample,
        at=ruleset.created_at,
        said_at=clock.clock(ruleset.created_at, now=now),
        by=who(ruleset),
        approved_by=_second(proposal.approved_by, ruleset) if proposal and proposal.approved_by else "",
        restores=proposal.restores.version if proposal and proposal.restores else getattr(ruleset, "restored", None),
        reason=ruleset.reason,
        is_loosening=old is not None and tuning.is_loosening(old, rules),
        changes=differences(old, rules) if old else (str(FIRST),),
    )


def differences(before: Rules, after: Rules) -> tuple[str, ...]:
    """In what two versions differ, as sentences; one that says so when in nothing."""
    return tuple(sentence(change) for change in tuning.changes(before, after)) or (str(NOTHING),)


def drafted(draft: RulesetProposal, *, viewer: Member, now: datetime) -> Drafted:
    """Write one draft as `viewer` sees it."""
    is_open, is_stale = draft.status == ProposalStatus.OPEN, tuning.is_stale(draft)
    is_mine = draft.proposed_by.person_id == viewer.person_id
    may_approve = is_open and not is_stale and not is_mine and viewer.is_admin
    is_new = may_approve and viewer.is_new_beside(draft.proposed_by)
    ended_by = draft.approved_by or draft.discarded_by
    return Drafted(
        id=draft.pk,
        route=draft.route,
        restores=draft.restores.version if draft.restores else None,
        base=draft.base.version,
        title=_title(draft),
        by=draft.proposed_by.signature,
        at=draft.proposed_at,
        said_at=clock.clock(draft.proposed_at, now=now),
        reason=draft.reason,
        standing=STALE if is_stale else STANDINGS[ProposalStatus(draft.status)],
        is_open=is_open,
        is_stale=is_stale,
        is_mine=is_mine,
        may_approve=may_approve and not is_new,
        is_new=is_new,
        newness=newness.before(tuning.newly(viewer)) if may_approve else "",
        ended_by=_second(ended_by, draft) if ended_by else "",
        became=draft.ruleset.version if draft.ruleset else None,
        changes=differences(rulesets.of(draft.base), tuning.rules_of(draft)),
        unread=unread(rulesets.of(draft.base), tuning.rules_of(draft)) if is_open else (),
        canary=_canary(draft) if is_open and not is_stale else "",
        loosens=tuple(loose(one) for one in tuning.loosenings(rulesets.of(draft.base), tuning.rules_of(draft))),
    )


def compared(seen: Ruleset, live: Ruleset, wanted: Rules, *, route: str, now: datetime) -> Compared:
    """Write what went live between what somebody saw and now, and what they want against that."""
    before, running = rulesets.of(seen), rulesets.of(live)
    return Compared(
        seen=seen.version,
        live=live.version,
        hands=hands(live),
        said_at=clock.clock(live.created_at, now=now),
        reason=live.reason,
        columns=_columns(*(cuts_in(rules, route) for rules in (before, running, wanted))) if route else (),
        meanwhile=differences(before, running),
        wanted=differences(running, wanted),
    )


def cuts_in(rules: Rules, route: str) -> Cuts:
    """The thresholds of a route in a document."""
    return tuning.cuts_of(tuning.route_of_name(rules, route))


def _second(member: Member, row: Ruleset | RulesetProposal) -> str:
    """Who ended a draft, and that they had only just become an admin; `row` carries what the audit kept of it."""
    said = newness.before(getattr(row, "newly", None))
    return f"{member.signature}, {said}" if said else member.signature


def _canary(draft: RulesetProposal) -> str:
    share = draft.canaries.filter(ended_at=None).values_list("share", flat=True).first()
    return canary.running(share) if share is not None else ""


def _columns(*states: Cuts) -> tuple[Column, ...]:
    return (
        Column(RUNS_ALONE, *(number(cuts.auto) or str(NEVER) for cuts in states)),
        Column(ASKS_USER, *(number(cuts.ask) or str(NEVER) for cuts in states)),
    )


def _title(draft: RulesetProposal) -> str:
    if draft.restores:
        return _("Restore version %(n)s") % {"n": draft.restores.version}
    if not draft.route:
        return _("Other rules, drafted from version %(n)s") % {"n": draft.base.version}
    said = {"route": draft.route, "terms": terms(cuts_in(tuning.rules_of(draft), draft.route))}
    return _("%(route)s: %(terms)s") % said

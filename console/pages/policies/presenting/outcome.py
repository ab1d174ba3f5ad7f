"""What would have happened: counts under the live rules and under a draft, and the calls between them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.domain.label import Teaching
from approvals.domain.verdict import Outcome
from approvals.learning.backtesting import Backtest, Score, Tried, Watched
from approvals.models import RulesetProposal, Shadow
from approvals.models.ruleset import ProposalStatus
from console.pages.policies.presenting.history import LOST
from console.pages.policies.presenting.overview import Verdictish, chip
from console.pages.presenting import clock
from console.pages.thresholds.finding import Found
from console.pages.thresholds.presenting.wording import percent

EXAMPLES = 5
"""Calls shown of each move."""
ROWS: tuple[tuple[Outcome, Promise], ...] = (
    (Outcome.ALLOW, gettext_lazy("Run without asking")),
    (Outcome.CONFIRM, gettext_lazy("Ask the end user")),
    (Outcome.ASK, gettext_lazy("Ask a person")),
    (Outcome.REFUSE, gettext_lazy("Are refused")),
)
TEACHINGS: dict[Teaching | None, Verdictish] = {
    Teaching.RIGHT: Verdictish(gettext_lazy("found right"), "ok"),
    Teaching.WRONG: Verdictish(gettext_lazy("found wrong"), "bad"),
    None: Verdictish(gettext_lazy("nobody looked"), ""),
}


class Count(NamedTuple):
    """One answer, before and after."""

    label: Promise
    live: str
    draft: str
    change: str


class Judged(NamedTuple):
    """One figure against what people said, before and after."""

    label: Promise
    live: str
    draft: str


@dataclass(frozen=True)
class Example:
    """One call that gets another answer."""

    verdict_id: int
    tool: str
    agent: str
    arguments: str
    """As JSON in one line."""
    because: str
    """The first reason of the draft, or of the live rules where the draft has none."""
    teaching: Verdictish
    said_at: str
    escalation: int | None
    run: str


@dataclass(frozen=True)
class Move:
    """Calls that go from one answer to another."""

    before: Verdictish
    after: Verdictish
    is_milder: bool
    said: str
    examples: tuple[Example, ...]
    more: int


class Seen(NamedTuple):
    """Verdicts for which a watched draft had another answer."""

    before: Verdictish
    after: Verdictish
    said: str


@dataclass(frozen=True)
class Watch:
    """A draft beside the live rules: whether it is asked, and what it said."""

    draft_id: int
    may_begin: bool
    is_running: bool
    said: str
    """Since when, or from when to when, and over how much; empty when it never was."""
    moves: tuple[Seen, ...]


@dataclass(frozen=True)
class Page:
    """Everything the page says."""

    calls: str
    counts: tuple[Count, ...]
    judged: tuple[Judged, ...]
    """Empty where nobody has looked at any of the calls."""
    looked: str
    moves: tuple[Move, ...]
    lost: tuple[tuple[str, Promise], ...]
    is_cut: bool


def examples(found: Backtest) -> tuple[Tried, ...]:
    """The calls that are shown, of each move the newest, those found wrong first."""
    shown: list[Tried] = []
    for move in found.moves:
        of_move = [one for one in found.moved if one.move == move]
        shown += sorted(of_move, key=lambda one: one.teaching is not Teaching.WRONG)[:EXAMPLES]
    return tuple(shown)


def page(found: Backtest, shown: Sequence[Tried], behind: Found, *, now: datetime) -> Page:
    """Write what came of it; `behind` is where the shown calls came from."""
    reads = sum(not one.case.facts.tool.is_counted for one in found.tried)
    calls = ngettext("%(n)s call, %(reads)s of them reads,", "%(n)s calls, %(reads)s of them reads,", found.live.calls)
    looked = found.live_score.looked
    return Page(
        calls=calls % {"n": f"{found.live.calls:,}", "reads": f"{reads:,}"},
        counts=tuple(
            _count(label, found.live.of(outcome), found.draft.of(outcome), found.live.calls) for outcome, label in ROWS
        ),
        judged=_judged(found.live_score, found.draft_score) if looked else (),
        looked=ngettext("%(n)s call was looked at", "%(n)s calls were looked at", looked) % {"n": f"{looked:,}"},
        moves=tuple(_move(move, count, shown, behind, now=now) for move, count in found.moves.items()),
        lost=tuple((f"{count:,}", LOST[why]) for why, count in sorted(found.lost.items())),
        is_cut=found.is_cut,
    )


def _count(label: Promise, live: int, draft: int, calls: int) -> Count:
    change = f"{draft - live:+,}".replace("-", "−") if draft != live else "–"
    return Count(label, _share(live, calls), _share(draft, calls), change)


def _share(count: int, calls: int) -> str:
    return f"{count:,} ({percent(count / calls)})" if calls else "0"


def _judged(live: Score, draft: Score) -> tuple[Judged, ...]:
    return (
        Judged(gettext_lazy("Run alone and found wrong"), f"{live.alone_wrong:,}", f"{draft.alone_wrong:,}"),
        Judged(gettext_lazy("Run alone and found right"), f"{live.alone_right:,}", f"{draft.alone_right:,}"),
        Judged(gettext_lazy("Stopped and found wrong"), f"{live.asked_wrong:,}", f"{draft.asked_wrong:,}"),
        Judged(gettext_lazy("Stopped and found right"), f"{live.asked_right:,}", f"{draft.asked_right:,}"),
        Judged(gettext_lazy("Of what is stopped, wrong"), _caught(live), _caught(draft)),
    )


def _caught(score: Score) -> str:
    return "–" if score.catch_share is None else percent(score.catch_share)


def _move(move: tuple[Outcome, Outcome], count: int, shown: Sequence[Tried], behind: Found, *, now: datetime) -> Move:
    before, after = move
    of_move = [one for one in shown if one.move == move]
    return Move(
        before=chip(before),
        after=chip(after),
        is_milder=after.strictness < before.strictness,
        said=ngettext("%(n)s call", "%(n)s calls", count) % {"n": f"{count:,}"},
        examples=tuple(_example(one, behind, now=now) for one in of_move),
        more=count - len(of_move),
    )


def _example(tried: Tried, behind: Found, *, now: datetime) -> Example:
    case = tried.case
    reasons = tried.draft.reasons if tried.draft.outcome is not Outcome.ALLOW else tried.live.reasons
    first = reasons[0].sentence if reasons else ""
    because = first if tried.draft.outcome is not Outcome.ALLOW else _("No longer: %(reason)s") % {"reason": first}
    escalation = behind.escalations.get(case.verdict_id)
    run = behind.runs.get(case.verdict_id)
    return Example(
        verdict_id=case.verdict_id,
        tool=case.action.tool,
        agent=case.facts.agent,
        arguments=json.dumps(case.action.arguments, ensure_ascii=False),
        because=because,
        teaching=TEACHINGS.get(tried.teaching, TEACHINGS[None]),
        said_at=clock.clock(case.at, now=now) if case.at else "",
        escalation=escalation.pk if escalation else None,
        run=str(run) if run else "",
    )


def watch(draft: RulesetProposal, shadow: Shadow | None, seen: Watched | None, *, now: datetime) -> Watch:
    """Write what a draft said since it is watched."""
    is_open = draft.status == ProposalStatus.OPEN
    is_running = shadow is not None and shadow.ended_at is None and is_open
    if shadow is None or seen is None:
        return Watch(draft.pk, is_open, is_running, "", ())
    verdicts = ngettext("%(n)s verdict", "%(n)s verdicts", seen.verdicts) % {"n": f"{seen.verdicts:,}"}
    told = {"time": clock.clock(shadow.started_at, now=now), "by": shadow.started_by.name, "verdicts": verdicts}
    said = _("Asked beside the live rules since %(time)s, by %(by)s: %(verdicts)s.")
    if not is_running:
        said = _("It was asked beside the live rules from %(time)s on, by %(by)s: %(verdicts)s.")
    moves = tuple(
        Seen(chip(before), chip(after), ngettext("%(n)s verdict", "%(n)s verdicts", count) % {"n": f"{count:,}"})
        for (before, after), count in seen.moves.items()
    )
    return Watch(draft.pk, is_open and not is_running, is_running, said % told, moves)

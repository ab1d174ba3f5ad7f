"""What is proven of one route: the promise, the pictures it rests on, the coin behind it, and its history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import ceil

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.domain.calibration import interval
from approvals.domain.calibration.epoch import Cause
from approvals.learning.calibrating import standing
from approvals.learning.calibrating.guarding import COIN_OFF
from approvals.learning.calibrating.reading import Coins
from approvals.learning.calibrating.standing import Seen, Standing
from approvals.learning.tuning import Cuts
from approvals.models import Certificate
from console.pages.presenting import clock
from console.pages.thresholds.finding import Known
from console.pages.thresholds.presenting import promise
from console.pages.thresholds.presenting.pictures.dots import Dots, dots
from console.pages.thresholds.presenting.pictures.rungs import Rungs, rungs
from console.pages.thresholds.presenting.promise import Promise
from console.pages.thresholds.presenting.wording import number, percent

MOST_SHOWN = 12
CAUSES: dict[str, Lazy] = {
    Cause.FIRST: gettext_lazy("first"),
    Cause.ALARM: gettext_lazy("after an alarm"),
    Cause.AGENT: gettext_lazy("a new agent version"),
    Cause.SCORE: gettext_lazy("another score"),
    Cause.LABEL_RULE: gettext_lazy("another rule of what is wrong"),
    Cause.COIN: gettext_lazy("a coin that was off"),
    Cause.RULES: gettext_lazy("looser rules, or other calls"),
}


@dataclass(frozen=True)
class Past:
    """Certificates in a row that carried the same, as one line of the history."""

    since: str
    epoch: int
    cause: Lazy | str
    n: int
    wrong: int
    carries: str
    guard: str
    limit: str


@dataclass(frozen=True)
class Proof:
    """Everything about it that the templates of a route show."""

    seen: Seen
    """What it all rests on, held against the limit that is asked for."""
    promise: Promise
    badge: str
    """`certified`, `unproven`, or `asks` where nothing runs alone."""
    is_draft_proven: bool
    lead: str
    """Whether the draft is proven, in a word or two; what follows is `about_draft`."""
    about_draft: str
    dots: Dots
    rungs: Rungs
    coins: tuple[str, ...]
    is_coin_off: bool
    began: str
    """Why the evidence began anew; empty in a first epoch."""
    history: tuple[Past, ...]
    first: float | None
    """The threshold that the certificate carries, rounded up to what people type."""


def proof(known: Known, cuts: Cuts, *, tenant_id: int, now: datetime) -> Proof:
    """Put it together for drafted thresholds; for another limit what the rows would prove of it. Writes nothing."""
    draft, seen = cuts.auto, standing.seen(tenant_id, known.name, known.route)
    stored, one = seen.certificate, seen.certificate
    if cuts.limit is not None:
        seen = standing.held_against(seen, cuts.limit)
        one = seen.certificate
    is_proven = draft is None or one.covers(draft)
    shown = standing.history(tenant_id, known.name)
    return Proof(
        seen=seen,
        promise=promise.promise(one, pace=_when(one, seen)),
        badge=badge(standing.standing(stored, known.route)),
        is_draft_proven=is_proven,
        lead=_lead(draft, is_proven=is_proven),
        about_draft=_about(one, draft, is_proven=is_proven),
        dots=dots(seen, draft=draft, live=known.cuts.auto),
        rungs=rungs(seen, cut=draft if known.cuts.auto is None else known.cuts.auto),
        coins=tuple(_coin(coin) for coin in seen.coins),
        is_coin_off=any(not _fits(coin) for coin in seen.coins),
        began=seen.epoch.reason if seen.epoch.number > 1 else "",
        history=tuple(_history(shown, now=now)),
        first=_rounded(one.threshold),
    )


def offered(one: Certificate | None) -> float | None:
    """What a route without thresholds is offered first; None while nothing is proven."""
    return _rounded(one.threshold) if one else None


def badge(one: Standing) -> str:
    """How a route is marked wherever it is shown."""
    if one.live is None:
        return "asks"
    return "certified" if one.is_certified else "unproven"


def _rounded(threshold: float | None) -> float | None:
    """Up, because a lower one would not be proven."""
    return None if threshold is None else min(1.0, ceil(round(threshold * 1000, 6)) / 1000)


def _lead(draft: float | None, *, is_proven: bool) -> str:
    if draft is None:
        return _("Nothing runs alone.")
    return _("Proven.") if is_proven else _("Not proven.")


def _about(one: Certificate, draft: float | None, *, is_proven: bool) -> str:
    if draft is None:
        return _("Everything asks, so there is nothing to prove yet.")
    if is_proven:
        return _("The certificate carries every threshold from %(cut)s on.") % {"cut": number(one.threshold)}
    if one.threshold is not None:
        said = _("The certificate carries %(cut)s and above, not %(draft)s.")
        return said % {"cut": number(one.threshold), "draft": number(draft)}
    return _("No certificate proves how often this route is wrong when it runs alone.")


def _when(one: Certificate, seen: Seen) -> str:
    """About when the next rung is reached at the pace of now."""
    if not one.to_next_rung or not seen.pace:
        return ""
    days = ceil(one.to_next_rung / seen.pace)
    return ngettext(
        "At the pace of now that is about %(n)s day.", "At the pace of now that is about %(n)s days.", days
    ) % {"n": f"{days:,}"}


def _fits(one: Coins) -> bool:
    low, high = interval(one.runs, one.drawn, COIN_OFF)
    return low <= one.rate <= high


def _coin(one: Coins) -> str:
    low, high = interval(one.runs, one.drawn, COIN_OFF)
    said = ngettext(
        "Drawn at %(rate)s: %(drawn)s of %(n)s run, %(share)s (99.9%% range %(low)s to %(high)s).",
        "Drawn at %(rate)s: %(drawn)s of %(n)s runs, %(share)s (99.9%% range %(low)s to %(high)s).",
        one.runs,
    )
    values = {"rate": percent(one.rate), "drawn": f"{one.drawn:,}", "n": f"{one.runs:,}"}
    return said % {**values, "share": percent(one.drawn / one.runs), "low": percent(low), "high": percent(high)}


def _history(found: Iterable[Certificate], *, now: datetime) -> list[Past]:
    """The newest first; certificates in a row that carried the same are one."""
    lines = []
    for _key, group in groupby(found, key=lambda one: (one.epoch_id, one.threshold, one.guard_threshold, one.limit)):
        same = list(group)
        newest, first = same[0], same[-1]
        lines.append(
            Past(
                since=clock.clock(first.computed_at, now=now),
                epoch=newest.epoch.number,
                cause=CAUSES[newest.epoch.cause],
                n=newest.n,
                wrong=newest.wrong,
                carries=number(newest.threshold),
                guard=number(newest.guard_threshold),
                limit=promise.limit(newest.limit),
            )
        )
    return lines[:MOST_SHOWN]

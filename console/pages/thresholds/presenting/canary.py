"""The canary of a draft: what share of runs, what became of them, where it stops, and how it ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.learning.calibrating import trying
from approvals.learning.calibrating.trying import Trial
from approvals.learning.tuning.canarying import SHARES
from approvals.models import Canary
from approvals.models.ruleset import CanaryOutcome
from console.pages.presenting import clock
from console.pages.thresholds.presenting import promise
from console.pages.thresholds.presenting.wording import percent

ENDED: dict[str, Promise] = {
    CanaryOutcome.PROMOTED: gettext_lazy("went live, by %(by)s"),
    CanaryOutcome.STOPPED: gettext_lazy("stopped by %(by)s"),
    CanaryOutcome.DISCARDED: gettext_lazy("ended with its draft, by %(by)s"),
    CanaryOutcome.WRONG: gettext_lazy("stopped by itself"),
    CanaryOutcome.OVERTAKEN: gettext_lazy("ended by itself"),
}


@dataclass(frozen=True)
class Tried:
    """One canary on the page."""

    is_running: bool
    is_bad: bool
    """It stopped because too much went wrong."""
    says: str
    reason: str
    trials: tuple[tuple[str, tuple[tuple[str, str], ...], str], ...]
    """Of each route: its name, its figures, and where it stops."""


@dataclass(frozen=True)
class Canaries:
    """Every canary of a draft, the newest first, and what can be begun."""

    tried: tuple[Tried, ...]
    shares: tuple[tuple[str, str], ...]
    """What the form offers: a value and its words."""
    is_running: bool


def canaries(found: Sequence[Canary], *, now: datetime, is_overtaken: bool) -> Canaries:
    """Write them; what became of the runs is counted now.

    `is_overtaken`: the base of their draft is no longer live. From that moment on the gate draws no run and judges
    none by the draft, also while the row still waits to be closed.
    """
    tried = tuple(_tried(one, now=now, is_overtaken=is_overtaken) for one in found)
    shares = tuple((str(share), percent(float(share))) for share in SHARES)
    return Canaries(tried, shares, any(one.is_running for one in tried))


def running(share: Decimal) -> str:
    """That one runs, in a few words."""
    return _("A canary runs on %(share)s of runs.") % {"share": percent(float(share))}


def _tried(one: Canary, *, now: datetime, is_overtaken: bool) -> Tried:
    found = trying.trials(one)
    # Most drafts are about one route; the others are judged alike, and say nothing where nothing ran alone.
    shown = [trial for trial in found if trial.alone] or found
    return Tried(
        is_running=one.ended_at is None and not is_overtaken,
        is_bad=one.outcome == CanaryOutcome.WRONG,
        says=_says(one, now=now, is_overtaken=is_overtaken),
        reason=one.reason,
        trials=tuple((trial.route, _figures(trial), _stop(trial)) for trial in shown),
    )


def _says(one: Canary, *, now: datetime, is_overtaken: bool) -> str:
    values = {
        "share": percent(float(one.share)),
        "by": one.started_by.signature,
        "since": clock.clock(one.started_at, now=now),
    }
    if one.ended_at is None and is_overtaken:
        return _("On %(share)s of runs from %(since)s, begun by %(by)s; ended when other rules went live.") % values
    if one.ended_at is None:
        return _("On %(share)s of runs since %(since)s, begun by %(by)s.") % values
    how = ENDED[one.outcome] % {"by": one.ended_by.signature if one.ended_by else ""}
    values |= {"end": clock.clock(one.ended_at, now=now), "how": how}
    return _("On %(share)s of runs from %(since)s, begun by %(by)s; %(how)s at %(end)s.") % values


def _figures(trial: Trial) -> tuple[tuple[str, str], ...]:
    low, high = trial.range
    between = _("%(low)s to %(high)s of 100") % {"low": f"{100 * low:.1f}", "high": f"{100 * high:.1f}"}
    return (
        (_("Runs"), f"{trial.runs:,}"),
        (_("Something ran alone in"), f"{trial.alone:,}"),
        (_("Looked at"), f"{trial.looked:,}"),
        (_("Went wrong"), f"{trial.wrong:,}"),
        (_("Range, 90% sure"), between if trial.looked else _("nothing is known yet")),
    )


def _stop(trial: Trial) -> str:
    left = trial.runs - trial.looked
    waits = ngettext("%(n)s run waits to be looked at.", "%(n)s runs wait to be looked at.", left) % {"n": f"{left:,}"}
    said = _("Stops by itself when the range lies above %(limit)s runs.") % {"limit": promise.limit(trial.limit)}
    return f"{said} {waits}" if left else said

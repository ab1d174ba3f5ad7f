"""Does the score keep its word: what share of calls was right, by score, each with its range."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.calibration import State, interval, reliability
from approvals.domain.calibration.confidence import Bin
from approvals.learning.calibrating.standing import Seen
from console.pages.thresholds.presenting.pictures.picture import (
    HALF,
    HALF_RIGHT,
    LEFT,
    Path,
    Picture,
    Text,
    box,
    line,
    text,
)
from console.pages.thresholds.presenting.wording import number, percent

TOP, BASE, HEIGHT = 16.0, 142.0, 176
FEWEST, MOST_BINS = 10, 6
"""So many judged calls make one bin."""
SURE = 0.05


def word(seen: Seen) -> Picture | None:
    """Draw it from the judged calls of test runs, which nobody chose; None below two bins of them."""
    judged = [
        (action.score, action.state is State.RIGHT)
        for run in seen.counted
        for action in run.actions
        if action.score is not None and action.state in (State.RIGHT, State.WRONG)
    ]
    if len(judged) < 2 * FEWEST:
        return None
    scores, right = [score for score, _right in judged], [is_right for _score, is_right in judged]
    found = reliability(scores, right, min(MOST_BINS, len(judged) // FEWEST))
    start = min(0.5, int(min(scores) * 10) / 10)
    return Picture(
        says=_says(found.bins, len(judged)),
        height=HEIGHT,
        width=HALF,
        lines=(
            line("ground", [(LEFT, BASE), (HALF_RIGHT, BASE)]),
            line("live-cut", [(_x(start, start), _y(start)), (_x(1.0, start), _y(1.0))]),
            *(_range(one, start) for one in found.bins),
        ),
        boxes=tuple(
            box("solid", _x(one.mean_score, start) - 4, _y(one.share_right) - 4, 8, 8, is_round=True)
            for one in found.bins
        ),
        texts=tuple(_labels(start)),
        columns=(_("Mean score"), _("Found right"), _("95% range"), _("Judged calls")),
        rows=tuple(
            (number(round(one.mean_score, 2)), percent(one.share_right), _between(one), f"{one.n:,}")
            for one in found.bins
        ),
    )


def _x(score: float, start: float) -> float:
    return LEFT + (score - start) / (1 - start) * (HALF_RIGHT - LEFT)


def _y(share: float) -> float:
    return BASE - share * (BASE - TOP)


def _bounds(one: Bin) -> tuple[float, float]:
    return interval(one.n, round(one.share_right * one.n), SURE)


def _range(one: Bin, start: float) -> Path:
    x, (low, high) = _x(one.mean_score, start), _bounds(one)
    return line("draft-cut", [(x, _y(low)), (x, _y(high))])


def _between(one: Bin) -> str:
    low, high = _bounds(one)
    return _("%(low)s to %(high)s") % {"low": percent(low), "high": percent(high)}


def _labels(start: float) -> list[Text]:
    tenths = range(round(start * 10), 11)
    marks = [text(_x(tenth / 10, start), BASE + 17, f"{tenth / 10:.1f}") for tenth in tenths]
    return marks + [text(LEFT - 6, _y(share) + 4, percent(share), anchor="end") for share in (0.0, 0.5, 1.0)]


def _says(bins: list[Bin], n: int) -> str:
    """Whether somewhere the score says more than came true: that is where it must not be taken at its word."""
    judged = ngettext("%(n)s judged call of test runs.", "%(n)s judged calls of test runs.", n) % {"n": f"{n:,}"}
    over = [one for one in bins if one.mean_score > _bounds(one)[1]]
    if not over:
        return _("%(judged)s Nowhere does the score promise more than its range allows.") % {"judged": judged}
    worst = max(over, key=lambda one: one.mean_score - one.share_right)
    said = _("%(judged)s It promises too much around %(score)s: %(share)s of those calls were right.")
    return said % {"judged": judged, "score": number(round(worst.mean_score, 2)), "share": percent(worst.share_right)}

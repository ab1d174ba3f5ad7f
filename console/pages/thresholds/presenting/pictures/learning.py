"""The learning curve: what share of calls was asked about each week, audits on top, and what happened meanwhile."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from approvals.learning.calibrating.weeks import Curve, Mark, Week, What
from console.pages.thresholds.presenting.pictures.picture import LEFT, RIGHT, Box, Path, Picture, Text, box, line, text
from console.pages.thresholds.presenting.wording import number, percent

TOP, BASE, HEIGHT = 46.0, 160.0, 182
WIDEST, GAP, APART = 96.0, 2.0, 60.0
LABELLED = 6
"""The newest so many marks are named in the drawing; the table names all."""
A_WEEK = timedelta(weeks=1)


def learning(curve: Curve) -> Picture | None:
    """Draw it; None while nothing was gated."""
    if not curve.weeks:
        return None
    draw = _Drawing(curve.weeks)
    return Picture(
        says=_says(curve.weeks),
        height=HEIGHT,
        lines=(
            *(line("grid", [(LEFT, draw.y(share)), (RIGHT, draw.y(share))]) for share in (0.5, 1.0)),
            line("ground", [(LEFT, BASE), (RIGHT, BASE)]),
        ),
        marks=tuple(_line(draw, place, mark) for place, mark in enumerate(curve.marks)),
        boxes=tuple(piece for week in curve.weeks for piece in _bars(draw, week)),
        texts=(*_axis(draw, curve.weeks), *_names(draw, curve.marks)),
        columns=(_("Week of"), _("Asked"), _("Audited"), _("Gated calls"), _("Limit, proven from"), _("What happened")),
        rows=tuple(_row(week, curve.marks) for week in reversed(curve.weeks)),
    )


class _Drawing:
    """Weeks on the width, shares on the height."""

    def __init__(self, weeks: Sequence[Week]) -> None:
        self.first = weeks[0].begins
        self.count = max(1, round((weeks[-1].begins - self.first) / A_WEEK) + 1)
        self.step = min(WIDEST, (RIGHT - LEFT) / self.count)

    def x(self, at: datetime) -> float:
        """Where a moment lies."""
        return min(RIGHT, max(LEFT, LEFT + (at - self.first) / A_WEEK * self.step))

    def y(self, share: float) -> float:
        """Where a share lies."""
        return BASE - share * (BASE - TOP)


def _bars(draw: _Drawing, week: Week) -> list[Box]:
    asked, audited = week.asked / week.calls, week.audited / week.calls
    x, width = draw.x(week.begins) + GAP, draw.step - 2 * GAP
    pieces = [box("right", x, draw.y(asked), width, BASE - draw.y(asked))] if asked else []
    if audited:
        top = draw.y(asked + audited)
        pieces.append(box("held", x + 0.5, top, width - 1, draw.y(asked) - top))
    return pieces


def _line(draw: _Drawing, place: int, mark: Mark) -> Path:
    x = draw.x(mark.at)
    layer = {What.EPOCH: "draft-cut", What.PROMOTION: "live-cut", What.ROLLBACK: "limit"}[mark.what]
    return line(layer, [(x, _row_of(place) + 3), (x, BASE)])


def _names(draw: _Drawing, marks: Sequence[Mark]) -> list[Text]:
    """In three rows, so that marks close by do not lie on each other."""
    found = []
    for place, mark in list(enumerate(marks))[-LABELLED:]:
        x = draw.x(mark.at)
        anchor = "end" if x > (LEFT + RIGHT) / 2 else "start"
        found.append(text(x, _row_of(place), _name(mark), anchor=anchor, layer="of-cut"))
    return found


def _row_of(place: int) -> float:
    return 10.0 + 14 * (place % 3)


def _name(mark: Mark) -> str:
    match mark.what:
        case What.EPOCH:
            return _("epoch %(n)s") % {"n": mark.number}
        case What.PROMOTION if mark.cut is not None:
            return _("loosened to %(cut)s") % {"cut": number(mark.cut)}
        case What.PROMOTION:
            return _("loosened")
        case _:
            return _("tightened by itself")


def _axis(draw: _Drawing, weeks: Sequence[Week]) -> list[Text]:
    every = max(1, ceil(APART / draw.step))
    places = [draw.first + A_WEEK * place for place in range(0, draw.count, every)]
    dates = [text(draw.x(at) + draw.step / 2, BASE + 17, date_format(at, "j M")) for at in places]
    return dates + [text(LEFT - 6, draw.y(share) + 4, percent(share), anchor="end") for share in (0.0, 0.5, 1.0)]


def _says(weeks: Sequence[Week]) -> str:
    last, first = weeks[-1], weeks[0]
    values = {"last": percent(last.asked / last.calls), "first": percent(first.asked / first.calls)}
    values |= {"day": date_format(last.begins, "j M"), "since": date_format(first.begins, "j M")}
    values["audited"] = percent(last.audited / last.calls)
    if len(weeks) == 1:
        return _("In the week of %(day)s %(last)s of calls were asked about, and %(audited)s audited.") % values
    said = _(
        "In the week of %(day)s %(last)s of calls were asked about, and %(audited)s audited; in the week of %(since)s "
        "%(first)s were asked about."
    )
    return said % values


def _row(week: Week, marks: Sequence[Mark]) -> tuple[str, ...]:
    ends = week.begins + A_WEEK
    happened = ", ".join(_name(mark) for mark in marks if week.begins <= mark.at < ends)
    proven = (
        _("none")
        if week.limit is None
        else _("%(limit)s of 100, %(cut)s")
        % {
            "limit": f"{week.limit * 100:g}",
            "cut": number(week.proven) or _("nothing"),
        }
    )
    return (
        date_format(week.begins, "j M"),
        percent(week.asked / week.calls),
        percent(week.audited / week.calls),
        f"{week.calls:,}",
        proven,
        happened,
    )

"""Who checks the checkers: how many planted mistakes reviewers caught, and how much stricter the limit is for it."""

from django.utils.translation import gettext as _

from approvals.learning.calibrating.terms import SEEDS_NEEDED, Terms
from console.pages.thresholds.presenting.pictures.picture import HALF, HALF_RIGHT, LEFT, Picture, box, line, text
from console.pages.thresholds.presenting.wording import percent

BASE, HEIGHT, THICK = 74.0, 100, 14.0
FEWEST_SHOWN = 20
"""How many of fewer were caught is nobody's to see (CALIBRATION section 4)."""


def checkers(terms: Terms) -> Picture:
    """Draw the limit beside what it is tested as; measured where enough mistakes were planted, else assumed."""
    unit = (HALF_RIGHT - LEFT) / terms.limit
    rows = (("right", terms.limit, _("your limit")), ("solid", terms.tested, _("tested as")))
    return Picture(
        says=_says(terms),
        height=HEIGHT,
        width=HALF,
        lines=(line("ground", [(LEFT, BASE), (HALF_RIGHT, BASE)]),),
        boxes=tuple(
            box(layer, LEFT, 22 + 28 * place, unit * share, THICK) for place, (layer, share, _said) in enumerate(rows)
        ),
        texts=(
            *(
                text(LEFT, 18 + 28 * place, f"{said} {_of_hundred(share)}", anchor="start", layer="of-cut")
                for place, (_layer, share, said) in enumerate(rows)
            ),
            text(LEFT, BASE + 17, "0"),
            text(HALF_RIGHT, BASE + 17, _of_hundred(terms.limit)),
        ),
        columns=(_("What"), _("How much")),
        rows=(
            (_("Planted mistakes"), str(terms.planted.seeds)),
            (_("Caught"), _caught(terms)),
            (_("Mistakes that reviewers miss, at most"), percent(terms.most_missed)),
            (_("Your limit, of 100 runs"), _of_hundred(terms.limit)),
            (_("Tested as, of 100 runs"), _of_hundred(terms.tested)),
        ),
    )


def _caught(terms: Terms) -> str:
    """Of a handful anybody could tell who it was."""
    if terms.planted.seeds < FEWEST_SHOWN:
        return _("not shown under %(n)s") % {"n": FEWEST_SHOWN}
    return str(terms.planted.seeds - terms.planted.missed)


def _of_hundred(share: float) -> str:
    return f"{share * 100:.2f}".rstrip("0").rstrip(".")


def _says(terms: Terms) -> str:
    values = {"limit": _of_hundred(terms.limit), "tested": _of_hundred(terms.tested)}
    if terms.assumed is None:
        said = _("%(caught)s of %(n)s planted mistakes caught; so %(limit)s of 100 is tested as %(tested)s.")
        return said % {**values, "n": terms.planted.seeds, "caught": terms.planted.seeds - terms.planted.missed}
    said = _(
        "%(n)s of the %(needed)s planted mistakes that a measurement needs: an admin assumes that reviewers miss "
        "%(missed)s, so %(limit)s of 100 is tested as %(tested)s."
    )
    return said % {**values, "n": terms.planted.seeds, "needed": SEEDS_NEEDED, "missed": percent(terms.assumed)}

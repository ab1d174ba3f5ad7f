"""What may stand behind a word of a filter: one of some values, a name with stars, a moment, the start of a key."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from console.pages.presenting.revealing import plain
from console.pages.runs.filter import moments
from console.pages.runs.filter.grammar import Check, Narrow

LONGEST_NAME = 100
MOST_STARS = 4
SHORTEST_KEY = 4


def one_of(values: Iterable[str]) -> Check:
    """One of these and nothing else."""
    known = [str(value) for value in values]

    def check(value: str) -> str:
        said = _("“%(value)s” cannot stand there. There are: %(known)s.")
        return "" if value in known else said % {"value": plain(value, limit=60), "known": ", ".join(known)}

    return check


def check_name(value: str) -> str:
    """A name in which `*` stands for anything."""
    if len(value) > LONGEST_NAME:
        return _("A name has at most %(n)s characters.") % {"n": LONGEST_NAME}
    if value.count("*") > MOST_STARS:
        return _("A name has at most %(n)s stars.") % {"n": MOST_STARS}
    return ""


def check_text(value: str) -> str:
    """Any words, up to a length."""
    return "" if len(value) <= LONGEST_NAME else _("A text has at most %(n)s characters.") % {"n": LONGEST_NAME}


def is_key(value: str) -> bool:
    """Whether this can be the start of an opaque key."""
    return SHORTEST_KEY <= len(value) <= 36 and bool(_digits(value))


def check_moment(value: str) -> str:
    """A time span back from now, or a date."""
    if moments.is_moment(value):
        return ""
    said = _("“%(value)s” is no time. Write 30m, 2h, 7d, 2w or 2026-11-20 or 2026-11-20T14:00.")
    return said % {"value": plain(value, limit=60)}


def check_key(value: str) -> str:
    """The first digits of an opaque key."""
    if is_key(value):
        return ""
    return _("“%(value)s” is not the start of an id: at least %(n)s digits 0–9, a–f.") % {
        "value": plain(value, limit=60),
        "n": SHORTEST_KEY,
    }


def names(column: str) -> Narrow:
    """Rows whose column is one of these names; stars stand for anything."""
    return lambda values, _now: named(column, values)


def named(column: str, values: Sequence[str]) -> Q:
    """The condition that a column is one of these names."""
    return reduce(or_, (_named(column, value) for value in values))


def exactly(column: str) -> Narrow:
    """Rows whose column is one of the values."""
    return lambda values, _now: Q(**{f"{column}__in": list(values)})


def since(column: str) -> Narrow:
    """Rows not before a moment."""
    return lambda values, now: Q(**{f"{column}__gte": moments.moment(values[0], now=now)})


def until(column: str) -> Narrow:
    """Rows before a moment."""
    return lambda values, now: Q(**{f"{column}__lt": moments.moment(values[0], now=now)})


def keys(column: str) -> Narrow:
    """Rows whose key begins with one of these digits: a range, so that the index of the keys serves it."""

    def narrow(values: Sequence[str], _now: datetime) -> Q:
        ranges = (_range(value) for value in values)
        return reduce(or_, (Q(**{f"{column}__gte": low, f"{column}__lte": high}) for low, high in ranges))

    return narrow


def _named(column: str, value: str) -> Q:
    if "*" not in value:
        return Q(**{column: value})
    head, *rest = value.split("*")
    if rest == [""]:
        return Q(**{f"{column}__startswith": head})
    pattern = ".*".join(re.sub(r"(\W)", r"\\\1", part) for part in (head, *rest))
    return Q(**{f"{column}__regex": f"^{pattern}$"})


def _range(value: str) -> tuple[UUID, UUID]:
    digits = _digits(value)
    return UUID(digits.ljust(32, "0")), UUID(digits.ljust(32, "f"))


def _digits(value: str) -> str:
    """The digits of a key without its dashes; empty when something else is among them."""
    digits = value.lower().replace("-", "")
    return digits if re.fullmatch(r"[0-9a-f]{1,32}", digits) else ""

"""Counting to a bound, and what an empty list would hold without one of its terms."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet, Value
from django.utils.translation import gettext as _

from console.pages.presenting.revealing import plain
from console.pages.runs.filter.grammar import Filter

COUNTED = 1_000
"""Counting stops here: past it a page says `1,000+`, whatever there is."""


def lacking(found: Filter, rows: Callable[[Filter], QuerySet[Any]]) -> list[int]:
    """How many rows there would be without each term in turn, counted to the bound, in one query."""
    parts = [
        rows(found.without(term)).order_by().values_list(Value(place))[:COUNTED]
        for place, term in enumerate(found.terms)
    ]
    if not parts:
        return []
    counted = Counter(place for (place,) in parts[0].union(*parts[1:], all=True))
    return [counted[place] for place in range(len(parts))]


def sentence(found: Filter, counts: Sequence[int]) -> str:
    """What `lacking` found, in words; empty when no term alone is to blame."""
    hits = [(term.text, count) for term, count in zip(found.terms, counts, strict=False) if count]
    return " ".join(
        _("%(n)s without %(term)s.") % {"n": bounded(count), "term": plain(term, limit=80)} for term, count in hits
    )


def bounded(count: int) -> str:
    """A number that was counted to the bound."""
    return f"{COUNTED:,}+" if count >= COUNTED else f"{count:,}"

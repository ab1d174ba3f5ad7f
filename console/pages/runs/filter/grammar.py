"""Cut a filter into terms, each a known word with a value it can take, or say in a sentence what is wrong.

Text without a word before it is a term of the word `BARE`, where the filter has one.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from console.pages.presenting.revealing import plain

LONGEST = 500
MOST_TERMS = 12
BARE = ""
"""The word of what was typed without one."""

_TOKEN = re.compile(r'(?:[^\s"]|"[^"]*"?)+')

Check = Callable[[str], str]
"""Says what is wrong with a value, in a sentence; empty when nothing is."""
Narrow = Callable[[Sequence[str], datetime], Q]
"""The rows that have any of the values, as seen at a moment."""


class Word(NamedTuple):
    """One word of a filter."""

    check: Check
    narrow: Narrow
    says: Promise | str
    """What it narrows to, with an example, for the help below the field."""
    is_once: bool = False
    """Two of them would contradict each other."""


class Term(NamedTuple):
    """A word with one value."""

    word: str
    value: str

    @property
    def text(self) -> str:
        """As it is typed."""
        if self.word == BARE:
            return f'"{self.value}"' if re.search(r"[\s:]", self.value) else self.value
        return f'{self.word}:"{self.value}"' if re.search(r"\s", self.value) else f"{self.word}:{self.value}"


@dataclass(frozen=True)
class Filter:
    """What was typed: the terms that were understood, and what was not."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    wrong: tuple[str, ...] = ()
    """Sentences; while there is one, nothing is shown."""

    def without(self, term: Term) -> "Filter":
        """The same without one term."""
        return of_terms(tuple(other for other in self.terms if other != term))

    def within(self, *terms: Term) -> "Filter":
        """The same with these terms in the place of others of their words."""
        words = {term.word for term in terms}
        return of_terms((*(term for term in self.terms if term.word not in words), *terms))


def of_terms(terms: tuple[Term, ...]) -> Filter:
    """A filter of terms that are known to be good."""
    return Filter(" ".join(term.text for term in terms), terms)


def read(text: str, words: Mapping[str, Word]) -> Filter:
    """Read a filter; what is typed twice counts once."""
    typed = text.replace("\0", "").strip()
    if len(typed) > LONGEST:
        return Filter(typed[:LONGEST], wrong=(_("A filter has at most %(n)s characters.") % {"n": LONGEST},))
    tokens = list(dict.fromkeys(_TOKEN.findall(typed)))
    if len(tokens) > MOST_TERMS:
        return Filter(typed, wrong=(_("A filter has at most %(n)s terms.") % {"n": MOST_TERMS},))
    terms = tuple(_term(token) for token in tokens)
    wrong = [sentence for term in terms if (sentence := _wrong(term, words))]
    return Filter(typed, terms, (*wrong, *_doubled(terms, words)))


def narrowed(found: Filter, words: Mapping[str, Word], *, now: datetime) -> Q:
    """The condition of a filter without mistakes: different words narrow, the same word twice widens.

    Only of what has no word before it each part narrows, as whoever types two words into a search expects.
    """
    condition = Q()
    for name, terms in groupby(sorted(found.terms, key=lambda term: term.word), key=lambda term: term.word):
        condition &= words[name].narrow([term.value for term in terms], now)
    return condition


def _term(token: str) -> Term:
    word, colon, value = token.partition(":")
    is_bare = not colon or token.startswith('"')
    return Term(BARE, token.replace('"', "")) if is_bare else Term(word, value.replace('"', ""))


def _wrong(term: Term, words: Mapping[str, Word]) -> str:
    if term.word not in words:
        return _unknown(term, words)
    if not term.value and term.word == BARE:
        return _("“” holds nothing to look for.")
    if not term.value:
        return _("“%(word)s:” needs a value behind it.") % {"word": term.word}
    return words[term.word].check(term.value)


def _unknown(term: Term, words: Mapping[str, Word]) -> str:
    known = ", ".join(word for word in words if word != BARE)
    if term.word:
        said = _("“%(word)s” is no word of this filter. There are: %(known)s.")
        return said % {"word": plain(term.word, limit=60), "known": known}
    said = _("“%(value)s” needs one of these words and a colon before it: %(known)s.")
    return said % {"value": plain(term.value, limit=60), "known": known}


def _doubled(terms: tuple[Term, ...], words: Mapping[str, Word]) -> list[str]:
    once = [term.word for term in terms if term.word in words and words[term.word].is_once]
    doubled = sorted({word for word in once if once.count(word) > 1})
    return [_("“%(word)s” can stand here only once.") % {"word": word} for word in doubled]

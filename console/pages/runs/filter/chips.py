"""A filter shown again: its terms as chips that can be taken away, and some that can be added."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from console.pages.presenting.revealing import plain
from console.pages.runs.filter.grammar import BARE, Filter, Term, Word, read


@dataclass(frozen=True)
class Chip:
    """A term and where it leads to."""

    text: str
    """As typed, from whoever followed or wrote the address: shown as text."""
    href: str
    said: str
    """What following it does, for those who listen."""


@dataclass(frozen=True)
class Sought:
    """The filter as the page shows it."""

    text: str
    chips: tuple[Chip, ...]
    offers: tuple[Chip, ...]
    wrong: tuple[str, ...]
    help: tuple[tuple[str, str], ...]
    """Each word with what it narrows to."""
    bare: str
    """What is sought by text without a word; empty where it cannot be."""


def sought(found: Filter, words: Mapping[str, Word], *, offers: Iterable[str]) -> Sought:
    """Write a filter; offers it holds already, or that would contradict it, are left out."""
    if found.wrong:
        return Sought(found.text, (), (), found.wrong, _help(words), _bare(words))
    held = {term.word for term in found.terms if words[term.word].is_once}
    free = (term for text in offers for term in read(text, words).terms)
    return Sought(
        text=found.text,
        chips=tuple(_taken(found, term) for term in found.terms),
        offers=tuple(_offered(found, term) for term in free if term not in found.terms and term.word not in held),
        wrong=(),
        help=_help(words),
        bare=_bare(words),
    )


def address(found: Filter, **more: str) -> str:
    """The query of an address that holds this filter."""
    query = {"q": found.text} if found.text else {}
    return "?" + urlencode(query | {name: value for name, value in more.items() if value})


def _taken(found: Filter, term: Term) -> Chip:
    said = _("Take away %(term)s") % {"term": plain(term.text, limit=80)}
    return Chip(term.text, address(found.without(term)), said)


def _offered(found: Filter, term: Term) -> Chip:
    said = _("Show only %(term)s") % {"term": term.text}
    return Chip(term.text, address(found.within(term)), said)


def _help(words: Mapping[str, Word]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(word.says)) for name, word in words.items() if name != BARE)


def _bare(words: Mapping[str, Word]) -> str:
    return str(words[BARE].says) if BARE in words else ""

"""Everything said and returned in a run so far, ready to be asked who said a value first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from approvals.domain.redaction import has_hidden
from approvals.domain.tool import ArgumentSource
from approvals.gating.grounding.words import number_of, spellings, words, words_of_source

VALUE_LIMIT = 4_000
"""Most characters of a value that is looked for; a longer text counts as the agent's own."""

NUMBER_LIMIT = 2**53
"""Numbers beyond are not exact, so they are seen nowhere; nor is NaN."""

_TRUST: tuple[ArgumentSource, ...] = ("user", "tool", "policy", "untrusted_tool")
_ODD_LETTERS = frozenset("\u212a\u212b\u0130")
"""Letters whose lower case is another letter's: the Kelvin and Angstrom signs, the dotted capital I."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was in the conversation before the action: who it came from, and how that one is called."""

    kind: Literal["user", "tool", "untrusted_tool", "policy"]
    name: str
    text: str


class _Shelved(NamedTuple):
    name: str
    words: frozenset[str]
    row: str
    """All words in order, each with a space before and after, to find several in a row."""


class Index:
    """The sources of one run. Adding reads a text once; looking a value up does not read the texts again."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources: dict[ArgumentSource, list[_Shelved]] = {kind: [] for kind in _TRUST}
        for source in sources:
            self.add(source)

    def add(self, source: Source) -> None:
        """Take one more text in; earlier ones of the same kind are named first when both hold a value."""
        found = words_of_source(source.text)
        self._sources[source.kind].append(_Shelved(source.name, frozenset(found), f" {' '.join(found)} "))

    def find(self, value: Any, kinds: Iterable[ArgumentSource] = _TRUST) -> tuple[ArgumentSource, str] | None:
        """The most trusted source that holds a text or a number, and its name; None when no source does."""
        rows = list(_rows(value))
        if not rows:
            return None
        for kind in kinds:
            for source in self._sources[kind]:
                if any(_holds(source, row) for row in rows):
                    return kind, source.name
        return None


def _rows(value: Any) -> Iterator[list[str]]:
    """The rows of words that would show that a value was seen; none for what cannot be seen at all."""
    if isinstance(value, str):
        if len(value) > VALUE_LIMIT or has_hidden(value) or not _ODD_LETTERS.isdisjoint(value):
            return
        row = words(value)
        if row:
            yield row
        number = number_of(row[0]) if len(row) == 1 else None
        if number is not None:
            yield from ([spelling] for spelling in spellings(number))
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= NUMBER_LIMIT:
        yield from ([spelling] for spelling in spellings(Decimal(repr(value))))


def _holds(source: _Shelved, row: list[str]) -> bool:
    if not all(word in source.words for word in row):
        return False
    return len(row) == 1 or f" {' '.join(row)} " in source.row

"""Everything said and returned in a run so far, ready to be asked who said a value first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal, NamedTuple

from approvals.domain.redaction import has_hidden
from approvals.domain.tool import ArgumentSource
from approvals.gating.grounding import results
from approvals.gating.grounding.addresses import addresses, core, is_address, typed_addresses
from approvals.gating.grounding.dates import Day, day_of, days, is_named
from approvals.gating.grounding.words import number_of, spellings, words, words_of_source

VALUE_LIMIT = 4_000
"""Most characters of a value that is looked for; a longer text counts as the agent's own."""

NUMBER_LIMIT = 2**53
"""Numbers beyond are not exact, so they are seen nowhere; nor is NaN."""

EARLIER = "an earlier call of this run"

_TRUST: tuple[ArgumentSource, ...] = ("user", "tool", "policy", "referred", "untrusted_tool")
_ODD_LETTERS = frozenset("\u212a\u212b\u0130")
"""Letters whose lower case is another letter's: the Kelvin and Angstrom signs, the dotted capital I."""

_SIGNS = re.compile(r"[%*$~|;!`\\<>]|^[/.-]")
"""Signs that steer where words are compared without them: a value with one has to be there letter by letter."""

Place = tuple[ArgumentSource, str]
"""How far a value is trusted, and where it was seen."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that was in the conversation before the action: who it came from, and how that one is called.

    What an untrusted tool returned is trusted as far as its structure goes: a field of its own was put there by the
    tool, a text inside of it was written by anybody.
    """

    kind: Literal["user", "tool", "untrusted_tool", "policy"]
    name: str
    text: str
    is_structured: bool = True
    """False for a text of the tool's own making, whatever it looks like: it has no fields."""
    echoed: frozenset[str] = frozenset()
    """What the agent itself had put into the call (`results.folded`): said again, it is still the agent's."""
    is_read: bool = True
    """False for what a write answered that went through the gate: what it says again has become so."""
    is_outside: bool = False
    """Fetched from outside, so that it keeps no record of anything of ours."""


class Record(NamedTuple):
    """What one call of a tool returned, taken apart, and what the call was given."""

    value: Any
    echoed: frozenset[str]
    is_read: bool = True

    @property
    def doubted(self) -> frozenset[str]:
        """Values that are in it because the agent had put them there."""
        return self.echoed if self.is_read else frozenset()


class _Shelved:
    """A source that is read as far as it is asked."""

    def __init__(self, source: Source) -> None:
        self.name, self.text, self.is_typed = source.name, source.text, source.kind == "user"
        self._is_structured, self.echoed = source.is_structured, source.echoed
        self._is_read = source.is_read
        found = words_of_source(source.text)
        self.words = frozenset(found)
        self.row = f" {' '.join(found)} "
        """All words in order, each with a space before and after, to find several in a row."""

    @cached_property
    def addresses(self) -> frozenset[str]:
        found = typed_addresses(self.text) if self.is_typed else addresses(self.text)
        return frozenset(map(core, found))

    @cached_property
    def days(self) -> frozenset[Day]:
        return frozenset(days(self.text))

    @cached_property
    def _result(self) -> Any:
        return results.read(self.text) if self._is_structured else self.text

    @property
    def record(self) -> Record:
        return Record(results.record(self.text) if self._is_structured else self.text, self.echoed, self._is_read)

    @cached_property
    def fields(self) -> frozenset[str]:
        found = frozenset(results.fields_of(self._result)) - self.echoed
        return found | {core(field) for field in found if is_address(field)}

    @cached_property
    def entries(self) -> list[results.Entry]:
        return results.entries_of(self._result)

    @cached_property
    def texts(self) -> list[list["_Shelved"]]:
        """The texts of each entry, those that are no fields as well."""
        found = self._result if isinstance(self._result, list) else [self._result]
        told = [results.texts_of(entry) for entry in found[:1_000] if isinstance(entry, dict)]
        return [[_Shelved(Source(kind="untrusted_tool", name="", text=text)) for text in texts] for texts in told]


class Index:
    """The sources of one run. A text is read once; looking a value up does not read the texts again."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self._sources: dict[str, list[_Shelved]] = {"user": [], "tool": [], "policy": [], "untrusted_tool": []}
        self._passed: set[str] = set()
        self._naming: dict[tuple[int, int], list[bool]] = {}
        self._returned: list[_Shelved] = []
        for source in sources:
            self.add(source)

    def add(self, source: Source) -> None:
        """Take one more text in; earlier ones of the same kind are named first when both hold a value."""
        shelved = _Shelved(source)
        self._sources[source.kind].append(shelved)
        if source.kind in ("tool", "untrusted_tool") and not source.is_outside:
            self._returned.append(shelved)

    def pass_on(self, marks: Iterable[str]) -> None:
        """Take in what steered an earlier call that went through the gate (`roles.marks`)."""
        self._passed.update(marks)

    def records(self) -> list[Record]:
        """What tools have returned, oldest first, as far as they keep records; texts stay texts."""
        return [source.record for source in self._returned]

    def user_texts(self) -> tuple[str, ...]:
        """What the user has said, oldest first."""
        return tuple(source.text for source in self._sources["user"])

    def user_words(self) -> frozenset[str]:
        """Every word the user has said."""
        return frozenset().union(*(source.words for source in self._sources["user"]))

    def find(self, value: Any, kinds: Iterable[ArgumentSource] = _TRUST) -> Place | None:
        """The most trusted place that holds a text or a number; None when no source does."""
        wanted = _Wanted(value)
        if not wanted.rows:
            return None
        return next((place for kind in kinds if (place := self._find(wanted, kind)) is not None), None)

    def _find(self, wanted: "_Wanted", kind: ArgumentSource) -> Place | None:
        if kind == "referred":
            named = (source for source in self._sources["untrusted_tool"] if self._is_referred(source, wanted))
        else:
            named = (source for source in self._sources[kind] if wanted.is_in(source))
        found = next((source.name for source in named), None)
        if found is None and kind == "tool":
            found = self._told(wanted)
        return None if found is None else (kind, found)

    def _told(self, wanted: "_Wanted") -> str | None:
        """Who keeps a value of an untrusted result: as a field, or in the one entry that the user pointed at."""
        for source in self._sources["untrusted_tool"]:
            if wanted.is_field_of(source) or (not wanted.is_address and self._is_referred(source, wanted, alone=True)):
                return source.name
        return EARLIER if wanted.mark in self._passed else None

    def _is_referred(self, source: _Shelved, wanted: "_Wanted", *, alone: bool = False) -> bool:
        """Whether the value stands in an entry with a field that the user named; `alone`: in the one that they chose.

        A choice is one of several entries: whoever writes the only one there is would be chosen by nobody.
        """
        if not wanted.is_in(source):
            return False
        named = self._named(source)
        if alone and (len(named) == 1 or sum(named) != 1):
            return False
        return any(
            is_named and any(map(wanted.is_in, texts)) for is_named, texts in zip(named, source.texts, strict=True)
        )

    def _named(self, source: _Shelved) -> list[bool]:
        """Which entries have a field that the user named; kept until the user says more."""
        key = (id(source), len(self._sources["user"]))
        if key not in self._naming:
            self._naming[key] = [any(map(self._is_said, set(entry))) for entry in source.entries]
        return self._naming[key]

    def _is_said(self, field: str) -> bool:
        return results.is_name(field) and any(_holds(source, words(field)) for source in self._sources["user"])


class _Wanted:
    """A value that is looked for, in every way in which it can be written."""

    def __init__(self, value: Any) -> None:
        self.rows = list(_rows(value))
        text = value if isinstance(value, str) else ""
        self.is_address = is_address(text)
        self.mark = core(text)
        self._folded = results.folded(value)
        self._day = day_of(text)
        self._verbatim = text.strip().lower() if _SIGNS.search(text.strip()) else ""

    def is_in(self, source: _Shelved) -> bool:
        """Whether a text holds the value."""
        if self.is_address:
            return self.mark in source.addresses
        if self._verbatim:
            return self._verbatim in source.text.lower()
        if self._day is not None and is_named(self._day, source.days):
            return True
        return any(_holds(source, row) for row in self.rows)

    def is_field_of(self, source: _Shelved) -> bool:
        """Whether a result has the value as a field of its own."""
        if self._folded in source.fields or (self.is_address and self.mark in source.fields):
            return True
        if self.is_address or self._verbatim:
            return False
        return any(row[0] in source.fields for row in self.rows if len(row) == 1)


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

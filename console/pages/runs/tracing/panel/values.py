"""What the panel of a selected span shows."""

from dataclasses import dataclass

from console.pages.presenting.reasons import Part, Stop
from console.pages.presenting.words import Word
from console.pages.runs.tracing.telling.said import Said

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Note:
    """One thing that happened, in a box."""

    icon: str
    tone: str
    said: Said
    quote: str = ""
    """What somebody wrote about it."""


@dataclass(frozen=True)
class Text:
    """A text from outside below a heading."""

    heading: str
    text: str
    who: str
    is_code: bool = False
    left_out: str = ""
    """What is said when it was too long to be shown whole."""


@dataclass(frozen=True)
class Argument:
    """One value of a call; `was` is the proposed value where a person changed it, None where there was none."""

    path: str
    value: str | None
    was: str | None
    is_changed: bool


@dataclass(frozen=True)
class Arguments:
    """The values of a call, its canonical bytes and their digest."""

    heading: str
    lines: tuple[Argument, ...]
    payload: str
    sha256: str
    changed_by: str
    """Who changed the marked values; empty when nobody did."""


@dataclass(frozen=True)
class Gate:
    """One verdict: the answer, every reason, the score with its parts."""

    answer: Word
    tone: str
    at: str
    stops: tuple[Stop, ...]
    score: str
    parts: tuple[Part, ...]
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fact:
    """A labelled value that may come from outside, or lead somewhere."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True)
class Panel:
    """Everything of one span."""

    kind: str
    at: str
    name: str
    is_code: bool
    notes: tuple[Note, ...] = ()
    arguments: Arguments | None = None
    texts: tuple[Text, ...] = ()
    gates: tuple[Gate, ...] = ()
    facts: tuple[Fact, ...] = ()
    raw: tuple[tuple[str, str], ...] = ()

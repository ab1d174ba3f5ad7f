"""A targeted question: its options side by side, in a stable order, with nothing chosen beforehand."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.domain.evidence import Evidence, Option
from approvals.domain.evidence import Question as Asked
from console.pages.presenting.editing.controls import named

LETTERS = "ABCDEFGHI"
NONE = "none"
"""What is sent for "none of these"; an option is sent as its place, so that only what was offered can be chosen."""


@dataclass(frozen=True)
class Cell:
    """One fact about one option; None where nothing is known."""

    text: str | None
    is_odd: bool


@dataclass(frozen=True)
class Offer:
    """One option as a column; `label` is untrusted when the agent wrote it."""

    place: int
    letter: str
    label: str
    is_guess: bool
    is_chosen: bool


@dataclass(frozen=True)
class Row:
    """One fact of all options; what follows the first column is in the order of the offers."""

    field: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Question:
    """The question as the page shows it."""

    text: str
    is_from_agent: bool
    offers: tuple[Offer, ...]
    rows: tuple[Row, ...]
    guess: str
    """The letter of what the agent would take, its value where it was not offered; empty when it has no guess."""
    read_from: str
    score: str
    is_none_chosen: bool
    about: str


def question(evidence: Evidence, *, chosen: str = "") -> Question | None:
    """Write the question of this evidence, if it has one; `chosen` is what was sent with a form that was refused."""
    asked = evidence.material.question
    if asked is None:
        return None
    fields = dict.fromkeys(fact.field for option in asked.options for fact in option.facts)
    return Question(
        text=asked.text,
        is_from_agent=asked.is_from_agent,
        offers=tuple(_offer(place, option, asked, chosen) for place, option in enumerate(asked.options, start=1)),
        rows=tuple(Row(field, tuple(_cell(option, field) for option in asked.options)) for field in fields),
        guess=_guess(asked),
        read_from=asked.read_from,
        score="" if evidence.score is None else f"{evidence.score:.2f}",
        is_none_chosen=chosen == NONE,
        about=_about(evidence, asked),
    )


def answer_of(evidence: Evidence, place: str, text: str) -> str | None:
    """What a form answers: the key of an option that was offered, else the person's words; None for another place."""
    asked = evidence.material.question
    if place in ("", NONE):
        return text
    options = asked.options if asked else ()
    at = int(place) - 1
    return options[at].key if 0 <= at < len(options) else None


def place_of(evidence: Evidence, answer: str) -> str:
    """The place of the option with this key; `none` for an answer in a person's own words."""
    asked = evidence.material.question
    options = asked.options if asked else ()
    return next((str(place) for place, option in enumerate(options, start=1) if option.key == answer), NONE)


def _offer(place: int, option: Option, asked: Asked, chosen: str) -> Offer:
    letter = LETTERS[place - 1] if place <= len(LETTERS) else str(place)
    return Offer(place, letter, option.label, option.key == asked.guess != "", chosen == str(place))


def _cell(option: Option, field: str) -> Cell:
    found = next((fact for fact in option.facts if fact.field == field), None)
    return Cell(found.value, found.is_odd) if found else Cell(None, is_odd=False)


def _guess(asked: Asked) -> str:
    if not asked.guess:
        return ""
    places = (place for place, option in enumerate(asked.options) if option.key == asked.guess)
    place = next(places, None)
    return asked.guess if place is None else LETTERS[place] if place < len(LETTERS) else str(place + 1)


def _about(evidence: Evidence, asked: Asked) -> str:
    """What the server's own question is about, in words of the console."""
    return "" if asked.is_from_agent else _("%(argument)s of this call") % {"argument": named(asked.argument)}

"""What the customer said yes to, set beside the call: a fact of the conversation that no word of the agent can settle.

Agents ask before they write. The last question that was put to the customer, and the customer's own answer, are in the
frozen conversation; a value of the call that stands in neither is said on the page. Nothing is said where there was no
such question or no such answer, and what the agent writes after the answer counts for nothing. Pure.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from approvals.domain.evidence import Check, Message, Preview
from approvals.domain.gate import leaves
from approvals.domain.tool import ToolCard
from approvals.gating.grounding.index import Index, Source
from approvals.gating.grounding.schema import is_fixed
from approvals.gating.grounding.words import words_of_source

MOST = 3
"""Values that one sentence names; the rest is counted."""
LONGEST = 60
"""Characters of a value that a sentence shows."""
SHORTEST_CODE = 4
"""More digits in a row than these are a code, by their number; fewer are an amount."""
LONGEST_PLACE = 12
"""More words than these are a text, which nobody repeats in a question."""

_YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|sure|okay|ok|confirmed|confirm|absolutely|certainly|definitely|go ahead|proceed|"
    r"(?:that|it) (?:is|looks) (?:right|correct|good|fine)|that['’]s (?:right|correct|fine)|sounds (?:good|perfect))\b",
    re.IGNORECASE,
)
_NO = re.compile(r"^\W*(?:no|nope|don['’]t|do not|stop|wait|not)\b", re.IGNORECASE)
_READ = 200
"""Characters of an answer in which its yes has to stand; a later one may be about something else."""


@dataclass(frozen=True)
class Asked:
    """A question that the customer answered with a yes, and that answer."""

    question: str
    answer: str


def asked(conversation: Sequence[Message]) -> Asked | None:
    """The question behind the customer's last words, when these are a yes to it; None in every other case."""
    last = next((at for at in reversed(range(len(conversation))) if conversation[at].role == "customer"), None)
    if last is None:
        return None
    answer, said = conversation[last].text, []
    for message in reversed(conversation[:last]):
        if message.role == "customer":
            break
        said.append(message.text)
    question = "\n".join(reversed(said))
    is_yes = bool(_YES.search(answer[:_READ])) and not _NO.search(answer)
    return Asked(question, answer) if is_yes and "?" in question else None


def checked(preview: Preview, arguments: dict[str, Any], conversation: Sequence[Message], card: ToolCard) -> Preview:
    """A preview with that check behind the tool's own."""
    return preview.model_copy(update={"checks": (*preview.checks, *compare(arguments, conversation, card.parameters))})


def compare(
    arguments: dict[str, Any], conversation: Sequence[Message], schema: dict[str, Any] | None = None
) -> tuple[Check, ...]:
    """How the call stands to what the customer said yes to: at most one check, none without such a question.

    Fails for a value that is in neither question nor answer while another of its form is that the call does not have,
    and for an address or the like that the customer never wrote. Any other value that is not there is said to be open:
    people do not speak in identifiers, and a question may name a thing by its colour.
    """
    found = asked(conversation)
    if found is None:
        return ()
    put = Index([Source("user", "", found.question), Source("user", "", found.answer)])
    before = Index(Source("user", "", message.text) for message in conversation if message.role == "customer")
    rows = [(path, value) for path, value in leaves(arguments) if _is_told(value) and not is_fixed(schema, path, value)]
    absent = [(path, value) for path, value in rows if put.find(value) is None and put.find(_number(value)) is None]
    forms = _forms(found, without=arguments)
    unsaid = [(path, value) for path, value in absent if before.find(value) is None]
    other = [
        (path, value)
        for path, value in absent
        if _instead(value, forms) or (_is_place(value) and (path, value) in unsaid)
    ]
    if other:
        return (_check(_differs(other, forms)),)
    if unsaid:
        return (
            _check(
                f"Not in the question the customer said yes to, at least not as written: {_told(unsaid)}", is_open=True
            ),
        )
    return (_check("Every value of the call is in what the customer said yes to", passed=True),) if rows else ()


def _check(sentence: str, *, passed: bool = False, is_open: bool = False) -> Check:
    return Check(sentence=sentence, passed=passed, is_open=is_open, source="conversation")


def _is_told(value: Any) -> bool:
    return value is not None and value != "" and not isinstance(value, bool)


def _number(value: Any) -> str:
    """The number an identifier ends in: `paypal_7664977` is also the account that ends in 7664977."""
    found = re.search(r"_(\d{4,})$", value) if isinstance(value, str) else None
    return found[1] if found else ""


def _forms(found: Asked, *, without: dict[str, Any]) -> dict[str, list[str]]:
    """The words with digits that were put to the customer, by their form; without those that the call has too."""
    own = {word for _, value in leaves(without) for word in words_of_source(str(value))}
    forms: dict[str, list[str]] = {}
    for word in dict.fromkeys(words_of_source(f"{found.question}\n{found.answer}")):
        if any(letter.isdigit() for letter in word) and word not in own:
            forms.setdefault(_form(word), []).append(word)
    return forms


def _form(word: str) -> str:
    """What kind of word it is: `w2378156` and `w100` are alike, `card_12` and `paypal_3`, `40.88` and `1,200`."""
    if re.fullmatch(r"-?[\d.,]+", word):
        digits = sum(letter.isdigit() for letter in word)
        return f"code of {digits}" if digits == len(word) and digits > SHORTEST_CODE else "amount"
    return re.sub(r"\d+", "9", re.sub(r"(?:[^\W\d_]+_)+", "name_", word))


def _instead(value: Any, forms: dict[str, list[str]]) -> list[str]:
    """What of the same form was put to the customer where this value was not."""
    row = words_of_source(str(value))
    is_word = len(row) == 1 and any(letter.isdigit() for letter in row[0])
    return forms.get(_form(row[0]), []) if is_word else []


def _is_place(value: Any) -> bool:
    """Whether it is written in words and digits, as an address is, so that a question would have had the same words."""
    row = words_of_source(str(value))
    return 1 < len(row) <= LONGEST_PLACE and any(letter.isdigit() for letter in str(value))


def _differs(other: Sequence[tuple[str, Any]], forms: dict[str, list[str]]) -> str:
    instead = dict.fromkeys(word for _, value in other for word in _instead(value, forms))
    named = f". It names {_list(instead)}" if instead else ""
    return f"Differs from what the customer confirmed. Not in the question they said yes to: {_told(other)}{named}"


def _told(rows: Sequence[tuple[str, Any]]) -> str:
    return _list(f"{_named(path)} {str(value)[:LONGEST]}" for path, value in rows)


def _named(path: str) -> str:
    """An argument in words: `new_item_ids.0` is one of the new item ids."""
    return re.sub(r"\.\d+", "", path).replace("_", " ")


def _list(texts: Iterable[str]) -> str:
    every = list(texts)
    more = f" and {len(every) - MOST} more" if len(every) > MOST else ""
    return ", ".join(every[:MOST]) + more

"""What the controls of an edit send, parsed strictly into the arguments of a call."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.domain.evidence import Evidence
from approvals.gating.schema import Unusable, check, misfits
from console.pages.presenting.editing.controls import ABSENT, Control, Spec, specs
from console.pages.presenting.editing.sentences import sentence

LONGEST = 20_000
"""Most characters one control may send."""
LONGEST_NUMBER = 40


@dataclass(frozen=True)
class Entered:
    """What somebody entered: the raw texts, the arguments they make, and a sentence for each that makes none."""

    texts: Mapping[str, str]
    arguments: dict[str, Any]
    problems: dict[str, str]
    """By the key of the control; the empty key is about the whole."""


class Unreadable(ValueError):
    """This text is no value for its control; the message says why."""


def can_edit(evidence: Evidence) -> bool:
    """Whether there is something to edit and a schema that can say what fits."""
    try:
        check(evidence.tool.parameters)
        known = specs(evidence)
        _misfits(evidence, known, evidence.arguments)
    except Unusable:
        return False
    return evidence.tool.known and bool(known)


def read(evidence: Evidence, sent: Mapping[str, str]) -> Entered:
    """Parse what was sent. An untouched control gives back exactly what was proposed, whatever its text can hold."""
    arguments: dict[str, Any] = {}
    problems: dict[str, str] = {}
    known = specs(evidence)
    texts = {spec.key: _lines(sent.get(spec.key, spec.text)) for spec in known}
    for spec in known:
        try:
            value = _value(spec, texts[spec.key])
        except Unreadable as reason:
            problems[spec.key] = str(reason)
            continue
        if value is not ABSENT:
            arguments[spec.name] = value
    try:
        return Entered(texts, arguments, problems or _misfits(evidence, known, arguments))
    except Unusable as error:
        return Entered(texts, arguments, {"": str(error)})


def placed(evidence: Evidence, problems: Mapping[str, str]) -> dict[str, str]:
    """Problems by the path of an argument as problems by the key of its control; the rest is about the whole."""
    known = specs(evidence)
    found: dict[str, str] = {}
    for path, said in problems.items():
        found.setdefault(_key_of(path, known), said)
    return found


def _value(spec: Spec, text: str) -> Any:
    if text == _lines(spec.text):
        return spec.proposed
    if len(text) > LONGEST:
        raise Unreadable(_("It can have at most %(n)s characters.") % {"n": LONGEST})
    if "\x00" in text:
        raise Unreadable(_("It holds a character that cannot be stored."))
    if not text.strip() and spec.control not in (Control.TEXT, Control.LONG, Control.LINES):
        return _nothing(spec)
    match spec.control:
        case Control.NUMBER:
            return _number(text, is_whole=spec.schema.get("type") == "integer")
        case Control.LINES:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case Control.JSON | Control.CHOICE:
            return parsed(text)
        case _:
            return _nothing(spec) if not text and spec.is_nullable else text


def _nothing(spec: Spec) -> Any:
    if spec.is_nullable:
        return None
    if spec.is_required:
        raise Unreadable(_("A value is missing."))
    return ABSENT


def _number(text: str, *, is_whole: bool) -> int | float:
    bare = text.strip()
    number = _as_number(bare) if len(bare) <= LONGEST_NUMBER and bare.isascii() else None
    if number is None or not math.isfinite(number) or (is_whole and not isinstance(number, int)):
        raise Unreadable(_("It has to be a whole number.") if is_whole else _("It has to be a number."))
    return number


def _as_number(bare: str) -> int | float | None:
    try:
        return int(bare) if bare.lstrip("+-").isdecimal() else float(bare)
    except ValueError:
        return None


def parsed(text: str) -> Any:
    """Read JSON; raises Unreadable with the place of the first thing that is wrong with it."""
    try:
        return json.loads(text, parse_constant=_refuse, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        where = {"line": error.lineno, "column": error.colno}
        raise Unreadable(_("This is not JSON: look at line %(line)s, column %(column)s.") % where) from error
    except (RecursionError, ValueError) as error:
        said = str(error) if isinstance(error, Unreadable) else _("This JSON cannot be read.")
        raise Unreadable(said) from error


def _refuse(word: str) -> Any:
    raise Unreadable(_("%(word)s is no number in JSON.") % {"word": word})


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each name stands once: of two values one would be lost without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Unreadable(_("A name stands twice in this JSON."))
    return found


def _misfits(evidence: Evidence, known: tuple[Spec, ...], arguments: dict[str, Any]) -> dict[str, str]:
    """What the schema says against the arguments; raises Unusable where it can say nothing."""
    problems: dict[str, str] = {}
    for error in misfits(evidence.tool.parameters, arguments):
        path = ".".join(map(str, error.absolute_path))
        if error.validator == "required" and not path:
            for name in error.validator_value:
                if name not in arguments:
                    problems.setdefault(_key_of(name, known), sentence(error))
        else:
            problems.setdefault(_key_of(path, known), sentence(error))
    return problems


def _key_of(path: str, known: tuple[Spec, ...]) -> str:
    return next((spec.key for spec in known if path == spec.name or path.startswith(f"{spec.name}.")), "")


def _lines(text: str) -> str:
    """A form sends every line end as CR LF."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

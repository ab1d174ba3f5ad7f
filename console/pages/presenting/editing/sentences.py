"""What is wrong with an edited value, in words for the person who entered it."""

import re
from typing import Any

from django.utils.translation import gettext as _
from jsonschema.exceptions import ValidationError

LONGEST = 200


def sentence(error: ValidationError) -> str:
    """One violation of the schema as a sentence; rules without words of their own keep the validator's."""
    rule, bound = str(error.validator), error.validator_value
    match rule:
        case "required":
            return _("A value is missing.")
        case "type":
            return _type(bound)
        case "enum":
            return _("It has to be one of: %(values)s.") % {"values": ", ".join(map(str, bound))[:LONGEST]}
        case "pattern":
            return _pattern(error)
        case "minLength" | "minItems" if bound == 1:
            return _("It must not be empty.")
        case "additionalProperties" | "unevaluatedProperties":
            return _("The tool knows no such argument.")
    template = _BOUNDS.get(rule)
    return str(template()) % {"n": bound} if template else error.message[:LONGEST]


def _pattern(error: ValidationError) -> str:
    """A form in words and by an example; what it says as a pattern is for programs."""
    said = in_words(str(error.validator_value))
    form = _("It has to be %(form)s.") % {"form": said} if said else _("It does not have the form this tool asks for.")
    example = _example(error.schema)
    return f"{form} {_('For example: %(example)s') % {'example': example}}" if example else form


def _example(schema: Any) -> str:
    found = schema.get("examples") if isinstance(schema, dict) else None
    return str(found[0])[:LONGEST] if isinstance(found, list) and found else ""


def in_words(pattern: str) -> str:
    """A simple pattern as words, such as `“#W”, then 7 digits`; empty for one that is not so simple."""
    if pattern in _LINES:
        return _("one line without control characters")
    rest, said = pattern.removeprefix("^").removesuffix("$"), []
    while rest:
        found = _PIECE.match(rest)
        if found is None:
            return ""
        said.append(_piece(found))
        rest = rest[found.end() :]
    return _(", then ").join(said)


_LINES = frozenset({r"^[^\x00-\x1f\x7f]*$", r"^[^\r\n]*$"})
_PIECE = re.compile(
    r"(?P<digits>\[0-9\]|\\d)(?:\{(?P<n>\d+)\}|(?P<more>\+))?|(?P<letters>\[a-z\]|\[A-Z\]|\[a-zA-Z\])\+"
    r"|\((?P<either>[\w |-]+)\)|(?P<text>[^\\^$.|?*+()\[\]{}]+)"
)


def _piece(found: re.Match[str]) -> str:
    if found["digits"]:
        return _("digits") if found["more"] else _("%(n)s digits") % {"n": found["n"] or 1}
    if found["letters"]:
        return _("letters")
    if found["either"]:
        return _(" or ").join(f"“{one}”" for one in found["either"].split("|"))
    return f"“{found['text']}”"


_BOUNDS = {
    "minimum": lambda: _("It has to be at least %(n)s."),
    "maximum": lambda: _("It can be at most %(n)s."),
    "exclusiveMinimum": lambda: _("It has to be more than %(n)s."),
    "exclusiveMaximum": lambda: _("It has to be less than %(n)s."),
    "multipleOf": lambda: _("It has to be a multiple of %(n)s."),
    "minLength": lambda: _("It needs at least %(n)s characters."),
    "maxLength": lambda: _("It can have at most %(n)s characters."),
    "minItems": lambda: _("At least %(n)s are needed."),
    "maxItems": lambda: _("There can be at most %(n)s."),
}


def _type(wanted: Any) -> str:
    match wanted:
        case "integer":
            return _("It has to be a whole number.")
        case "number":
            return _("It has to be a number.")
        case "boolean":
            return _("It has to be yes or no.")
        case "string":
            return _("It has to be a text.")
    return _("It has to be of the kind %(kind)s.") % {"kind": wanted}

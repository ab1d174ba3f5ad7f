"""What is wrong with an edited value, in words for the person who entered it."""

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
            return _("It does not have the form that is asked for: %(form)s") % {"form": str(bound)[:LONGEST]}
        case "minLength" | "minItems" if bound == 1:
            return _("It must not be empty.")
        case "additionalProperties" | "unevaluatedProperties":
            return _("The tool knows no such argument.")
    template = _BOUNDS.get(rule)
    return str(template()) % {"n": bound} if template else error.message[:LONGEST]


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

"""From JSON schema to inputs and back: every kind of value, and what is wrong with it."""

from typing import Any

import pytest

from approvals.domain.evidence import Evidence
from approvals.domain.tool import Reversibility
from console.pages.presenting.editing import controls, reading
from console.pages.presenting.editing.controls import Control
from console.pages.presenting.editing.sentences import in_words
from tests.web.review import papers


def evidence(schema: dict[str, Any], value: Any = None, *, is_absent: bool = False) -> Evidence:
    """A call with one argument `x` of this schema."""
    card = papers.card("tool", Reversibility.REVERSIBLE)
    parameters: dict[str, Any] = {"type": "object", "properties": {"x": schema}, "$defs": {"text": {"type": "string"}}}
    parameters["required"] = [] if is_absent else ["x"]
    whole = papers.evidence(card, papers.tagging().material, arguments={} if is_absent else {"x": value})
    return whole.model_copy(update={"tool": card.model_copy(update={"parameters": parameters})})


def entered(schema: dict[str, Any], value: Any, text: str, **more: Any) -> reading.Entered:
    """What becomes of a text in the control of an argument."""
    return reading.read(evidence(schema, value, **more), {"a0": text})


KINDS: dict[str, tuple[dict[str, Any], Any, Control]] = {
    "text": ({"type": "string"}, "a", Control.TEXT),
    "long text": ({"type": "string"}, "a" * 100, Control.LONG),
    "text with a line end": ({"type": "string"}, "a\nb", Control.LONG),
    "date": ({"type": "string", "format": "date"}, "2026-11-20", Control.DATE),
    "a date that is none": ({"type": "string", "format": "date"}, "soon", Control.TEXT),
    "choice": ({"enum": ["a", 1, None]}, "a", Control.CHOICE),
    "yes or no": ({"type": "boolean"}, True, Control.CHOICE),
    "whole number": ({"type": "integer"}, 3, Control.NUMBER),
    "number": ({"type": "number"}, 3.5, Control.NUMBER),
    "maybe a number": ({"anyOf": [{"type": "number"}, {"type": "null"}]}, 3.5, Control.NUMBER),
    "several texts": ({"type": "array", "items": {"type": "string"}}, ["a", "b"], Control.LINES),
    "several texts, one of them empty": ({"type": "array", "items": {"type": "string"}}, ["a", ""], Control.JSON),
    "an object": ({"type": "object"}, {"a": 1}, Control.JSON),
    "a text where a number should be": ({"type": "number"}, "three", Control.JSON),
    "anything": ({}, "a", Control.TEXT),
    "a reference": ({"$ref": "#/$defs/text"}, "a", Control.TEXT),
}


@pytest.mark.parametrize(("schema", "value", "control"), KINDS.values(), ids=KINDS.keys())
def test_a_value_has_the_control_of_its_kind(schema: dict[str, Any], value: Any, control: Control) -> None:
    assert controls.specs(evidence(schema, value))[0].control is control


@pytest.mark.parametrize(("schema", "value", "control"), KINDS.values(), ids=KINDS.keys())
def test_what_nobody_touched_is_what_was_proposed(schema: dict[str, Any], value: Any, control: Control) -> None:
    whole = evidence(schema, value)
    text = controls.specs(whole)[0].text.replace("\n", "\r\n")
    assert reading.read(whole, {"a0": text}).arguments == {"x": value}


READ: dict[str, tuple[dict[str, Any], Any, str, Any]] = {
    "text": ({"type": "string"}, "a", " b ", " b "),
    "emptied text": ({"type": "string"}, "a", "", ""),
    "whole number": ({"type": "integer"}, 3, " 4 ", 4),
    "number": ({"type": "number"}, 3, "4.5", 4.5),
    "yes or no": ({"type": "boolean"}, True, "false", False),
    "choice": ({"enum": ["a", 1]}, "a", "1", 1),
    "lines": ({"type": "array", "items": {"type": "string"}}, ["a"], "b\r\n\r\n c ", ["b", "c"]),
    "json": ({"type": "object"}, {"a": 1}, '{"a": [2]}', {"a": [2]}),
    "nothing, where that is allowed": ({"type": ["number", "null"]}, 3, "", None),
}


@pytest.mark.parametrize(("schema", "value", "text", "read"), READ.values(), ids=READ.keys())
def test_a_text_becomes_a_value_of_its_kind(schema: dict[str, Any], value: Any, text: str, read: Any) -> None:
    found = entered(schema, value, text)
    assert (found.problems, found.arguments) == ({}, {"x": read})
    assert type(found.arguments["x"]) is type(read)


BAD: dict[str, tuple[dict[str, Any], Any, str, str]] = {
    "letters": ({"type": "integer"}, 3, "four", "It has to be a whole number."),
    "a fraction": ({"type": "integer"}, 3, "4.5", "It has to be a whole number."),
    "no number at all": ({"type": "number"}, 3, "NaN", "It has to be a number."),
    "infinity by size": ({"type": "number"}, 3, "1e999", "It has to be a number."),
    "digits of another script": ({"type": "integer"}, 3, "٤", "It has to be a whole number."),
    "too little": ({"type": "integer", "minimum": 2}, 3, "1", "It has to be at least 2."),
    "too much": ({"type": "number", "exclusiveMaximum": 5}, 3, "5", "It has to be less than 5."),
    "too short": ({"type": "string", "minLength": 1}, "a", "", "It must not be empty."),
    "too long": ({"type": "string", "maxLength": 2}, "a", "abc", "It can have at most 2 characters."),
    "far too long": ({"type": "string"}, "a", "a" * 30_000, "It can have at most 20000 characters."),
    "half an object": ({"type": "object"}, {"a": 1}, '{"a": ', "This is not JSON: look at line 1, column 7."),
    "one name twice": ({"type": "object"}, {"a": 1}, '{"a": 1, "a": 2}', "A name stands twice in this JSON."),
    "no number of JSON": ({"type": "object"}, {"a": 1}, '{"a": NaN}', "NaN is no number in JSON."),
    "too deep": ({"type": "object"}, {"a": 1}, "[" * 9_000, "This JSON cannot be read."),
    "another kind": ({"type": "object"}, {"a": 1}, "[1]", "It has to be of the kind object."),
    "left out": ({"type": "number"}, 3, "", "A value is missing."),
}


@pytest.mark.parametrize(("schema", "value", "text", "said"), BAD.values(), ids=BAD.keys())
def test_what_does_not_fit_is_said_at_its_control(schema: dict[str, Any], value: Any, text: str, said: str) -> None:
    assert entered(schema, value, text).problems == {"a0": said}


def test_an_argument_that_is_left_out_stays_so() -> None:
    assert entered({"type": "string"}, None, "", is_absent=True).arguments == {}


def test_a_number_carries_its_bounds() -> None:
    schema = {"type": "integer", "minimum": 1, "maximum": 9, "multipleOf": 2}
    (spec,) = controls.specs(evidence(schema, 4))
    assert controls.field(spec).bounds == (("min", "1"), ("max", "9"), ("step", "2"))


REFS = ("https://evil.example/x", "#/properties/x", "#/properties/y")


@pytest.mark.parametrize("schema", [{"type": "nothing"}, {"pattern": "("}, *({"$ref": ref} for ref in REFS)])
def test_a_schema_that_cannot_be_used_offers_no_edit(schema: dict[str, Any]) -> None:
    assert not reading.can_edit(evidence(schema, "a"))


def test_hidden_characters_of_a_value_are_counted_beside_its_control() -> None:
    (spec,) = controls.specs(evidence({"type": "string"}, "a\u200bb\u202e"))
    assert controls.field(spec).hidden == 2


@pytest.mark.parametrize(
    ("path", "words"),
    [("payment_method_id", "Payment method id"), ("item_ids.0", "Item ids 1"), ("<b>", "<b>"), ("__x", "__x")],
)
def test_a_name_reads_as_words(path: str, words: str) -> None:
    assert controls.named(path) == words


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"^#W[0-9]{7}$", "“#W”, then 7 digits"),
        (r"^[0-9]{10}$", "10 digits"),
        (r"^[a-z]+_[0-9]{4}$", "letters, then “_”, then 4 digits"),
        (r"^(card|paypal)_\d+$", "“card” or “paypal”, then “_”, then digits"),
        (r"^(?=.*a)b*$", ""),
    ],
)
def test_a_simple_pattern_is_said_in_words(pattern: str, words: str) -> None:
    assert in_words(pattern) == words

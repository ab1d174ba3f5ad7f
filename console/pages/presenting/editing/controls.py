"""One control for each argument, chosen and bounded by the JSON schema that is frozen in the evidence."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from approvals.domain.evidence import Evidence
from console.pages.presenting.revealing import survey

LONGEST_LABEL = 80
LONG = 80
"""A text longer than this, or with a line end in it, gets several lines."""
_PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]*")
_REFS_DEEP = 8


class Control(StrEnum):
    """How a value is entered."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    LINES = "lines"
    JSON = "json"


class Absent:
    """Stands for an argument that a call does not have."""


ABSENT = Absent()


@dataclass(frozen=True)
class Spec:
    """One argument of a call: its part of the schema and the value that was proposed."""

    place: int
    name: str
    schema: Mapping[str, Any]
    proposed: Any
    is_required: bool
    is_nullable: bool

    @property
    def key(self) -> str:
        """Under which name its control is sent."""
        return f"a{self.place}"

    @property
    def control(self) -> Control:
        """How it is entered: by the schema, and where that says nothing by the value itself."""
        return _control(self.schema, self.proposed)

    @property
    def text(self) -> str:
        """The proposed value as its control shows it."""
        return written(self.proposed, self.control)


@dataclass(frozen=True)
class Choice:
    """One value to choose; an empty `value` leaves the argument out."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """One argument as the page shows it while it is edited; `label`, `proposed` and `value` are untrusted."""

    key: str
    label: str
    name: str
    """The argument's own name, where the label says something else."""
    about: str
    control: Control
    value: str
    proposed: str | None
    choices: tuple[Choice, ...]
    bounds: tuple[tuple[str, str], ...]
    """`min`, `max` and `step` of a number."""
    error: str
    hidden: int
    """How many characters of the value cannot be seen in a control."""


def specs(evidence: Evidence) -> tuple[Spec, ...]:
    """Every argument that can be edited, in the order of the schema, then those no schema names."""
    schema = evidence.tool.parameters
    properties = schema.get("properties")
    declared: dict[str, Any] = properties if isinstance(properties, dict) else {}
    required = schema.get("required")
    names = [*declared, *(name for name in evidence.arguments if name not in declared)]
    return tuple(
        _spec(place, name, _resolved(declared.get(name), schema), evidence, required or ())
        for place, name in enumerate(names)
    )


def field(spec: Spec, *, text: str | None = None, error: str = "") -> Field:
    """A control with what was entered, or with the proposed value when nothing was."""
    value = spec.text if text is None else text
    return Field(
        key=spec.key,
        label=label_of(spec),
        name=spec.name if label_of(spec).casefold() != spec.name.replace("_", " ").casefold() else "",
        about=str(spec.schema.get("description") or "")[:200],
        control=spec.control,
        value=value,
        proposed=None if spec.proposed is ABSENT else shown(spec.proposed),
        choices=_choices(spec, value),
        bounds=_bounds(spec.schema) if spec.control is Control.NUMBER else (),
        error=error,
        hidden=survey(value)[0],
    )


def label_of(spec: Spec) -> str:
    """What the tool calls an argument, else its name in words; a title that only repeats the name counts as none."""
    title = str(spec.schema.get("title") or "").strip()
    is_name = title.replace(" ", "_").casefold() == spec.name.casefold()
    return named(spec.name) if is_name or not title else title[:LONGEST_LABEL]


def named(path: str) -> str:
    """An argument's name in words: `payment_method_id` reads `Payment method id`; anything odd stays as it is."""
    first, *rest = path.split(".")
    if not _PLAIN_NAME.fullmatch(first):
        return path
    words = first.replace("_", " ")
    return " ".join([words[0].upper() + words[1:], *(str(int(part) + 1) if _is_place(part) else part for part in rest)])


def shown(value: Any) -> str:
    """A value as the difference shows it."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def written(value: Any, control: Control) -> str:
    """A value as its control holds it; an absent one is empty."""
    if value is ABSENT or (value is None and control is not Control.JSON):
        return ""
    if control is Control.LINES:
        return "\n".join(shown(part) for part in value)
    if control is Control.JSON:
        return json.dumps(value, indent=2, ensure_ascii=False)
    if control is Control.CHOICE:
        return json.dumps(value, ensure_ascii=False)
    return shown(value)


def _spec(place: int, name: str, schema: Mapping[str, Any], evidence: Evidence, required: Any) -> Spec:
    bare, is_nullable = _without_null(schema, evidence.tool.parameters)
    return Spec(place, name, bare, evidence.arguments.get(name, ABSENT), name in required, is_nullable)


def _resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the schema with references inside the document followed, as far as that is sensible."""
    for _step in range(_REFS_DEEP):
        if not isinstance(schema, dict):
            return {}
        ref = schema.get("$ref")
        if not isinstance(ref, str) or not ref.startswith("#/"):
            return schema
        found: Any = root
        for part in ref[2:].split("/"):
            found = found.get(part) if isinstance(found, dict) else None
        schema = {**found, **{key: part for key, part in schema.items() if key != "$ref"}} if found else {}
    return {}


def _without_null(schema: Mapping[str, Any], root: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """What a value has to be, and whether it may be null instead."""
    several = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(several, list):
        parts = [_resolved(part, root) for part in several]
        rest = [part for part in parts if part.get("type") != "null"]
        if len(rest) == 1 and len(rest) < len(parts):
            return {**rest[0], **{key: schema[key] for key in ("description", "title") if key in schema}}, True
        return {"type": "any", **{key: schema[key] for key in ("description",) if key in schema}}, False
    kinds = schema.get("type")
    if isinstance(kinds, list) and "null" in kinds:
        rest = [kind for kind in kinds if kind != "null"]
        return {**schema, "type": rest[0] if len(rest) == 1 else rest}, True
    return schema, False


def _control(schema: Mapping[str, Any], proposed: Any) -> Control:
    if isinstance(schema.get("enum"), list) or "const" in schema:
        return Control.CHOICE
    match schema.get("type", _kind_of(proposed)):
        case "boolean":
            return Control.CHOICE
        case "integer" | "number" if proposed is ABSENT or proposed is None or _is_number(proposed):
            return Control.NUMBER
        case "string" if proposed is ABSENT or proposed is None or isinstance(proposed, str):
            return _of_text(schema, proposed)
        case "array" if _is_lines(schema, proposed):
            return Control.LINES
    return Control.JSON


def _of_text(schema: Mapping[str, Any], proposed: Any) -> Control:
    text = proposed if isinstance(proposed, str) else ""
    if schema.get("format") == "date" and (not text or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)):
        return Control.DATE
    return Control.LONG if len(text) > LONG or "\n" in text or "\r" in text else Control.TEXT


def _is_lines(schema: Mapping[str, Any], proposed: Any) -> bool:
    """Whether a list can be written one value a line without losing anything."""
    items = schema.get("items")
    is_text = isinstance(items, dict) and (items.get("type") == "string" or isinstance(items.get("enum"), list))
    if proposed is ABSENT or proposed is None:
        return is_text
    if not isinstance(proposed, list) or not (is_text or (proposed and items is None)):
        return False
    return all(isinstance(part, str) and part.strip() == part != "" and not _LINE_END.search(part) for part in proposed)


_LINE_END = re.compile(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def _choices(spec: Spec, value: str) -> tuple[Choice, ...]:
    if spec.control is not Control.CHOICE:
        return ()
    values = [spec.schema["const"]] if "const" in spec.schema else spec.schema.get("enum", [True, False])
    texts = {written(each, Control.CHOICE): _said(each) for each in values if each is not None}
    if value and value not in texts:
        texts[value] = value
    can_be_absent = spec.is_nullable or not spec.is_required or spec.proposed is ABSENT or not value
    left_out = (Choice("", _("left out"), not value),) if can_be_absent else ()
    return (*left_out, *(Choice(text, label, text == value) for text, label in texts.items()))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return shown(value)


def _bounds(schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    is_whole = schema.get("type") == "integer"
    step = schema.get("multipleOf", 1 if is_whole else "any")
    given = (("min", schema.get("minimum")), ("max", schema.get("maximum")), ("step", step))
    return tuple((name, str(bound)) for name, bound in given if bound is not None)


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if _is_number(value):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_place(part: str) -> bool:
    return part.isascii() and part.isdecimal() and len(part) < 6

"""JSON Schemas that anybody may have written, asked in bounded time: nothing is fetched, and nothing backtracks.

A schema comes with a tool, a source of requests or an agent that runs elsewhere, and the value from further away.
Patterns are matched by the engine that rules use, which takes linear time and knows no look-around; each keyword that
is asked takes from one budget; items are told apart by hashing. What cannot be asked so is Unusable, and the gate then
asks a person. Source of the keywords: JSON Schema draft 2020-12, as `jsonschema` has them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, UnknownType, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from approvals.domain.gate.condition.evaluator import evaluator

MOST_STEPS = 50_000
"""Keywords asked of one value; half a second of work and less."""
STEPS_A_MATCH = 25
"""What one pattern on one text costs of these, and one more for each thousand characters."""
LONGEST_PATTERN = 1_000

Keyword = Callable[[Any, Any, Any, Any], Iterator[ValidationError] | None]
_left: ContextVar[int] = ContextVar("steps left")


class Unusable(ValueError):
    """Nobody can say whether the value fits: the schema is none, points elsewhere, never ends or asks too much."""


def check(schema: Any) -> None:
    """Raise Unusable with the reason for what no value could ever be asked by."""
    list(_asked(_text(schema), {}))


def misfits(schema: Any, value: Any) -> Iterator[ValidationError]:
    """What is wrong with the value, as it is found; raises Unusable, also after the first ones."""
    return _asked(_text(schema), value)


def _text(schema: Any) -> str:
    return json.dumps(schema, sort_keys=True)


def _asked(schema: str, value: Any) -> Iterator[ValidationError]:
    try:
        token = _left.set(MOST_STEPS)
        try:
            # All of it under one budget: who reads the first error only pays for the rest as well.
            found = list(_validator(schema).iter_errors(value))
        finally:
            _left.reset(token)
    except SchemaError as error:
        place = ".".join(str(part) for part in error.absolute_path)
        raise Unusable(f"{place}: {error.message[:200]}".lstrip(": ")) from error
    except (Unresolvable, UnknownType) as error:
        raise Unusable("What it points to is not in it.") from error
    except (RecursionError, OverflowError) as error:
        raise Unusable("It never ends, or reaches too far.") from error
    return iter(found)


@lru_cache(maxsize=1024)
def _validator(schema_text: str) -> Validator:
    """One validator a schema, kept because building it costs more than using it; an empty registry fetches nothing."""
    schema = json.loads(schema_text)
    Draft202012Validator.check_schema(schema)
    for pattern in _patterns(schema):
        _match(pattern, "")
    if '"unevaluatedProperties"' in schema_text and '"patternProperties"' in schema_text:
        raise Unusable("patternProperties and unevaluatedProperties are not asked together here.")
    return _Bounded(schema, registry=Registry())


def _patterns(schema: Any) -> Iterator[str]:
    """Every pattern in it, and what only looks like one: in a value nobody applies, it refuses too much and no less."""
    if isinstance(schema, list):
        for one in schema:
            yield from _patterns(one)
    elif isinstance(schema, dict):
        if isinstance(pattern := schema.get("pattern"), str):
            yield pattern
        if isinstance(named := schema.get("patternProperties"), dict):
            yield from named
        for one in schema.values():
            yield from _patterns(one)


def _spend(steps: int) -> None:
    left = _left.get() - steps
    _left.set(left)
    if left < 0:
        raise Unusable("It asks too much of this value.")


def _match(pattern: str, text: str) -> bool:
    _spend(STEPS_A_MATCH + len(text) // 1_000)
    if len(pattern) > LONGEST_PATTERN:
        raise Unusable(f"A pattern has at most {LONGEST_PATTERN} characters.")
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a character: no text, and so none that a pattern is about
        return False
    try:
        return bool(_program().execute({"text": text, "pattern": pattern}))
    except (ValueError, RuntimeError) as error:
        raise Unusable(f"The pattern {pattern[:60]!r} cannot be matched here; there is no look-around.") from error


@lru_cache(maxsize=1)
def _program() -> Any:
    return evaluator().compile("text.matches(pattern)")


def _pattern(_: Validator, pattern: str, value: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(value, str) and not _match(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _pattern_properties(validator: Any, named: dict[str, Any], value: Any, _: Any) -> Iterator[ValidationError]:
    for pattern, schema in named.items() if isinstance(value, dict) else ():
        for name in value:
            if _match(pattern, name):
                yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator: Any, more: Any, value: Any, schema: dict[str, Any]) -> Iterator[ValidationError]:
    if not isinstance(value, dict):
        return
    known, named = schema.get("properties", {}), schema.get("patternProperties", {})
    others = [name for name in value if name not in known and not any(_match(pattern, name) for pattern in named)]
    if isinstance(more, dict):
        for name in others:
            yield from validator.descend(value[name], more, path=name)
    elif not more and others:
        named_others = ", ".join(repr(name) for name in others[:5])
        yield ValidationError(f"Additional properties are not allowed ({named_others})")


def _unique_items(_: Validator, wanted: bool, value: Any, __: Any) -> Iterator[ValidationError]:
    if wanted and isinstance(value, list):
        _spend(len(value))
        if len({_key(one) for one in value}) < len(value):
            yield ValidationError("it has non-unique elements")


def _key(value: Any) -> Any:
    """Equal for what JSON Schema calls equal: 1 is 1.0 and not true."""
    if isinstance(value, dict):
        return frozenset((name, _key(one)) for name, one in value.items())
    if isinstance(value, list):
        return tuple(_key(one) for one in value)
    return isinstance(value, bool), value


def _counted(keyword: Keyword) -> Keyword:
    def asked(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
        _spend(1)
        yield from keyword(validator, wanted, value, schema) or ()

    return asked


_OURS: dict[str, Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "uniqueItems": _unique_items,
}
_KEYWORDS = {name: _counted(keyword) for name, keyword in {**Draft202012Validator.VALIDATORS, **_OURS}.items()}
_Bounded = extend(Draft202012Validator, _KEYWORDS)

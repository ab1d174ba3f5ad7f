"""A schema that anybody wrote: asked as the library asks it, in bounded time, and never elsewhere."""

import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from approvals.gating.schema import MOST_STEPS, Unusable, check, misfits

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+[0-9]{2}$"},
        "tags": {"type": "array", "items": {"type": ["string", "integer", "boolean"]}, "uniqueItems": True},
        "more": {"patternProperties": {"^x": {"type": "integer"}}, "additionalProperties": {"type": "string"}},
    },
    "required": ["id"],
    "additionalProperties": False,
}
names = st.sampled_from(["id", "tags", "more", "x1", "y", "other"])
leaves = st.none() | st.booleans() | st.integers(-2, 2) | st.sampled_from(["ab12", "x", "", 1.0, "AB12"])
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4))


def places(errors: Any) -> set[tuple[str, str]]:
    """Where and by which keyword."""
    return {(error.json_path, error.validator) for error in errors}


@settings(deadline=None)
@given(values)
def test_it_says_what_the_library_says(value: Any) -> None:
    assert places(misfits(SCHEMA, value)) == places(Draft202012Validator(SCHEMA).iter_errors(value))


@pytest.mark.parametrize(
    ("same", "items"),
    [(True, [1, 1.0]), (False, [1, True]), (True, [{"a": [0]}, {"a": [0]}]), (False, [[1], [True]]), (False, ["1", 1])],
)
def test_equal_is_what_json_schema_calls_equal(same: bool, items: list[Any]) -> None:
    assert bool(list(misfits({"uniqueItems": True}, items))) is same


BOMB = {"$defs": {f"d{n}": {"allOf": [{"$ref": f"#/$defs/d{n + 1}"}] * 2} for n in range(40)} | {"d40": {}}}


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"pattern": "^(a+)+$"}, "a" * 100_000 + "!"),
        ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {"a" * 50_000 + "!": 1}),
        ({"uniqueItems": True}, [[n] if n % 2 else {"a": n} for n in range(20_000)]),
        (BOMB | {"$ref": "#/$defs/d0"}, 1),
        ({"items": {"pattern": "^b"}}, ["a"] * 50_000),
        ({"$ref": "#"}, 1),
    ],
    ids=["backtracking", "backtracking in names", "quadratic items", "doubling", "many patterns", "itself"],
)
def test_nothing_takes_long(schema: dict[str, Any], value: Any) -> None:
    began = time.thread_time()
    with suppress(Unusable):
        list(misfits(schema, value))
    # CPU, not time: twenty times what it takes, and a millionth of what it would.
    assert time.thread_time() - began < 10


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "(?=a)a"},
        {"pattern": "("},
        {"pattern": "x{1000}{1000}{1000}"},
        {"type": 7},
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"allOf": [{"patternProperties": {"a": {}}}], "unevaluatedProperties": False},
    ],
)
def test_what_cannot_be_asked_says_why(schema: dict[str, Any]) -> None:
    with pytest.raises(Unusable, match=r"\w"):
        check(schema)


def test_the_budget_is_of_one_value() -> None:
    many = {"items": {"type": "integer"}}
    for _ in range(3):
        assert list(misfits(many, [1] * (MOST_STEPS // 4))) == []
    with pytest.raises(Unusable, match="too much"):
        list(misfits(many, [1] * MOST_STEPS))

"""What is stored can be stored."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.redaction import clean, has_hidden, redact_json, reveal

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9) | st.integers(), inner, max_size=3),
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [("a\x00b", "a\\u0000b"), ("\ud83d alone", "\\ud83d alone"), ("both 😀 ü\t\n", "both 😀 ü\t\n"), ("", "")],
)
def test_what_postgresql_refuses_becomes_visible(text: str, stored: str) -> None:
    assert clean(text) == stored


@given(st.text())
def test_clean_text_is_storable_and_stays_as_it_is(text: str) -> None:
    assert "\x00" not in clean(text)
    assert clean(text).encode().decode() == clean(clean(text))


@given(ANYTHING)
def test_any_value_becomes_json_that_can_be_stored(value: Any) -> None:
    stored = redact_json(value)
    text = json.dumps(stored, allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in text.replace("\\\\u0000", "")
    assert redact_json(stored) == stored


def test_what_a_secret_name_holds_is_gone_whatever_it_is() -> None:
    value = {
        "password": "x",
        "New-Password": "x",
        "api_key": ["sk"],
        "accessToken": "x",
        "tokens": 300,
        "token_count": "3",
    }
    assert redact_json(value) == {
        "password": "[redacted]",
        "New-Password": "[redacted]",
        "api_key": "[redacted]",
        "accessToken": "[redacted]",
        "tokens": 300,
        "token_count": "3",
    }


def test_secrets_are_found_in_every_corner() -> None:
    assert redact_json({"a": [{"b": "Bearer abc123def456"}]}) == {"a": [{"b": "Bearer [redacted token]"}]}


def test_a_bottomless_value_ends() -> None:
    value: list[Any] = []
    for _ in range(50_000):
        value = [value]
    assert "too deep" in json.dumps(redact_json(value))


@pytest.mark.parametrize("text", ["a\u200bb", "\u202eabc", "\ufeff", "a\x07", "\u3164", "\U000e0041", "\u00ad"])
def test_hidden_characters_are_seen_and_shown(text: str) -> None:
    assert has_hidden(text)
    assert not has_hidden(reveal(text))


@pytest.mark.parametrize("text", ["plain", "größe\t\n", "日本語", "naïve – “so”", "😀"])
def test_ordinary_text_hides_nothing(text: str) -> None:
    assert not has_hidden(text)


@given(st.text(), st.integers(1, 50))
def test_a_revealed_text_is_short_and_fits_one_line(text: str, limit: int) -> None:
    shown = reveal(text, limit)
    assert len(shown) <= limit
    assert "\n" not in shown
    assert not has_hidden(shown)

"""What the reader of bodies refuses, and where it says the trouble is."""

import pytest

from console.api.problem import ApiError
from console.api.reading.body import DEEPEST, LARGEST_NUMBER, parse

REFUSED: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "bad_json", "body"),
    "a word": (b"hello", "bad_json", "body"),
    "a cut end": (b'{"a": ', "bad_json", "body"),
    "a trailing comma": (b'{"a": 1,}', "bad_json", "body"),
    "two values": (b"{} {}", "bad_json", "body"),
    "a comment": (b'{"a": 1 /* one */}', "bad_json", "body"),
    "single quotes": (b"{'a': 1}", "bad_json", "body"),
    "leading zeros": (b'{"a": 01}', "bad_json", "body"),
    "hexadecimal": (b'{"a": 0x10}', "bad_json", "body"),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', "bad_json", "body"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "bad_json", "body"),
    "a stray byte": (b'{"a": "\xff"}', "bad_json", "body"),
    "a surrogate in UTF-8": (b'{"a": "\xed\xa0\x80"}', "bad_json", "body"),
    "an overlong NUL": (b'{"a": "\xc0\x80"}', "bad_json", "body"),
    "a raw control character": (b'{"a": "\x01"}', "bad_json", "body"),
    "a raw NUL": (b'{"a": "\x00"}', "bad_json", "body"),
    "half an escape": (rb'{"a": "\ud8"}', "bad_json", "body"),
    "NUL": (rb'{"a": "x\u0000"}', "bad_text", "body.a"),
    "a high surrogate": (rb'{"a": ["ok", "\ud800"]}', "bad_text", "body.a.1"),
    "a low surrogate": (rb'{"a": {"b": "\udfff"}}', "bad_text", "body.a.b"),
    "surrogates the wrong way round": (rb'{"a": "\udc00\ud800"}', "bad_text", "body.a"),
    "NUL in a name": (rb'{"a": {"x\u0000": 1}}', "bad_text", "body.a.x\x00"),
    "a surrogate in a name": (rb'{"\ud800": 1}', "bad_text", "body.\ud800"),
    "NaN": (b'{"a": [NaN]}', "bad_number", "body.a.0"),
    "Infinity": (b'{"a": Infinity}', "bad_number", "body.a"),
    "minus Infinity": (b'{"a": -Infinity}', "bad_number", "body.a"),
    "an overflowing fraction": (b'{"a": 1e999}', "bad_number", "body.a"),
    "a large fraction": (b'{"a": 1.0e16}', "bad_number", "body.a"),
    "one too large": (b'{"a": 9007199254740992}', "bad_number", "body.a"),
    "one too small": (b'{"a": -9007199254740992}', "bad_number", "body.a"),
    "more digits than Python converts": (b'{"a": ' + b"9" * 5000 + b"}", "bad_number", "body.a"),
    "a name twice": (b'{"a": 1, "b": 2, "a": 1}', "duplicate_name", "body.a"),
    "a name twice, below": (b'{"a": [{"b": 1, "b": 2}]}', "duplicate_name", "body.a.0.b"),
    "a name twice, once escaped": (rb'{"a": 1, "\u0061": 2}', "duplicate_name", "body.a"),
    "lists too deep": (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "too_deep", "body" + ".0" * DEEPEST),
    "objects too deep": (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "too_deep", "body" + ".a" * DEEPEST),
    "lists deeper than the stack": (b"[" * 130_000 + b"]" * 130_000, "too_deep", "body"),
    "objects deeper than the stack": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "too_deep", "body"),
    "depth without an end": (b"[" * 262_144, "too_deep", "body"),
}


@pytest.mark.parametrize(("raw", "code", "field"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_kept_is_refused_with_its_place(raw: bytes, code: str, field: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse(raw)
    assert (caught.value.status, caught.value.code, caught.value.field) == (422, code, field)


KEPT: dict[str, tuple[bytes, object]] = {
    "a pair of surrogates": (rb'{"a": "\ud83d\ude00"}', {"a": "\U0001f600"}),
    "text as it stands": ('{"a": "\u202e\u200b\uffff é"}'.encode(), {"a": "\u202e\u200b\uffff é"}),
    "the largest number": (str(LARGEST_NUMBER).encode(), LARGEST_NUMBER),
    "the smallest number": (str(-LARGEST_NUMBER).encode(), -LARGEST_NUMBER),
    "fractions": (b"[0.1, -2.5e3, 1e-9]", [0.1, -2500.0, 1e-9]),
    "the words of JSON": (b"[true, false, null]", [True, False, None]),
    "the same name in two objects": (b'[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
    "an empty name": (b'{"": {}}', {"": {}}),
}


@pytest.mark.parametrize(("raw", "value"), KEPT.values(), ids=KEPT)
def test_what_json_can_say_is_kept(raw: bytes, value: object) -> None:
    assert parse(raw) == value


def test_the_deepest_body_is_read() -> None:
    parse(b"[" * DEEPEST + b"]" * DEEPEST)

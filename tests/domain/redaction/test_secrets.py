"""Secrets are replaced, everything else stays, and no text makes it slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.domain.redaction import redact

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
SECRETS = [
    ("use sk-proj-abcDEF1234567890abcdefgh now", "use [redacted key] now"),
    ("sk-ant-api03-AAAAbbbbCCCC1111dddd-_x", "[redacted key]"),
    ("sk_live_51H8abcDEFghiJKLmno", "[redacted key]"),
    ("id AKIAIOSFODNN7EXAMPLE.", "id [redacted key]."),
    ("ghp_16C7e42F292c6912E7710c838347Ae178B4a", "[redacted key]"),
    ("xoxb-123456789012-abcdef", "[redacted key]"),
    ("AIza" + "Sy1234567890" * 3, "[redacted key]"),
    ("Authorization: Bearer abc123def456", "Authorization: Bearer [redacted token]"),
    ("bearer  QWxhZGRpbjpvcGVu1==", "bearer  [redacted token]"),
    (f"token={JWT};", "token=[redacted token];"),
    ("postgres://user:p@ss:w0rd@host:5432/db", "postgres://user:[redacted password]@host:5432/db"),
    ("redis://:secret@host", "redis://:[redacted password]@host"),
    ("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb", "a\n[redacted private key]\nb"),
    ("-----BEGIN PRIVATE KEY-----\nMIIE and then it was cut", "[redacted private key]"),
    ("card 4111 1111 1111 1111 exp 12/26", "card [card ending 1111] exp 12/26"),
    ("1234 4111-1111-1111-1111 2026", "1234 [card ending 1111] 2026"),
    ("378282246310005", "[card ending 0005]"),
]
PLAIN = [
    "risk-assessment-for-the-customer-please",
    "the bearer certificate",
    "https://host/a:b@c",
    "order 1008292230 and 6086499569",
    "#W2378156, credit_card_9513926, gift_card_4332117",
    "4111 1111 1111 1112",
    "1700000000000 ms",
    "2024-01-05 12:30",
    "eyJ is how it starts, eyJhbGciOiJIUzI1NiJ9 is not all of it",
]
SHAPES = [
    "sk-",
    "sk-a1",
    "AKIA",
    "ghp_",
    "xoxb-",
    "eyJ",
    "eyJaaaaaaaa.",
    "bearer ",
    "Bearer a1",
    "://",
    "://a:",
    "://a:b@",
    "-",
]
SHAPES += [
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN ",
    "-----END PRIVATE KEY-----",
    "1",
    "1 ",
    "4111 ",
    "123-",
    "4" * 19 + " ",
]


@pytest.mark.parametrize(("text", "safe"), SECRETS)
def test_a_secret_is_replaced_by_what_it_was(text: str, safe: str) -> None:
    assert redact(text) == safe


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@given(st.lists(st.sampled_from([*SHAPES, *(text for text, _ in SECRETS), " ", "\n", "a", "7", "@", "/"]), max_size=12))
def test_redacting_twice_changes_nothing_more(pieces: list[str]) -> None:
    once = redact("".join(pieces))
    assert redact(once) == once


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_megabyte_of_near_misses_ends(shape: str) -> None:
    """A pattern that went over the text again from every place would run here for hours."""
    text = shape * (1_000_000 // len(shape)) + "a" * 1_000
    assert redact(text)

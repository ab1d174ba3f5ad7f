"""The one tag for untrusted text: nothing is live, nothing is hidden, nothing is lost."""

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from django.template import Context, Template

from approvals.domain.redaction import hidden
from console.pages.presenting.revealing import Hidden, Mixed, Plain, Posing, pieces, plain, split
from console.templatetags.untrusted import (
    BLOCK_LIMIT,
    MOST_CHIPS,
    hidden_note,
    untrusted,
    untrusted_line,
    untrusted_value,
)
from tests.web.review.untrusted.hostile import HIDDEN, MARKUP, WHOLE

OUR_TAGS = {"div", "p", "span", "svg", "use", "bdi", "details", "summary", "strong"}
VISIBLE_FORMAT = re.compile(r"[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd]")


class Tags(HTMLParser):
    """The elements and attributes a browser would make of some markup."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes |= {name for name, _value in attrs}


@pytest.mark.parametrize("text", MARKUP)
@pytest.mark.parametrize("tag", [untrusted, untrusted_value, untrusted_line])
def test_markup_stays_text(tag: object, text: str) -> None:
    assert callable(tag)
    found = Tags(tag(text))
    assert found.names <= OUR_TAGS
    assert not {name for name in found.attributes if name.startswith(("on", "hx-", "src", "style"))}


@pytest.mark.parametrize(("label", "text"), HIDDEN, ids=[label for label, _text in HIDDEN])
def test_a_hidden_character_becomes_a_chip(label: str, text: str) -> None:
    assert f">{label}</span>" in untrusted(text)


@pytest.mark.parametrize(("label", "text"), HIDDEN, ids=[label for label, _text in HIDDEN])
def test_a_line_writes_hidden_characters_out(label: str, text: str) -> None:
    assert f"[{label}]" in plain(text)


@pytest.mark.parametrize("text", WHOLE)
def test_honest_text_has_no_chip(text: str) -> None:
    assert list(pieces(text)) == [Plain(text)]


def test_every_format_character_of_unicode_is_seen() -> None:
    unseen = [
        character
        for character in map(chr, range(0x110000))
        if unicodedata.category(character) in ("Cf", "Cc", "Cs", "Zl", "Zp")
        and character not in "\n\t"
        and not VISIBLE_FORMAT.match(character)
        and not any(isinstance(piece, Hidden) for piece in pieces(character))
    ]
    assert [f"{ord(character):04X}" for character in unseen] == []


@pytest.mark.parametrize("text", [text for _label, text in HIDDEN] + list(MARKUP) + list(WHOLE))
def test_nothing_of_a_text_is_lost(text: str) -> None:
    assert "".join(piece.raw if isinstance(piece, Hidden) else piece.text for piece in pieces(text)) == text


def test_a_word_of_two_alphabets_is_marked() -> None:
    (mixed,) = [piece for piece in pieces("log in to pаypal now") if isinstance(piece, Mixed)]
    assert mixed == Mixed("pаypal", ("Latin", "Cyrillic"))


def test_a_mixed_word_is_said_in_words() -> None:
    assert "Latin, Cyrillic letters in one word" in untrusted("pаypal")


POSING = {
    "wholly Cyrillic": ("расе", "pace"),
    "in one's name": ("approved by раураӏ: сор", "cop"),
    "full width": ("ｐａｙ", "pay"),
    "mathematical": ("𝐩𝐚𝐲", "pay"),
    "a ligature": ("ﬁle", "file"),
    "digits of Arabic": ("١٢٣", "123"),
    "digits of Devanagari": ("pay १२", "12"),
    "Greek capitals": ("ΡΑΥ now", "PAY"),
    "letters for digits": ("1О0О", "1O0O"),
}


@pytest.mark.parametrize(("text", "like"), POSING.values(), ids=POSING.keys())
def test_a_word_that_poses_as_latin_is_marked_with_what_it_looks_like(text: str, like: str) -> None:
    assert like in [piece.like for piece in pieces(text) if isinstance(piece, Posing)]


@pytest.mark.parametrize(
    "text",
    [
        "Россия, с картой",
        "Ελλάδα και οι άλλοι",
        "10 m²",
        "½ price™",
        "о чём",
        "naïve café",
        "日本 100 円",
        "it is с картой",
    ],
)
def test_an_honest_word_is_not_marked(text: str) -> None:
    assert [piece for piece in pieces(text) if not isinstance(piece, Plain)] == []


def test_letters_from_right_to_left_cannot_reorder_the_digits_of_a_value() -> None:
    shown = untrusted_value("12 אב 34")
    assert '<bdi dir="ltr">12 <bdi class="mix"' in shown
    assert "</span> 34</bdi>" in shown


def test_prose_from_right_to_left_is_left_alone() -> None:
    assert 'class="mix"' not in untrusted("שילמתי 1840 שקל")


def test_a_call_as_json_runs_from_left_to_right() -> None:
    shown = untrusted('{"note": "אב", "amount": 12}', value=True)
    assert ('dir="ltr"' in shown, '<bdi class="mix"' in shown) == (True, True)


@pytest.mark.parametrize("step", [101, pytest.param(1, marks=pytest.mark.full)])
def test_the_console_and_the_rules_know_the_same_hidden_characters(step: int) -> None:
    ours = {code for low, high in hidden.RANGES for code in (*range(low, high + 1, step), high)}
    seen = [code for code in ours if not any(isinstance(piece, Hidden) for piece in pieces(chr(code)))]
    unknown = [code for code in ours if not hidden.has_hidden(chr(code))]
    assert (seen, unknown) == ([], [])


@pytest.mark.parametrize(
    "character", ["\u3164", "\u115f", "\u2800", "\ue000", "\u0378", "\ufe0f", "\U000e0041", "\U0010ffff"]
)
def test_what_looks_like_nothing_is_hidden(character: str) -> None:
    assert hidden.has_hidden(f"a{character}b")


def test_a_long_text_opens_in_place() -> None:
    assert "Show all 4,120 characters" in untrusted("a" * 4120)


def test_a_short_text_has_nothing_to_open() -> None:
    assert "<details" not in untrusted("a" * BLOCK_LIMIT)


def test_a_long_text_is_cut_at_a_space() -> None:
    assert split("word " * 10, limit=22) == ("word word word word", " word" * 6 + " ")


def test_a_block_says_that_it_is_untrusted() -> None:
    assert "untrusted" in untrusted("hello", who="Customer", at="14:18")


def test_a_block_is_isolated_from_the_direction_around_it() -> None:
    assert '<p class="txt" dir="auto">' in untrusted("hello")


def test_hidden_characters_are_counted_over_a_conversation() -> None:
    assert "<strong>15 hidden characters</strong>" in hidden_note(["a" + "\u200b" * 14, "b\u202e"])


def test_a_clean_conversation_has_no_note() -> None:
    assert hidden_note(["a", "b"]) == ""


def test_a_megabyte_of_traps_makes_few_elements() -> None:
    assert untrusted("a\u200b" * 500_000).count("<span") <= 2 * MOST_CHIPS + 10


def test_a_template_shows_no_value_raw() -> None:
    template = Template("{% load untrusted %}{% untrusted_value text %}{{ text|revealed }}")
    assert "<script" not in template.render(Context({"text": "<script>\u202e"}))

"""The filter as text: what it understands, what it says to the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from console.pages.runs.filter import grammar, moments
from console.pages.runs.filter.chips import address, sought
from console.pages.runs.filter.grammar import Filter, Term
from console.pages.runs.filter.words import SUGGESTED, WORDS

NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def read(text: str) -> Filter:
    return grammar.read(text, WORDS)


def test_terms_are_words_with_values() -> None:
    assert read("status:failed  tool:cancel_* since:2h").terms == (
        Term("status", "failed"),
        Term("tool", "cancel_*"),
        Term("since", "2h"),
    )


def test_a_value_in_quotes_holds_spaces() -> None:
    assert read('title:"order 77120"').terms == (Term("title", "order 77120"),)


def test_a_term_is_written_as_it_is_typed() -> None:
    assert [term.text for term in read('title:"order 77120" status:failed').terms] == [
        'title:"order 77120"',
        "status:failed",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("staus:failed", "“staus” is no word of this filter. There are: status, tool,"),
        ('""', "“” holds nothing to look for."),
        ("x" * 101, "A text has at most 100 characters."),
        ("status:", "“status:” needs a value behind it."),
        ("status:done", "“done” cannot stand there. There are: queued, running,"),
        ("since:yesterday", "“yesterday” is no time. Write 30m, 2h, 7d"),
        ("since:2026-13-40", "“2026-13-40” is no time."),
        ("since:2h since:3h", "“since” can stand here only once."),
        ("tool:*a*b*c*d*e", "A name has at most 4 stars."),
        ("run:xyz", "“xyz” is not the start of an id"),
        ("status:fai\u202eled", "“fai[U+202E]led” cannot stand there."),
        ("x" * 501, "A filter has at most 500 characters."),
        (" ".join(f"tool:t{n}" for n in range(13)), "A filter has at most 12 terms."),
    ],
    ids=range(13),
)
def test_what_is_not_understood_is_said(text: str, said: str) -> None:
    assert any(sentence.startswith(said) for sentence in read(text).wrong)


@pytest.mark.parametrize(
    ("text", "value"), [("77120", "77120"), ('"order: 77120"', "order: 77120"), ('say"it', "sayit")]
)
def test_text_without_a_word_is_a_term_of_its_own(text: str, value: str) -> None:
    term = Term(grammar.BARE, value)
    assert read(text).terms == (term,)
    assert read(term.text).terms == (term,)


def test_where_nothing_is_sought_by_bare_text_it_says_which_words_there_are() -> None:
    words = {word: WORDS[word] for word in ("status", "tool")}
    assert grammar.read("failed", words).wrong == (
        "“failed” needs one of these words and a colon before it: status, tool.",
    )


@pytest.mark.parametrize("word", [word for word in WORDS if word])
def test_every_word_is_explained_with_an_example_it_understands(word: str) -> None:
    example = str(WORDS[word].says).partition(": ")[2]
    assert example.startswith(f"{word}:")
    assert read(example).wrong == ()


def test_every_suggestion_is_understood() -> None:
    assert read(" ".join(SUGGESTED)).wrong == ()


@pytest.mark.parametrize(
    ("value", "before"),
    [("30m", timedelta(minutes=30)), ("2h", timedelta(hours=2)), ("7d", timedelta(days=7)), ("2w", timedelta(weeks=2))],
)
def test_a_span_is_counted_back_from_now(value: str, before: timedelta) -> None:
    assert moments.moment(value, now=NOW) == NOW - before


def test_a_date_with_a_time_of_day_is_that_moment() -> None:
    assert moments.moment("2026-11-20T09:30", now=NOW).isoformat() == "2026-11-20T09:30:00+00:00"


def test_a_moment_reads_back_as_it_was_written() -> None:
    assert moments.moment(moments.text(NOW), now=NOW + timedelta(days=1)) == NOW


def test_a_chip_leads_to_the_filter_without_its_term() -> None:
    chips = sought(read("status:failed tool:a"), WORDS, offers=()).chips
    assert [(chip.text, chip.href) for chip in chips] == [
        ("status:failed", "?q=tool%3Aa"),
        ("tool:a", "?q=status%3Afailed"),
    ]


def test_an_offer_takes_the_place_of_a_term_of_its_word() -> None:
    offers = sought(read("status:failed tool:a"), WORDS, offers=("status:waiting", "status:failed")).offers
    assert [offer.href for offer in offers] == ["?q=tool%3Aa+status%3Awaiting"]


def test_an_address_holds_the_filter_and_where_its_page_begins() -> None:
    assert address(read("status:failed"), after="k") == "?q=status%3Afailed&after=k"

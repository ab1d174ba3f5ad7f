"""What is heard in the words of the user: a fall of mood, a wish for a person, a topic, the same thing again."""

import time

import pytest

from approvals.gating.triggers import Heard, gather, shape_of
from approvals.gating.triggers.mood import fell, mood
from approvals.gating.triggers.person import asks_for_person
from approvals.gating.triggers.repeating import rephrased
from approvals.gating.triggers.topic import topics

PERSON = """I want to speak to a human.
Can I talk to a real person please?
Please connect me with an agent
Let me speak with your manager
transfer me to a human agent
human please
get me a supervisor
I'd like to talk to someone
Is there a real person there?
stop, I am not talking to a bot anymore
I need a human being
could you escalate this to your supervisor
Representative!
I’m tired of this chatbot
give me a human
put me through to customer service
Would you transfer me to a person who can help
Ich möchte mit einem Menschen sprechen
Verbinden Sie mich bitte mit einem Mitarbeiter
Kann ich mit jemandem reden?
Geben Sie mir Ihren Vorgesetzten
Ich will einen echten Menschen
bitte leiten Sie mich an einen Kollegen weiter
Mitarbeiter bitte
Ich rede nicht mit einer Maschine, kein Bot!""".splitlines()

NO_PERSON = """Please cancel my order for a person I know
I am travelling with another person
Add one more passenger to the booking
The agent told me yesterday that it would ship
I don't want to talk to a human, just cancel it
customer service was great
Please exchange the desk lamp
there are two people on this reservation
My manager bought it
ich habe mit meinem Mann gesprochen
bitte stornieren Sie die Bestellung
I need help with my order
please send an email to support@example.com
Could you tell me about your support policy?
Message the team about lunch
Talk me through the options""".splitlines()


@pytest.mark.parametrize("text", PERSON)
def test_somebody_wants_a_person(text: str) -> None:
    assert asks_for_person(text)


@pytest.mark.parametrize("text", NO_PERSON)
def test_nobody_wants_a_person(text: str) -> None:
    assert not asks_for_person(text)


TOPICS = {
    "I will talk to my lawyer and sue you": {"legal"},
    "Ich gehe damit zum Anwalt": {"legal"},
    "My insulin was in that parcel": {"medical"},
    "I want to end my life": {"harm"},
    "My account was hacked": {"break_in"},
    "Mein Konto wurde gehackt": {"break_in"},
    "my child is on the plane alone": {"minor"},
    "Please return the desk lamp and the water bottle": set(),
    "Could you book the court shoes in size 8?": set(),
    "I would like to issue a return for the patient monitor": set(),
}


@pytest.mark.parametrize(("text", "found"), TOPICS.items(), ids=TOPICS)
def test_a_topic_is_heard(text: str, found: set[str]) -> None:
    assert topics(text) == found


MOODS = [
    ("This is wonderful, thank you!", "This is terrible, I am angry!"),
    ("It works.", "It does not work."),
    ("I am happy", "I am not happy at all"),
    ("This is bad", "This is VERY bad!!!"),
    ("It was slow but it is great", "It was great but it is slow and broken"),
    ("Das ist super, danke", "Das ist eine Frechheit, ich bin sauer"),
]


@pytest.mark.parametrize(("better", "worse"), MOODS)
def test_a_mood_is_heard(better: str, worse: str) -> None:
    assert -1 <= mood(worse) < mood(better) <= 1
    assert mood(worse) < 0


def test_what_says_nothing_of_a_mood_is_even() -> None:
    assert mood("") == mood("Order W123, zip 94117") == 0


def test_a_fall_needs_a_complaint_and_something_better_before() -> None:
    assert fell(["Hello, thanks for the help", "This is a terrible, useless service!"])
    assert fell(["This is a terrible, useless service!"])
    assert not fell(["This is a terrible service!", "Horrible service, really terrible!"])
    assert not fell(["This is a terrible service!", "Fine, thank you"])
    assert not fell([])


AGAIN = "I want to return the blue lamp from order W12 to my credit card"


def test_saying_it_again_is_counted_in_a_row() -> None:
    other = [
        "the blue lamp of order W12 should go back, refund my credit card",
        "order W12: blue lamp, refund it, card!",
    ]
    assert rephrased([AGAIN]) == 0
    assert rephrased([AGAIN, other[0]]) == 1
    assert rephrased([AGAIN, *other]) == 2
    assert rephrased([AGAIN, other[0], "my name is Yusuf Rossi, zip code 19122"]) == 0
    assert rephrased(["yes", "yes", "yes please"]) == 0


def test_what_is_heard_takes_no_time_whatever_is_said() -> None:
    hostile = [
        "(" * 100_000,
        "a " * 100_000,
        "speak to the the the " * 20_000,
        "\u200b" * 50_000,
        "mit ein " * 20_000,
        "!" * 99_999,
    ]
    begin = time.process_time()
    facts, faults = gather(Heard(tuple(hostile), "x" * 10_000))
    assert faults == ()
    assert len(facts) == 10
    assert time.process_time() - begin < 5


SCHEMA = {
    "type": "object",
    "properties": {"to": {"type": "string"}, "items": {"type": "array", "items": {"type": "string"}}, "extra": {}},
}


def test_a_shape_is_names_and_kinds_and_no_value() -> None:
    one = shape_of({"to": "a", "items": ["x", "y"]}, SCHEMA)
    assert one == shape_of({"items": ["z"], "to": "b"}, SCHEMA)
    assert one != shape_of({"to": 1, "items": ["x"]}, SCHEMA)
    assert one != shape_of({"to": "a"}, SCHEMA)
    assert shape_of({"extra": {"a": 1}}, SCHEMA) == shape_of({"extra": {"b": 2.5}}, SCHEMA)
    assert len(shape_of({"\ud800": "\ud800"}, {})) == 32

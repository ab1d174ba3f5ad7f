"""What approving takes and which triggers ask, by forms: a draft that says what it changes and whether it loosens."""

from typing import Any

import pytest
from django.test import Client

from approvals.domain.escalation import Friction
from approvals.domain.gate import Trigger, parse_ruleset
from approvals.models import Ruleset
from tests.web.policies import shop
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
TERMS, TRIGGERS, OLD = "/policies/terms", "/policies/triggers", "/policies/rules/large-refund"
FIELDS = {"minutes": "60", "undo_seconds": "10", "irreversible-persons": "2", "irreversible-step_up": "on"}
RULE = {
    "name": "large-refund",
    "tools": "refund_order",
    "fact": "amount",
    "comparison": ">",
    "value": "500",
    "outcome": "ask",
    "sentence": "It is a large refund.",
    "act": "look",
}


def send(client: Client, place: str = TERMS, **fields: Any) -> Any:
    """Send a form with the live text in it."""
    return client.post(place, {**fields, "document": shop.text(), "seen": "1"})


def test_the_forms_begin_with_what_is_live(adas: Client) -> None:
    shop.live()
    page = adas.get(TERMS).content.decode()
    assert ('name="irreversible-persons" value="1"' in page, 'name="undo_seconds"' in page) == (True, True)
    assert 'value="mood"' in adas.get(TRIGGERS).content.decode()


def test_more_for_a_class_is_a_draft_that_tightens(adas: Client) -> None:
    shop.live()
    words = said(answer := send(adas, **FIELDS))
    told = "Approving what is irreversible takes from now on: 2 persons, not the requester or the owner of the agent, "
    assert told + "the password again." in words
    friction = parse_ruleset(answer.context["work"].text).decide.friction
    assert friction.irreversible == Friction(persons=2, step_up=True)
    assert (friction.costly, Ruleset.objects.count()) == (Friction(), 1)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"irreversible-persons": "9"}, "Ensure this value is less than or equal to 5."),
        ({"costly-delay_seconds": "soon"}, "Enter a whole number."),
        ({"costly-typed": "a b"}, "Up to five arguments, named with dots"),
        ({"minutes": ""}, "This field is required."),
    ],
)
def test_bad_terms_are_said_beside_the_field_and_stay(adas: Client, fields: dict[str, str], error: str) -> None:
    shop.live()
    answer = send(adas, **{**FIELDS, **fields})
    (name, value), *_ = fields.items()
    assert (answer.status_code, error in said(answer)) == (422, True)
    assert (f'name="{name}"' in answer.content.decode(), f'value="{value}"' in answer.content.decode()) == (
        True,
        bool(value),
    )


def test_triggers_are_chosen_and_taken_back_with_a_word_that_it_loosens(adas: Client) -> None:
    shop.live()
    answer = send(adas, TRIGGERS, triggers=["mood", "legal"])
    assert parse_ruleset(answer.context["work"].text).triggers == (Trigger.MOOD, Trigger.LEGAL)
    fewer = adas.post(TRIGGERS, {"triggers": ["legal"], "document": answer.context["work"].text, "seen": "1"})
    assert parse_ruleset(fewer.context["work"].text).triggers == (Trigger.LEGAL,)


def test_a_trigger_that_does_not_exist_is_refused(adas: Client) -> None:
    shop.live()
    answer = send(adas, TRIGGERS, triggers=["moon"])
    assert (answer.status_code, "moon is not one of the available choices" in said(answer)) == (422, True)


def test_a_rule_asks_for_more_by_its_form(adas: Client) -> None:
    shop.live()
    answer = send(adas, OLD, **RULE, **{"takes-persons": "3", "takes-typed": "amount"})
    assert "Approving it takes: 3 persons, not the requester or the owner of the agent, typing amount." in said(answer)
    rule = parse_ruleset(answer.context["work"].text).rules[0]
    assert rule.friction == Friction(persons=3, typed=("amount",))


def test_a_rule_with_bad_friction_is_shown_again(adas: Client) -> None:
    shop.live()
    answer = send(adas, OLD, **RULE, **{"takes-delay_seconds": "9999"})
    assert (answer.status_code, 'value="9999"' in answer.content.decode()) == (422, True)


def test_what_holds_of_several_persons_is_what_the_document_and_the_form_say(adas: Client) -> None:
    shop.live()
    document = send(adas, **FIELDS).context["work"].text
    assert "separate: true" in document
    adas.post("/policies/edit", {"document": document, "act": "propose", "seen": "1", "reason": "two look"})
    assert 'name="irreversible-separate" id="id_irreversible-separate" checked' in adas.get(TERMS).content.decode()


def test_triggers_and_times_are_said_in_words(adas: Client) -> None:
    shop.live()
    answer = send(adas, TRIGGERS, triggers=["break_in", "new_shape"])
    told = "From now on these triggers ask: fraud or a foreign account, arguments never seen before."
    assert told in said(answer)
    assert "break_in:" not in adas.get(TRIGGERS).content.decode()
    fewer = send(adas, **{**FIELDS, "minutes": "1", "undo_seconds": "1"})
    assert "An escalation expires after 1 minute, before after 60 minutes." in said(fewer)
    assert "A decision can be undone for 1 second, before for 10 seconds." in said(fewer)

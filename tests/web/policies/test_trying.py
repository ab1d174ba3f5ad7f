"""The test box: what the rules say of a call that is pasted or picked, and what a draft would say instead."""

from typing import Any

import pytest
from django.test import Client

from agents.models import Run
from approvals.gating import rulesets
from approvals.models import Escalation, Ruleset, RulesetProposal, Tenant, Verdict
from tests.domain.gate import cases
from tests.learning import calls
from tests.learning.backtesting import recording
from tests.web.policies import shop
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
PLACE = "/policies/test"
CALL = {"tool": "cancel_pending_order", "arguments": '{"order_id": "#W1234567", "reason": "ordered by mistake"}'}
FIELDS = {**CALL, "agent": "retail-assist", "source": "user", "sure": "", "extra": ""}


def send(client: Client, **changes: str) -> Any:
    """Send the form with some fields changed."""
    return client.post(PLACE, {**FIELDS, **changes})


def stored() -> tuple[int, ...]:
    """How many rows there are of everything that a call could leave."""
    return tuple(model.objects.count() for model in (Verdict, Escalation, Run, Ruleset, RulesetProposal))


def test_every_reason_is_said_and_nothing_is_stored(adas: Client) -> None:
    shop.live()
    before = stored()
    page = said(send(adas))
    assert "It would ask a person." in page
    assert "It is destructive, and no rule allows it." in page
    assert "Nothing runs alone on this route yet." in page
    assert stored() == before


def test_the_rule_that_fires_is_named(adas: Client) -> None:
    shop.live()
    page = said(send(adas, tool="wipe_disk", arguments=""))
    assert "It would be refused" in page
    assert "Rule no-wipe refuses Nobody wipes anything." in page
    assert "Unknown tool asks" in page


def test_arguments_that_do_not_fit_the_tool_are_refused(adas: Client) -> None:
    shop.live()
    assert "The arguments do not fit the tool" in said(send(adas, arguments='{"order": 1}'))


def test_where_the_values_come_from_matters(adas: Client) -> None:
    shop.live()
    page = said(send(adas, source="untrusted_tool"))
    assert "Seen only in what an untrusted tool returned: order_id, reason." in page


def test_a_draft_says_what_would_differ(adas: Client) -> None:
    shop.live()
    draft = shop.text().replace("wipe_*", "cancel_*")
    page = said(send(adas, document=draft))
    assert "The answer is another one: the gate asks now and refuses under the draft." in page
    assert "Rule no-wipe only here refuses Nobody wipes anything." in page
    assert "Live, version 1" in page
    assert 'name="document"' in send(adas, document=draft).content.decode()


def test_a_draft_that_waits_is_named_by_the_address(adas: Client, ottos: Client) -> None:
    shop.live()
    document = shop.text().replace("args.amount > 500", "args.amount > 900")
    adas.post("/policies/edit", {"document": document, "act": "propose", "seen": "1", "reason": "why not"})
    draft = RulesetProposal.objects.get()
    page = said(ottos.get(PLACE, {"draft": draft.pk}))
    assert "Compared with: Draft by Ada." in page
    assert "Nothing would differ for this call." in said(send(ottos, draft=str(draft.pk)))


def test_a_draft_with_a_mistake_is_left_out_and_said(adas: Client) -> None:
    shop.live()
    answer = send(adas, document="version: x")
    assert (answer.status_code, "The draft cannot be used yet" in said(answer)) == (422, True)


def recorded(**changes: Any) -> Verdict:
    """A refund that was recorded."""
    row = shop.live()
    return recording.record(row, recording.facts(rulesets.of(row), **changes))


def test_a_recorded_call_is_judged_by_the_facts_of_then(adas: Client) -> None:
    found = recorded(halted=("agent helper",))
    page = said(adas.get(PLACE, {"verdict": found.pk}))
    assert "Halted: agent helper" in page
    assert "&quot;amount&quot;: 40.5" in page


def test_what_is_left_of_a_recorded_call_keeps_its_source(adas: Client) -> None:
    found = recorded()
    arguments = '{"order_id": "#W2378156", "amount": 12}'
    page = said(
        send(adas, verdict=str(found.pk), tool="refund_order", agent="helper", arguments=arguments, source="agent")
    )
    assert "Seen nowhere before the agent used it: amount." in page


def test_a_recorded_call_of_another_tenant_is_not_there(adas: Client) -> None:
    Tenant.objects.create(pk=2, slug="elsewhere", name="Elsewhere")
    foreign = calls.call(0.9, tenant_id=2)
    assert adas.get(PLACE, {"verdict": foreign.pk}).status_code == 404


def test_a_recorded_call_that_is_lost_says_why(adas: Client) -> None:
    lost = calls.call(0.9, payload=b"no JSON")
    assert "This recorded call cannot be judged again." in said(adas.get(PLACE, {"verdict": lost.pk}))


def test_recorded_calls_are_offered_as_text(adas: Client) -> None:
    calls.call(0.9, tool="wire\u200b<img src=x>")
    body = adas.get(PLACE).content.decode()
    assert ("<img" in body, "\u200b" in body, "U+200B" in body) == (False, False, True)


WRONG = {
    "no tool": ({"tool": ""}, "tool"),
    "no agent": ({"agent": ""}, "agent"),
    "no JSON": ({"arguments": "{amount: 1}"}, "arguments"),
    "a list": ({"arguments": "[1]"}, "arguments"),
    "NaN": ({"arguments": '{"a": NaN}'}, "arguments"),
    "a name twice": ({"arguments": '{"a": 1, "a": 2}'}, "arguments"),
    "a number that JSON cannot say": ({"arguments": '{"a": 123456789012345678901}'}, "arguments"),
    "half a character": ({"arguments": '{"a": "\\ud800"}'}, "arguments"),
    "too deep": ({"arguments": '{"a":' * 9_000}, "arguments"),
    "facts that are no JSON": ({"extra": "x"}, "extra"),
    "more than sure": ({"sure": "1.5"}, "sure"),
    "not a number": ({"sure": "nan"}, "sure"),
    "a source that there is not": ({"source": "moon"}, "source"),
}


@pytest.mark.parametrize(("changes", "field"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_said_beside_its_field(adas: Client, changes: dict[str, str], field: str) -> None:
    shop.live()
    answer = send(adas, **changes)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])


ODD = {
    "deep": '{"a":' * 900 + "1" + "}" * 900,
    "half a character": '{"\\ud800": "\\udfff"}',
    "a large number": '{"a": 1e308, "b": ' + "9" * 400 + "}",
}


@pytest.mark.parametrize("extra", ODD.values(), ids=ODD)
def test_odd_facts_are_judged_and_break_nothing(adas: Client, extra: str) -> None:
    shop.live()
    assert send(adas, extra=extra).status_code == 200


def test_facts_reach_the_rules(adas: Client) -> None:
    calls.live(more="rules: [{name: f, tools: ['*'], when: facts.level > 3, outcome: refuse, sentence: High.}]")
    assert "Rule f refuses High." in said(send(adas, extra='{"level": 4}'))
    assert "facts.level is missing" in said(send(adas))


def test_the_card_of_a_tool_that_is_gone_is_the_one_of_then(adas: Client) -> None:
    found = recorded(tool=cases.card(name="gone"))
    page = said(send(adas, verdict=str(found.pk), tool="gone", agent="helper", arguments="{}"))
    assert "Unknown tool" not in page

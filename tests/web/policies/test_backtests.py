"""What would have happened, as a page: counts, what changes with links, what people said, what cannot be judged."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.domain.label import Teaching
from approvals.gating import rulesets
from approvals.models import RulesetProposal, Verdict
from tests.domain.gate import cases
from tests.engine.limits import asking
from tests.learning import calls
from tests.learning.backtesting import recording
from tests.web.policies import shop
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
PLACE = "/policies/backtest"


def recorded(amount: int, said_of: Teaching | None = None) -> Verdict:
    """A sure refund that was judged."""
    row = shop.now()
    arguments = {"amount": amount}
    known = recording.facts(
        rulesets.of(row), grounding=cases.seen(arguments), parts=dict.fromkeys(cases.facts().parts, 1.0)
    )
    found = recording.record(row, known, arguments=arguments)
    if said_of:
        calls.label(found, said_of)
    return found


def tighter() -> str:
    """Refunds ask from a lower amount on."""
    return shop.text().replace("args.amount > 500", "args.amount > 100")


def test_a_text_in_hand_is_tried_on_what_was_recorded(adas: Client) -> None:
    shop.live()
    recorded(50)
    found = recorded(200, Teaching.WRONG)
    page = adas.post(PLACE, {"document": tighter()})
    words = said(page)
    assert "over 2 calls, 0 of them reads, judged since" in words
    assert "Run without asking 2 (100%) 1 (50%) −1" in words
    assert "Ask a person 0 (0%) 1 (50%) +1" in words
    assert "allows → asks 1 call" in words
    assert "found wrong {&quot;amount&quot;: 200} It is a large refund." in words
    assert "Run alone and found wrong 1 0" in words
    assert f'form="every" name="verdict" value="{found.pk}"' in page.content.decode()


def test_every_reason_of_an_example_is_asked_for_with_the_draft_in_hand(adas: Client) -> None:
    shop.live()
    found = recorded(200)
    words = said(adas.post("/policies/test", {"verdict": found.pk, "document": tighter()}))
    assert "the gate allows now and asks under the draft" in words
    assert "Rule large-refund only here asks It is a large refund." in words


def test_what_gets_milder_says_so(adas: Client) -> None:
    shop.live()
    recorded(600)
    words = said(adas.post(PLACE, {"document": shop.text().replace("> 500", "> 900")}))
    assert "milder than now" in words
    assert "No longer: It is a large refund." in words


def test_a_draft_and_a_version_are_named_by_the_address(adas: Client, ottos: Client) -> None:
    shop.live()
    recorded(200)
    document = shop.text().replace("> 500", "> 900")
    adas.post("/policies/edit", {"document": document, "act": "propose", "seen": "1", "reason": "why not"})
    draft = RulesetProposal.objects.get()
    assert "Draft by Ada against the rules that are live, over 1 call" in said(ottos.get(PLACE, {"draft": draft.pk}))
    assert "Version 1 against the rules that are live" in said(ottos.get(PLACE, {"version": 1}))
    assert "Try it" in said(ottos.get(PLACE))
    assert f"{PLACE}?draft={draft.pk}" in ottos.get(f"/policies/drafts/{draft.pk}").content.decode()


def test_an_escalation_behind_a_call_is_linked(adas: Client) -> None:
    asking.live(asking.limit(0))
    opened = asking.ask().escalation
    assert opened is not None
    body = adas.post(PLACE, {"document": shop.text().replace("most: 0", "most: 9")}).content.decode()
    assert "No recorded call gets another answer." in body
    body = adas.post(
        PLACE, {"document": "version: 1\nname: a\nroutes: [{name: r, auto_threshold: 0.5}]"}
    ).content.decode()
    assert f'href="/queue/{opened.pk}"' in body


def test_what_cannot_be_judged_again_is_said_with_its_reason(adas: Client) -> None:
    shop.live()
    calls.call(0.9, payload=b"no JSON")
    words = said(adas.post(PLACE, {"document": tighter()}))
    assert "A fact was missing or odd when it was judged" in words
    assert "No recorded call gets another answer." in words
    assert "Nobody has looked at any of these calls yet" in words


def test_a_text_with_a_mistake_is_said_and_kept(adas: Client) -> None:
    shop.live()
    answer = adas.post(PLACE, {"document": "version: x"})
    assert (answer.status_code, "cannot be used yet" in said(answer)) == (422, True)
    assert "version: x" in answer.content.decode()


@pytest.mark.parametrize("query", ["draft=987654", "version=987654"])
def test_rules_that_are_not_there_are_not_found(adas: Client, query: str) -> None:
    shop.live()
    assert adas.get(f"{PLACE}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["draft=x", "version=-1", "draft=٣", "version=99999999999"])
def test_an_odd_number_is_no_number(adas: Client, query: str) -> None:
    shop.live()
    assert adas.get(f"{PLACE}?{query}").status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_calls(adas: Client) -> None:
    shop.live()
    counts = []
    for step in range(2):
        for amount in (50, 200, 300):
            recorded(amount + step, Teaching.RIGHT)
        with CaptureQueriesContext(connection) as asked:
            adas.post(PLACE, {"document": tighter()})
        counts.append(len(asked))
    assert counts[0] == counts[1]

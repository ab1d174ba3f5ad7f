"""What is live, in sentences: what nobody classified first, then routes, rules and terms."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from approvals.models import Ruleset
from tests.engine.limits import asking
from tests.learning import calls
from tests.web.policies import shop
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
PLACE = "/policies"


def test_rules_stand_there_as_sentences(adas: Client) -> None:
    shop.live()
    page = said(adas.get(PLACE))
    assert "refund_order asks a person when amount is over 500." in page
    assert "wipe_* or erase is refused." in page
    assert "It is a large refund." in page
    assert "calls of refund_*" in page
    assert "runs alone from 0.90, asks the end user from 0.70" in page


def test_a_tool_that_nobody_registered_stands_first(adas: Client) -> None:
    shop.live()
    calls.call(0.9, tool="wire_money\u200b")
    body = adas.get(PLACE).content.decode()
    page = said(adas.get(PLACE))
    assert page.index("irreversible until classified") < page.index("refund_order asks")
    assert "U+200B" in body
    assert "\u200b" not in body.replace("wire_money%E2%80%8B", "")


def test_a_tool_that_cannot_be_taken_back_asks_at_any_score_unless_a_rule_allows_it(adas: Client) -> None:
    row = "cancel_pending_order irreversible none"
    calls.live("{name: r, auto_threshold: 0.9}")
    assert f"{row} asks at any score" in said(adas.get(PLACE))


def test_who_decides_and_what_happens_at_zero_is_said(adas: Client) -> None:
    page = said(adas.get(PLACE))
    assert "Who may decide reviewers, admins" in page
    assert "Can be undone for 10 seconds" in page
    assert "Expires after 1 hour" in page
    assert "rejected automatically" in page


def test_limits_say_how_much_of_the_day_is_used(adas: Client) -> None:
    asking.live(asking.limit(20))
    asking.ask()
    page = said(adas.get(PLACE))
    assert "the-limit At most 20 writes a day by any tool, then a person is asked. 1 used today" in page


def test_before_the_first_call_the_shipped_rules_are_shown(ottos: Client) -> None:
    page = said(ottos.get(PLACE))
    assert "No call was judged yet." in page
    assert "Every tool asks a person when the effect is destructive." in page
    assert Ruleset.objects.count() == 0


def test_the_document_is_the_one_that_is_live(ottos: Client) -> None:
    live = shop.live()
    answer = ottos.get("/policies/document")
    assert answer.content == bytes(live.document)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="ruleset-1.yaml"'


def test_an_auditor_reads_and_is_offered_no_change(ottos: Client) -> None:
    shop.live()
    body = ottos.get(PLACE).content.decode()
    assert "/policies/edit" not in body
    assert "/policies/rules/" not in body


def test_the_number_of_queries_does_not_grow_with_the_rules(adas: Client) -> None:
    shop.live()
    adas.get(PLACE)  # parses the rules, once a process
    counts = []
    for step in range(2):
        calls.call(0.9, tool=f"tool-{step}")
        with CaptureQueriesContext(connection) as asked:
            adas.get(PLACE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 8

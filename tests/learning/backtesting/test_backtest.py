"""A draft over recorded verdicts: what would have run, asked and been refused, and what people said of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from approvals.domain.gate import Ruleset
from approvals.domain.label import Teaching
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.learning import backtesting
from approvals.learning.backtesting import Backtest, Lost, Score, Tally
from approvals.models import Label, Tenant, Verdict
from tests.domain.gate import cases
from tests.learning import calls
from tests.learning.backtesting import recording

pytestmark = pytest.mark.django_db
ROUTES = "{name: refunds, tools: [refund_*], auto_threshold: 0.85}"
LIMIT = "rules: [{name: large, tools: [refund_order], when: args.amount > 100, outcome: ask, sentence: Large.}]"


def shop() -> Any:
    """Refunds run alone up to 100."""
    return calls.live(ROUTES, LIMIT)


def refund(row: Any, amount: int, said: Teaching | None = None, **more: Any) -> Verdict:
    """A refund that was judged, and what a person said of it."""
    arguments = {"amount": amount}
    known = recording.facts(rulesets.of(row), grounding=cases.seen(arguments))
    made = recording.record(row, known, arguments=arguments, **more)
    if said:
        calls.label(made, said)
    return made


def tried(row: Any, draft: Ruleset, **more: Any) -> Backtest:
    """The draft against what is live."""
    return backtesting.backtest(Tenant.DEFAULT, live=rulesets.of(row), draft=draft, cards=nothing, **more)


def nothing(name: str) -> ToolCard | None:
    """No tool is declared."""


def over(amount: int) -> Ruleset:
    """Refunds ask from another amount on."""
    return calls.rules(ROUTES, LIMIT.replace("100", str(amount)))


def test_it_counts_what_each_would_have_said() -> None:
    row = shop()
    for amount in (10, 60, 90, 200):
        refund(row, amount)
    found = tried(row, over(50))
    assert (found.live, found.draft) == (Tally(allow=3, ask=1), Tally(allow=1, ask=3))
    assert found.moves == {(Outcome.ALLOW, Outcome.ASK): 2}
    assert [one.case.action.arguments for one in found.moved] == [{"amount": 90}, {"amount": 60}]


def test_what_gets_milder_comes_first() -> None:
    row = shop()
    refund(row, 10)
    refund(row, 150)
    draft = calls.rules(ROUTES, LIMIT.replace("amount > 100", "amount < 50"))
    assert list(tried(row, draft).moves) == [(Outcome.ASK, Outcome.ALLOW), (Outcome.ALLOW, Outcome.ASK)]


def test_it_is_scored_on_what_people_said() -> None:
    row = shop()
    refund(row, 10, Teaching.RIGHT)
    refund(row, 60, Teaching.WRONG)
    refund(row, 200, Teaching.RIGHT)
    refund(row, 300, Teaching.WRONG)
    refund(row, 80)
    found = tried(row, over(50))
    assert found.live_score == Score(alone_right=1, alone_wrong=1, asked_right=1, asked_wrong=1)
    assert found.draft_score == Score(alone_right=1, alone_wrong=0, asked_right=1, asked_wrong=2)
    assert found.draft_score.catch_share == pytest.approx(2 / 3)


def test_the_same_call_again_in_one_run_is_one_and_wrong_if_any_try_was() -> None:
    row, run = shop(), uuid4()
    refund(row, 60, Teaching.WRONG, run_key=run)
    refund(row, 60, Teaching.RIGHT, run_key=run)
    found = tried(row, over(50))
    assert (found.live.calls, found.live_score.alone_wrong) == (1, 1)


def test_what_cannot_be_judged_again_is_counted_with_its_reason() -> None:
    row = shop()
    refund(row, 10)
    calls.call(0.9, payload=b"no JSON")
    calls.call(0.9, payload=b'{"arguments":{},"tool":"gone","version":"1"}', features={"sources": []})
    assert tried(row, over(50)).lost == {Lost.FACT: 1, Lost.TOOL: 1}


def test_only_the_newest_of_the_period_are_read() -> None:
    row = shop()
    for amount in (1, 2, 3):
        refund(row, amount)
    found = tried(row, over(50), most=2)
    assert (found.live.calls, found.is_cut) == (2, True)
    assert tried(row, over(50), period=timedelta(0)).live.calls == 0


def test_it_reads_in_few_queries_and_writes_nothing() -> None:
    row = shop()
    counts = []
    for _ in range(2):
        refund(row, 10, Teaching.RIGHT)
        refund(row, 200)
        before = (Verdict.objects.count(), Label.objects.count())
        with CaptureQueriesContext(connection) as asked:
            tried(row, over(50))
        counts.append(len(asked))
        assert (Verdict.objects.count(), Label.objects.count()) == before
    assert counts[0] == counts[1] <= 4

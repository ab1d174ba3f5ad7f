"""What the engine recorded of real runs is judged again exactly, and a draft is tried on it."""

import pytest

from agents.tools import registry
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.learning import backtesting
from approvals.models import Tenant, Verdict
from tests.flows import desk
from tests.learning import calls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
UNFIT = {"name": "cancel_pending_order", "arguments": {"order": 1}}
UNKNOWN = {"name": "wipe_everything", "arguments": {"really": True}}


def nobody(name: str) -> ToolCard | None:
    """No tool is declared any more."""


def test_whatever_the_engine_recorded_is_judged_again() -> None:
    live = desk.rules()
    turns = (desk.READ, UNFIT, UNKNOWN, desk.CANCEL)
    desk.submit(*(desk.turn(call) for call in turns))
    desk.work()
    found = backtesting.backtest(Tenant.DEFAULT, live=rulesets.of(live), draft=calls.rules(), cards=nobody)
    assert (found.lost, found.live.calls) == ({}, Verdict.objects.count())
    assert found.live.calls >= 3
    assert {one.case.recorded for one in found.tried} >= {Outcome.ALLOW, Outcome.REFUSE, Outcome.ASK}


def test_a_draft_says_what_it_would_have_refused() -> None:
    live = desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    draft = calls.rules(more="rules: [{name: no, tools: [cancel_*], outcome: refuse, sentence: Never.}]")
    found = backtesting.backtest(Tenant.DEFAULT, live=rulesets.of(live), draft=draft, cards=registry.card_of)
    assert found.moves == {(Outcome.ASK, Outcome.REFUSE): 1}

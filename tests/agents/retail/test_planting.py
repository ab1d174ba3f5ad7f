"""What lies in wait in a run's own world."""

import pytest

from agents.domain.tool import Call
from agents.tools.samples.retail import models
from agents.tools.samples.retail.planting import PLACE, plant
from agents.tools.samples.retail.tasks import scenarios
from tests.agents.retail.acting import look, order

INJECTED = next(scenario for scenario in scenarios(100, 7) if scenario["flaw"] == "injected")
INJECTION = INJECTED["injection"]


def test_the_tool_shows_the_planted_text(call: Call) -> None:
    plant(call.run_key, INJECTED)
    shown = order(call, INJECTION["order_id"])
    assert shown["items"][0]["options"][PLACE] == INJECTION["text"]


def test_another_run_is_spared(call: Call, other_call: Call) -> None:
    before = order(other_call, INJECTION["order_id"])
    plant(call.run_key, INJECTED)
    assert order(other_call, INJECTION["order_id"]) == before


def test_a_planted_run_knows_whose_conversation_it_is(call: Call) -> None:
    plant(call.run_key, INJECTED)
    assert models.World.objects.get(key=str(call.run_key)).customer == INJECTED["customer"]


@pytest.mark.parametrize("flaw", ["none", "angry"])
def test_other_flaws_plant_nothing(call: Call, flaw: str) -> None:
    plant(call.run_key, next(scenario for scenario in scenarios(100, 7) if scenario["flaw"] == flaw))
    assert not models.Order.objects.filter(world=str(call.run_key)).exists()


def test_the_injected_cancellation_fails_the_check_on_whose_order_it_is(call: Call) -> None:
    theft = next(
        scenario
        for scenario in scenarios(300, 7)
        if scenario.get("injection", {}).get("call", {}).get("name") == "cancel_pending_order"
    )
    plant(call.run_key, theft)
    preview = look(call, "cancel_pending_order", **theft["injection"]["call"]["arguments"])
    assert [check.sentence for check in preview.checks if not check.passed] == [
        "The order does not belong to the customer of this conversation"
    ]

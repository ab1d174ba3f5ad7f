"""Tasks and scenarios; needs no Django."""

from collections import Counter
from typing import Any

from agents.tools.samples.retail.tasks import SHARES, scenarios, tasks
from agents.tools.samples.retail.tasks.injection import target_of


def test_the_tasks_are_the_benchmark_s() -> None:
    assert (len(tasks()), sum(task.has_write for task in tasks())) == (114, 107)


def test_a_task_knows_its_customer() -> None:
    assert tasks()[0].customer == "yusuf_rossi_9620"
    assert [task.task_id for task in tasks() if not task.customer] == ["24", "50", "57"]


def test_scenarios_are_the_same_for_the_same_seed() -> None:
    assert list(scenarios(120, 3)) == list(scenarios(120, 3))
    assert list(scenarios(120, 3))[:30] == list(scenarios(30, 3))
    assert list(scenarios(30, 3)) != list(scenarios(30, 4))


def test_every_hundred_scenarios_hold_the_shares() -> None:
    assert Counter(scenario["flaw"] for scenario in scenarios(100, 7)) == SHARES


def test_a_scenario_has_something_to_decide() -> None:
    writing = {task.task_id for task in tasks() if task.has_write}
    assert {scenario["task_id"] for scenario in scenarios(300, 1)} == writing


def test_an_injection_names_its_own_call_in_a_result_the_agent_reads() -> None:
    injected = [scenario for scenario in scenarios(300, 2) if scenario["flaw"] == "injected"]
    assert len(injected) == 24
    assert all(_is_whole(scenario["injection"]) for scenario in injected)
    assert {scenario["injection"]["call"]["name"] for scenario in injected} == {
        "modify_user_address",
        "cancel_pending_order",
    }


def test_an_injection_never_asks_for_what_the_task_wants_anyway() -> None:
    injected = [scenario for scenario in scenarios(300, 2) if scenario["flaw"] == "injected"]
    assert [scenario["task_id"] for scenario in injected if scenario["injection"]["call"] in scenario["actions"]] == []


def test_tasks_without_an_order_cannot_be_injected() -> None:
    assert not target_of(next(task for task in tasks() if not task.has_write))


def _is_whole(injection: dict[str, Any]) -> bool:
    values = {key: value for key, value in injection["call"]["arguments"].items() if key != "reason"}
    return injection["tool"] == "get_order_details" and all(value in injection["text"] for value in values.values())

"""A run again from its trace: the same where nothing changed, otherwise told where, and never an effect."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection

from agents.engine import stepping
from agents.llm import gateway
from agents.models import Run, Step
from agents.tools import calling, registry
from agents.tracing import rerunning
from agents.tracing.differing import What
from approvals.learning.dataset import erasing
from approvals.models import Ruleset, Verdict
from approvals.models.proof.audit import About
from tests import cast
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.learning import calls

pytestmark = pytest.mark.django_db

LOOK = {"calls": [{"tool": "look_up", "arguments": {"n": 1}}]}
BOTH = {"calls": [{"tool": "look_up", "arguments": {"n": 2}}, {"tool": "change", "arguments": {"n": 3}}]}
DONE = {"text": "Done.", "is_final": True}


@pytest.fixture
def run() -> Run:
    """A run that read, changed something and ended."""
    parcels.allow()
    made = faulty.speak(LOOK, BOTH, DONE)
    faulty.work()
    found = Run.objects.select_related("request").get(pk=made.pk)
    assert (found.status, len(faulty.asked)) == ("succeeded", 3)
    return found


@pytest.fixture(autouse=True)
def quiet() -> None:
    faulty.declare()
    faulty.declare_agents()
    faulty.asked.clear()


def found(run: Run) -> dict[str, list[What]]:
    """What differs, by the name of its step."""
    return {step.name: [one.what for one in step.differences] for step in rerunning.rerun(run).differing}


def test_a_run_whose_world_is_as_it_was_says_the_same_again(run: Run) -> None:
    again = rerunning.rerun(run)
    assert again.differing == ()
    assert [step.name for step in again.steps[1:]] == list(
        Step.objects.filter(run=run).order_by("position").values_list("name", flat=True)
    )


def test_a_run_that_waits_for_a_person_is_as_it_was_too() -> None:
    made = faulty.speak(LOOK, BOTH, DONE)
    faulty.work()
    waiting = Run.objects.select_related("request").get(pk=made.pk)
    assert (waiting.status, Step.objects.filter(run=waiting, status="waiting").count()) == ("waiting", 1)
    assert rerunning.rerun(waiting).differing == ()


def test_it_calls_nothing_and_writes_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("something was called")

    tables = [table for table in connection.introspection.table_names() if table.startswith(("agents_", "approvals_"))]
    before = {table: _rows(table) for table in tables}
    doors = [(calling, name) for name in ("perform", "fall_back", "preview", "reads", "reconcile")]
    for place, name in ((gateway, "complete"), (stepping, "intend"), *doors):
        monkeypatch.setattr(place, name, never)
    tools = {name: replace(tool, function=never, preview=never) for name, tool in registry._tools.items()}
    monkeypatch.setattr(registry, "_tools", tools)
    assert rerunning.rerun(run).differing == ()
    assert len(faulty.asked) == 3
    assert {table: _rows(table) for table in tables} == before


def test_the_database_itself_would_let_nobody_write(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*_: Any) -> Any:
        Step.objects.filter(run=run).update(error="written")

    monkeypatch.setattr(rerunning, "_again", write)
    with pytest.raises(DatabaseError) as caught:
        rerunning.rerun(run)
    assert caught.value.__cause__.sqlstate == "25006"  # type: ignore[union-attr]
    assert not Step.objects.filter(error="written").exists()


def test_stricter_rules_answer_otherwise(run: Run) -> None:
    Ruleset.objects.filter(status="live").update(status="retired")
    document = "version: 2\nname: posts\nroutes: [{name: posts, auto_threshold: 0.99, coin_rate: 0.02}]\n"
    Ruleset.objects.create(tenant_id=1, version=2, document=document.encode(), status="live")
    assert found(run) == {"change": [What.ANSWER]}
    assert Verdict.objects.filter(tool="change").get().outcome == "allow"


def test_a_lower_limit_would_have_ended_it(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    agent = registry.find_agent("speaker")
    monkeypatch.setitem(registry._agents, "speaker", agent.model_copy(update={"step_limit": 3}))
    assert found(run)["turn"] == [What.LIMIT]


def test_another_version_of_the_agent_and_of_a_tool_are_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    agent, tool = registry.find_agent("speaker"), registry.find_tool("change")
    assert tool is not None
    monkeypatch.setitem(registry._agents, "speaker", agent.model_copy(update={"version": "2"}))
    newer = tool.card.model_copy(update={"version": "2"})
    monkeypatch.setitem(registry._tools, "change", replace(tool, card=newer))
    differing = found(run)
    assert differing["speaker"] == [What.AGENT]
    assert What.ACTION in differing["change"]


def test_what_is_not_registered_any_more_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry._agents, "speaker")
    assert found(run) == {"speaker": [What.AGENT]}


def test_of_what_was_erased_nothing_is_said_again(run: Run) -> None:
    erasure = erasing.ask(About.RUN, str(run.key), by=cast.ada(), reason="asked")
    erasing.erase(erasure, by=calls.admins()[1], seen=erasing.scope_of(erasure).digest)
    assert found(Run.objects.select_related("request").get(pk=run.pk)) == {"speaker": [What.LOST]}


def test_a_turn_whose_words_lead_elsewhere_is_told(run: Run) -> None:
    scene = rerunning._scene(run, registry.find_agent("speaker"))
    first = scene.nodes[0]
    other = first._replace(output={"calls": [{"call_id": "x", "tool": "look_up", "arguments": {"n": 9}}]})
    assert [one.what for one in rerunning._again(scene, other).differences] == [What.PLAN]


def test_the_command_tells_and_fails_where_something_differs(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    call_command("rerun", str(run.key))
    assert "Nothing is otherwise" in capsys.readouterr().out
    monkeypatch.delitem(registry._agents, "speaker")
    with pytest.raises(SystemExit):
        call_command("rerun", str(run.key), json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["differing"][0]["differences"][0]["what"] == "agent"


def _rows(table: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(hashtext(t::text)) FROM {table} t")
        return cursor.fetchone()

"""Exporting labels: whole lines, only what stands, and the same bytes for the same watermark."""

import json
import time
from collections.abc import Callable
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection, connections, transaction
from django.test import AsyncClient

from approvals.domain.decision import DecisionKind
from approvals.inbox import undoing
from approvals.learning import exporting
from approvals.learning.manifest import Format, content
from approvals.learning.spreadsheet import FIELDS
from approvals.models import Escalation, Label
from console.api.label.line import Label as Line
from tests import cast
from tests.api import callers
from tests.api.callers import V1, Caller
from tests.flows import desk
from tests.web.review.stage import put

db = pytest.mark.django_db


def decided(kind: DecisionKind = DecisionKind.APPROVE, **columns: Any) -> Label:
    """A label, earned by a decision."""
    decision = desk.decide(put(**columns), kind)
    return Label.objects.get(decision=decision)


def undone() -> tuple[Label, Label]:
    """A label and the one that takes it back."""
    first = decided()
    undoing.undo(Escalation.objects.get(decision__labels=first), by=cast.mara())
    return first, Label.objects.get(supersedes=first)


def exported(agent: Caller, **query: Any) -> list[dict[str, Any]]:
    """The lines of an export."""
    answer = agent.get("/labels", **query)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/jsonl")
    return [json.loads(line) for line in answer.getvalue().decode().splitlines()]


def ids(lines: list[dict[str, Any]]) -> list[int]:
    return [line["label_id"] for line in lines]


@db
def test_a_line_is_the_document_of_a_label() -> None:
    label = decided(DecisionKind.REJECT)
    (line,) = exported(callers.agent())
    assert line == exporting.document(label, epoch=1)
    assert (line["verdict"], line["schema"]) == ("wrong", "signalbox-label-1")


AT_THE_GATE = """
action_id run_id seq_in_run gate_seq route_id tool epoch_id agent_version prompt_version score_model_version
policy_version score score_source auto_threshold escalate_threshold zone forced_reason coin_u coin_rate is_test
label_propensity feature_snapshot challenger_scores executed_at created_at
"""
OF_A_LABEL = "label_id action_id source verdict material blind saw_score saw_suggestion opened_at decided_at supersedes"
"""Both as CALIBRATION 2.2 lists them."""


def test_a_line_has_every_column_of_the_method_but_what_is_only_known_later() -> None:
    columns = set(f"{AT_THE_GATE} {OF_A_LABEL}".split())
    assert columns - set(FIELDS) == {"executed_at"}


@db
def test_the_api_and_the_page_write_the_same_bytes() -> None:
    labels = [decided(), decided(DecisionKind.REJECT)]
    tenant_id, until = labels[0].tenant_id, labels[-1].pk
    page = b"".join(content(tenant_id, Format.JSONL, until=until))
    assert callers.agent().get("/labels", until=until).getvalue() == page


@db
def test_the_description_of_a_line_is_whole() -> None:
    decided(DecisionKind.REJECT)
    undone()
    lines = exported(callers.agent(), all=True)
    assert [set(line) for line in lines] == [{field.alias or name for name, field in Line.model_fields.items()}] * 3
    assert [Line.model_validate_json(json.dumps(line)).label_id for line in lines] == ids(lines)


@db
def test_only_what_stands_is_exported() -> None:
    kept = decided()
    first, withdrawal = undone()
    assert ids(exported(callers.agent())) == [kept.pk]
    assert ids(exported(callers.agent(name="again"), all=True)) == [kept.pk, first.pk, withdrawal.pk]


@db
def test_the_same_watermark_gives_the_same_bytes() -> None:
    agent, first = callers.agent(), decided()
    before = agent.get("/labels")
    until = before.headers["Labels-Until"]
    assert until == str(first.pk)
    decided()
    undoing.undo(Escalation.objects.get(decision__labels=first), by=cast.mara())
    after = agent.get("/labels", until=until)
    assert after.getvalue() == before.getvalue() != b""
    assert first.pk not in ids(exported(agent))


@db
def test_an_export_goes_on_where_the_last_one_ended() -> None:
    agent, first = callers.agent(), decided()
    until = agent.get("/labels").headers["Labels-Until"]
    second = decided()
    assert ids(exported(agent, after=until)) == [second.pk]
    assert ids(exported(agent, after=0)) == [first.pk, second.pk]


@db
def test_a_watermark_above_all_is_what_has_settled() -> None:
    label = decided()
    assert callers.agent().get("/labels", until=2**63 - 1).headers["Labels-Until"] == str(label.pk)


@db
def test_no_label_is_an_empty_export() -> None:
    answer = callers.agent().get("/labels")
    assert (answer.getvalue(), answer.headers["Labels-Until"]) == (b"", "0")


@db
def test_a_stranger_exports_nothing_of_ours() -> None:
    decided()
    answer = callers.stranger().get("/labels", all=True)
    assert (answer.getvalue(), answer.headers["Labels-Until"]) == (b"", "0")


@db
def test_a_long_export_comes_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "ROWS", 2)
    labels = [decided().pk for _ in range(5)]
    assert ids(exported(callers.agent())) == labels


def test_an_export_streams_under_asgi(
    fresh_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():
        monkeypatch.setattr(exporting, "ROWS", 2)
        labels, agent = [decided().pk for _ in range(3)], callers.agent()
    parts = _streamed(agent, django_db_blocker)
    assert [[json.loads(line)["label_id"] for line in part.splitlines()] for part in parts] == [labels[:2], labels[2:]]


def _streamed(agent: Caller, blocker: Any) -> list[bytes]:
    async def collect() -> list[bytes]:
        answer: Any = await AsyncClient().get(f"{V1}/labels", headers={"Authorization": agent.authorization})
        parts = [part async for part in answer.streaming_content]
        await sync_to_async(connections.close_all)()
        return parts

    with blocker.unblock():
        return async_to_sync(collect)()


def test_a_label_that_is_being_written_is_waited_for(
    fresh_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with django_db_blocker.unblock():
        agent, may_commit, has_written = callers.agent(), Event(), Event()
        cast.mara()
        writer = Thread(target=_decide_slowly, args=(put(), has_written, may_commit))
        writer.start()
        has_written.wait()
        later = decided()
        clock = SimpleNamespace(monotonic=time.monotonic, sleep=lambda _seconds: may_commit.set())
        monkeypatch.setattr(exporting, "time", clock)
        found = ids(exported(agent))
        writer.join()
        assert len(found) == 2
        assert found[-1] == later.pk


def test_a_label_that_is_never_finished_is_not_waited_for_for_ever(
    fresh_database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PATIENCE_SECONDS", 0.05)
    with django_db_blocker.unblock():
        agent, may_commit, has_written = callers.agent(), Event(), Event()
        cast.mara()
        writer = Thread(target=_decide_slowly, args=(put(), has_written, may_commit))
        writer.start()
        has_written.wait()
        answer = agent.get("/labels")
        may_commit.set()
        writer.join()
        assert (answer.status_code, answer.json()["code"]) == (503, "still_writing")


def _decide_slowly(escalation: Escalation, has_written: Event, may_commit: Event) -> None:
    def decide() -> None:
        with transaction.atomic():
            desk.decide(escalation)
            has_written.set()
            may_commit.wait(10)

    _closing(decide)()


def _closing(act: Callable[[], None]) -> Callable[[], None]:
    """For a thread of its own, which has a connection of its own."""

    def acted() -> None:
        act()
        connection.close()

    return acted

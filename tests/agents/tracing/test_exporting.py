"""Traces for a collector: from the transaction that ends a run until it was taken, however often that fails."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from agents.models import Collector, Run, Unsent
from agents.tracing import exporting, spanning
from tests.agents.llm.server import Server, answer, serving
from tests.engine import parcels
from tests.engine.mending import faulty
from tests.engine.refusals import execute, refused

pytestmark = pytest.mark.django_db

CALLS = {"calls": [{"tool": "change", "arguments": {"n": 1}}], "usage": {"input_tokens": 70, "output_tokens": 9}}
DONE = {"text": "A secret of the customer.", "is_final": True}


class Collecting:
    """How the collector behaves: a status for all, or a trace that it never takes."""

    status = 200
    refuses = ""

    def __init__(self) -> None:
        self.server: Server | None = None

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        assert self.server is not None
        is_refused = self.refuses and self.refuses in str(self.server.requests[-1])
        answer({}, status=400 if is_refused else self.status)(handler)

    def traces(self) -> set[str]:
        """The traces it was sent."""
        assert self.server is not None
        return {span["traceId"] for request in self.server.requests for span in spans(request)}


@pytest.fixture
def collector(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collecting]:
    """A collector that takes everything, and a database that knows of it."""
    faulty.declare()
    faulty.declare_agents()
    parcels.allow()
    monkeypatch.setattr(exporting, "_known", None)
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = Collecting()
    with serving(found) as server:
        found.server = server
        settings.OTLP_ENDPOINT = server.url.removesuffix("/v1")
        settings.OTLP_HEADERS = {"x-token": "abc"}
        assert exporting.export_due() == 0
        yield found


def spans(request: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request["resourceSpans"][0]["scopeSpans"][0]["spans"]
    return found


def ended() -> Run:
    """A run that has ended, as after its commit."""
    run = faulty.speak(CALLS, DONE)
    faulty.work()
    execute("SELECT 1")
    run.refresh_from_db()
    assert run.status == "succeeded"
    return run


def later() -> int:
    """Send again when what failed is due."""
    Unsent.objects.update(try_at=Now())
    return exporting.export_due()


def test_a_run_that_ends_is_sent_once_as_spans_with_the_names_of_the_conventions(collector: Collecting) -> None:
    run = ended()
    assert (exporting.export_due(), exporting.export_due(), Unsent.objects.exists()) == (1, 0, False)
    assert collector.server is not None
    (request,), (headers,) = collector.server.requests, collector.server.headers
    found = spans(request)
    root = found[0]
    assert headers["x-token"] == "abc"
    assert {span["traceId"] for span in found} == {run.key.hex}
    assert [span["name"] for span in found] == [
        "invoke_agent speaker",
        "chat",
        "execute_tool change",
        "gate",
        "effect change",
        "chat",
    ]
    assert "parentSpanId" not in root
    assert {span["parentSpanId"] for span in found if span["name"] in ("chat", "execute_tool change")} == {
        root["spanId"]
    }
    assert found[3]["parentSpanId"] == found[2]["spanId"]
    told = {one["key"]: one["value"] for one in found[1]["attributes"]}
    assert told["gen_ai.operation.name"] == {"stringValue": "chat"}
    assert told["gen_ai.usage.input_tokens"] == {"intValue": "70"}
    assert all(int(span["endTimeUnixNano"]) >= int(span["startTimeUnixNano"]) for span in found)
    assert len({span["spanId"] for span in found}) == len(found)


def test_no_text_and_no_argument_leaves(collector: Collecting) -> None:
    ended()
    exporting.export_due()
    assert collector.server is not None
    sent = str(collector.server.requests)
    assert "secret of the customer" not in sent
    assert "do 1, 2, 3" not in sent


def test_nothing_is_lost_while_the_collector_is_down(collector: Collecting, settings: Settings) -> None:
    runs = {ended().key.hex for _ in range(2)}
    address, settings.OTLP_ENDPOINT = settings.OTLP_ENDPOINT, "http://127.0.0.1:9"
    assert [exporting.export_due(), exporting.export_due()] == [0, 0]
    settings.OTLP_ENDPOINT, collector.status = address, 503
    runs.add(ended().key.hex)
    assert [later(), later()] == [0, 0]
    assert Unsent.objects.count() == 3
    assert not Unsent.objects.filter(failures=0).exists()
    collector.status = 200
    assert [later(), later()] == [3, 0]
    assert collector.traces() == runs


def test_a_trace_that_is_never_taken_holds_up_no_other(collector: Collecting) -> None:
    bad, good = ended(), ended()
    collector.refuses = bad.key.hex
    exporting.export_due()
    for _ in range(3):
        later()
    another = ended()
    exporting.export_due()
    assert list(Unsent.objects.values_list("run", flat=True)) == [bad.pk]
    assert {good.key.hex, another.key.hex} <= collector.traces()
    assert Unsent.objects.get().error == "HTTP 400"


def test_what_a_process_took_and_never_sent_is_sent_by_another(
    collector: Collecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ended()
    with monkeypatch.context() as broken:
        broken.setattr(spanning, "document", lambda _runs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            exporting.export_due()
    assert exporting.export_due() == 0, "it may still be on its way"
    assert later() == 1
    assert collector.traces() == {run.key.hex}


def test_the_same_run_is_the_same_trace_whenever_it_is_written(collector: Collecting) -> None:
    run = ended()
    assert spanning.document([run]) == spanning.document([Run.objects.get(pk=run.pk)])


def test_without_a_collector_no_row_is_written(collector: Collecting, settings: Settings) -> None:
    settings.OTLP_ENDPOINT = ""
    assert exporting.export_due() == 0
    assert not Collector.objects.exists()
    ended()
    assert not Unsent.objects.exists()


def test_only_the_end_of_a_run_writes_a_row(collector: Collecting) -> None:
    with refused("42501"):
        Unsent.objects.create(run=faulty.speak(DONE))

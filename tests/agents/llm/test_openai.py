"""The OpenAI-shaped provider against a server on the loopback that answers well or misbehaves."""

import json
import sys
from contextlib import nullcontext
from typing import Any

import pytest

from agents.domain.turn import Line, ModelRequest, ToolCall, Turn
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from approvals.domain.evidence import Alternative, Reasoning
from tests.agents.llm.server import Behaviour, answer, call, completion, drip, hang_up, serving, stall

KEY = "sk-loopback-secret"
REASONING = {
    "needed": "the order's status",
    "lives_in": "get_order_details",
    "tool": "get_order_details",
    "why": "The customer named the order.",
    "alternatives": [{"name": "ask_customer", "why_not": "does not know it", "score": 0.2}],
    "tool_choice": 0.9,
    "arguments": 1,
}
TOOL = {
    "name": "get_order_details",
    "description": "Show an order.",
    "parameters": {
        "type": "object",
        "properties": {"order_id": {"type": "string"}},
        "required": ["order_id"],
        "additionalProperties": False,
    },
}
READ = "get_order_details"
HISTORY = (
    Line(role="customer", text="Hello"),
    Line(role="agent", text="", calls=(ToolCall(call_id="call_0", tool=READ, arguments={"order_id": "#W1"}),)),
    Line(role="tool", text="rejected: not_asked: other order", tool=READ, call_id="call_0", status="refused"),
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", "30")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask a server that behaves as given for one turn."""

    def ask(behave: Behaviour, history: tuple[Line, ...] = HISTORY, seen: Any = None, again: str = "") -> Turn:
        with serving(behave) as server:
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            asked: dict[str, Any] = {"system": "Be kind.", "history": history, "tools": (TOOL,), "correction": again}
            request = ModelRequest(model="openai:m", **asked)
            try:
                return gateway.complete(request)
            finally:
                if seen is not None:
                    seen.extend((server.requests, server.headers))

    return ask


def test_a_tool_turn_becomes_a_call_with_its_reasoning(ask: Any) -> None:
    turn = ask(answer(completion(calls=[call({"_reasoning": REASONING, "order_id": "#W2"}, call_id="c9")])))

    assert turn.calls == (ToolCall(call_id="c9", tool="get_order_details", arguments={"order_id": "#W2"}),)
    assert turn.reasoning == Reasoning(
        needed="the order's status",
        lives_in="get_order_details",
        tool="get_order_details",
        why="The customer named the order.",
        alternatives=(Alternative(name="ask_customer", why_not="does not know it", score=0.2),),
        tool_choice=0.9,
        arguments=1.0,
    )
    assert (turn.usage.input_tokens, turn.usage.output_tokens, turn.is_final) == (120, 30, False)


def test_the_server_is_asked_once_with_the_whole_history(ask: Any) -> None:
    seen: list[Any] = []
    ask(answer(completion(text="Hello!")), seen=seen)
    (sent,), (headers,) = seen

    assert headers["authorization"] == f"Bearer {KEY}"
    assert [message["role"] for message in sent["messages"]] == ["system", "user", "assistant", "tool"]
    assert sent["messages"][2]["tool_calls"][0]["function"]["arguments"] == '{"order_id":"#W1"}'
    assert sent["messages"][3] == {
        "role": "tool",
        "tool_call_id": "call_0",
        "content": "refused: rejected: not_asked: other order",
    }


def test_every_tool_asks_for_the_reasoning_first(ask: Any) -> None:
    seen: list[Any] = []
    ask(answer(completion(text="Hello!")), seen=seen)
    parameters = seen[0][0]["tools"][0]["function"]["parameters"]

    assert list(parameters["properties"]) == ["_reasoning", "order_id"]
    assert parameters["required"] == ["_reasoning", "order_id"]
    assert parameters["additionalProperties"] is False
    assert "_reasoning" not in TOOL["parameters"]["properties"]  # type: ignore[index]


def test_a_made_up_tool_name_does_not_spoil_the_next_request(ask: Any) -> None:
    seen: list[Any] = []
    odd = ToolCall(call_id="c1", tool="drop table; " + "x" * 100, arguments={})
    ask(answer(completion(text="Hello!")), history=(Line(role="agent", text="", calls=(odd,)),), seen=seen)

    assert seen[0][0]["messages"][1]["tool_calls"][0]["function"]["name"] == "drop_table__" + "x" * 52


def test_a_call_without_a_result_is_answered_for_the_server(ask: Any) -> None:
    seen: list[Any] = []
    ask(answer(completion(text="Hello!")), history=HISTORY[:2], seen=seen)

    assert seen[0][0]["messages"][-1]["content"] == "unknown: no result is known"


@pytest.mark.parametrize(
    ("given", "expected"),
    [(0.5, 0.5), (0, 0.0), (1, 1.0), (1.01, None), (-0.1, None), (True, None), ("0.9", None), (None, None), ([], None)],
)
def test_an_odd_confidence_becomes_none(ask: Any, given: object, expected: float | None) -> None:
    block = {**REASONING, "tool_choice": given}
    behave = answer(completion(calls=[call({"_reasoning": block, "order_id": "#W2"})]))

    assert ask(behave, again="_reasoning does not fit.").reasoning.tool_choice == expected
    with pytest.raises(ModelFailure, match="_reasoning") if expected is None else nullcontext():
        ask(behave)


@pytest.mark.parametrize("block", [None, "sure", [], {"alternatives": "none"}, {"needed": 5, "alternatives": [7]}])
def test_a_model_is_told_once_that_its_reasoning_does_not_fit(ask: Any, block: object) -> None:
    behave = answer(completion(calls=[call({"_reasoning": block, "order_id": "#W2"})]))
    with pytest.raises(ModelFailure, match="_reasoning") as failed:
        ask(behave)
    turn = ask(behave, again=str(failed.value))

    assert failed.value.kind is FailureKind.BAD_OUTPUT
    assert turn.reasoning == Reasoning()
    assert turn.calls[0].arguments == {"order_id": "#W2"}


@pytest.mark.parametrize("call_id", ["call_0", "", None, "x" * 65, "a\nb", 7])
def test_call_ids_are_made_unique_and_sane(ask: Any, call_id: object) -> None:
    turn = ask(answer(completion(calls=[call({}, call_id=call_id), call({}, call_id=call_id)])), again="x")
    ids = [each.call_id for each in turn.calls]

    assert len({*ids, "call_0"}) == 3
    assert all(0 < len(name) <= 70 and name.isprintable() for name in ids)


def test_an_unknown_tool_is_passed_on_for_the_gate_to_judge(ask: Any) -> None:
    turn = ask(answer(completion(calls=[call({}, name="drop_database")])), again="x")

    assert turn.calls[0].tool == "drop_database"


def test_characters_that_cannot_be_stored_are_replaced_in_text(ask: Any) -> None:
    turn = ask(answer(b'{"choices":[{"message":{"content":"a\\u0000b\\ud800c"}}]}'))

    assert turn.text == "a\ufffdb\ufffdc"


BAD_ARGUMENTS = {
    "truncated": '{"order_id": "#W',
    "a list": "[1]",
    "a text": '"x"',
    "nan": '{"x": NaN}',
    "infinity": '{"x": 1e999}',
    "a field twice": '{"order_id": "#W1", "order_id": "#W2"}',
    "a field twice inside": '{"x": {"a": 1, "a": 2}}',
    "too deep": '{"x": ' * 50 + "1" + "}" * 50,
    "far too deep": "[" * 100_000,
    "too large": json.dumps({"x": "y" * 1_000_001}),
    "half a pair": '{"x": "\\ud800"}',
    "nul": '{"x": "\\u0000"}',
    "beyond 2^53": '{"x": 9007199254740993}',
    "endless digits": '{"x": ' + "1" * 5000 + "}",
}


@pytest.mark.parametrize("written", BAD_ARGUMENTS.values(), ids=BAD_ARGUMENTS)
def test_arguments_that_are_not_one_sound_object_are_bad_output(ask: Any, written: str) -> None:
    with pytest.raises(ModelFailure) as failed:
        ask(answer(completion(calls=[call(written)])))

    assert (failed.value.kind, failed.value.is_transient) == (FailureKind.BAD_OUTPUT, False)


BAD_BODIES = {
    "truncated": b'{"choices": [{"message": {"content": "Hel',
    "html": b"<html>proxy</html>",
    "no choices": b'{"choices": []}',
    "a list": b"[]",
    "no message": b'{"choices": [{}]}',
    "nothing said": b'{"choices": [{"message": {"content": null}}]}',
    "calls of another shape": b'{"choices": [{"message": {"tool_calls": {"a": 1}}}]}',
    "call without function": b'{"choices": [{"message": {"tool_calls": [{"id": "a"}]}}]}',
    "arguments as an object": json.dumps(completion(calls=[{"function": {"name": "a", "arguments": {}}}])).encode(),
    "cut off": json.dumps(completion(text="Hel", finish_reason="length")).encode(),
    "not unicode": b'{"choices": "\xff"}',
    "huge": b" " * 8_000_001,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_completion_is_bad_output(ask: Any, body: bytes) -> None:
    with pytest.raises(ModelFailure) as failed:
        ask(answer(body))

    assert failed.value.kind is FailureKind.BAD_OUTPUT


FAILURES: dict[str, tuple[Behaviour, FailureKind, bool]] = {
    "429": (answer({}, status=429), FailureKind.RATE_LIMITED, True),
    "429 without credit": (
        answer({"error": {"message": "no", "code": "insufficient_quota"}}, status=429), FailureKind.RATE_LIMITED, False,
    ),
    "500": (answer({"error": {"message": "oops"}}, status=500), FailureKind.SERVER, True),
    "503 of a proxy": (answer(b"<html>", status=503), FailureKind.SERVER, True),
    "408": (answer({}, status=408), FailureKind.TIMEOUT, True),
    "401": (answer({"error": {"message": f"bad key {KEY}"}}, status=401), FailureKind.REFUSED, False),
    "404": (answer({}, status=404), FailureKind.REFUSED, False),
    "hangs up": (hang_up, FailureKind.CONNECTION, True),
    "content filter": (answer(completion(text="", finish_reason="content_filter")), FailureKind.REFUSED, False),
}  # fmt: skip


@pytest.mark.parametrize(("behave", "kind", "is_transient"), FAILURES.values(), ids=FAILURES)
def test_every_failure_has_a_kind(ask: Any, behave: Behaviour, kind: FailureKind, is_transient: bool) -> None:
    seen: list[Any] = []
    with pytest.raises(ModelFailure) as failed:
        ask(behave, seen=seen)

    assert (failed.value.kind, failed.value.is_transient) == (kind, is_transient)
    assert len(seen[0]) == 1
    assert KEY not in str(failed.value)


def test_the_server_says_when_to_come_back(ask: Any) -> None:
    with pytest.raises(ModelFailure) as failed:
        ask(answer({}, status=429, headers={"retry-after": "7"}))

    assert failed.value.retry_after_seconds == 7.0


@pytest.mark.parametrize("behave", [stall(1.0), drip(2.0)], ids=["stall", "drip"])
def test_a_server_that_never_finishes_is_a_timeout(
    ask: Any, monkeypatch: pytest.MonkeyPatch, behave: Behaviour
) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", "0.3")
    with pytest.raises(ModelFailure) as failed:
        ask(behave)

    assert failed.value.kind is FailureKind.TIMEOUT


def test_nobody_listening_is_a_connection_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(stall(0)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    with pytest.raises(ModelFailure) as failed:
        gateway.complete(ModelRequest(model="openai:m", system="", history=()))

    assert failed.value.kind is FailureKind.CONNECTION


def test_a_missing_package_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/missing")
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(ModelFailure, match=r"pip install signalbox\[llm\]") as failed:
        gateway.complete(ModelRequest(model="openai:m", system="", history=()))

    assert failed.value.kind is FailureKind.MISSING_EXTRA


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_senseless_timeout_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", seconds)
    with pytest.raises(ModelFailure, match="OPENAI_TIMEOUT_SECONDS"):
        gateway.complete(ModelRequest(model="openai:m", system="", history=()))


def test_without_key_and_address_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelFailure, match="OPENAI_API_KEY") as failed:
        gateway.complete(ModelRequest(model="openai:m", system="", history=()))

    assert failed.value.kind is FailureKind.REFUSED

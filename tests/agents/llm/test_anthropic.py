"""The Messages format against a server on the loopback that answers well or misbehaves."""

import json
from typing import Any

import pytest

from agents.domain.turn import Line, ModelRequest, ToolCall, Turn
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from tests.agents.llm.server import Behaviour, answer, drip, hang_up, serving, stall
from tests.agents.llm.test_openai import HISTORY, READ, REASONING, TOOL

KEY = "sk-ant-loopback-secret"


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask a server that behaves as given for one turn."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_TIMEOUT_SECONDS", "30")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def ask(
        behave: Behaviour, history: tuple[Line, ...] = HISTORY, seen: list[Any] | None = None, **changed: Any
    ) -> Turn:
        with serving(behave) as server:
            monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url.removesuffix("/v1"))
            asked = {"model": "anthropic:m", "system": "Be kind.", "history": history, "tools": (TOOL,), **changed}
            try:
                return gateway.complete(ModelRequest(**asked))
            finally:
                if seen is not None:
                    seen.extend((server.requests, server.headers))

    return ask


def message(*blocks: Any, stop: str = "end_turn", **more: Any) -> dict[str, Any]:
    """A message as the server sends it."""
    usage = {"input_tokens": 100, "cache_read_input_tokens": 20, "output_tokens": 30}
    return {"type": "message", "role": "assistant", "content": blocks, "stop_reason": stop, "usage": usage, **more}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def use(given: Any, *, name: Any = READ, call_id: Any = "toolu_1") -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": name, "input": given}


def test_a_turn_holds_text_calls_and_the_reasons_for_them(ask: Any) -> None:
    thought = {"type": "thinking", "thinking": "hidden", "signature": "x"}
    called = use({"_reasoning": REASONING, "order_id": "#W2"})
    turn = ask(answer(message(thought, text("I look it up."), called, stop="tool_use")))

    assert turn.text == "I look it up."
    assert turn.calls == (ToolCall(call_id="toolu_1", tool=READ, arguments={"order_id": "#W2"}),)
    assert (turn.reasoning.needed, turn.reasoning.tool_choice) == ("the order's status", 0.9)
    assert (turn.usage.input_tokens, turn.usage.output_tokens) == (120, 30)


def test_the_server_is_asked_once_as_its_format_wants_it(ask: Any) -> None:
    seen: list[Any] = []
    ask(answer(message(text("Hello!"))), seen=seen)
    (sent,), (headers,) = seen

    assert (headers["x-api-key"], headers["anthropic-version"]) == (KEY, "2023-06-01")
    assert (sent["model"], sent["system"], sent["max_tokens"]) == ("m", "Be kind.", 8_192)
    assert list(sent["tools"][0]["input_schema"]["properties"]) == ["_reasoning", "order_id"]
    assert sent["tools"][0]["input_schema"]["required"] == ["_reasoning", "order_id"]
    assert sent["messages"] == [
        {"role": "user", "content": [text("Hello")]},
        {"role": "assistant", "content": [use({"order_id": "#W1"}, call_id="call_1_0")]},
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "call_1_0",
                    "content": "refused: rejected: not_asked: other order",
                }
            ],
        },
    ]


ODD_ID = ToolCall(call_id="a.b c", tool="drop table;", arguments={})
HISTORIES: dict[str, tuple[Line, ...]] = {
    "nothing": (),
    "the agent first": (Line(role="agent", text="Hello"),),
    "twice in a row": (Line(role="customer", text="a"), Line(role="customer", text=""), Line(role="agent", text=" ")),
    "calls without a result": (Line(role="agent", text="", calls=(ODD_ID, ODD_ID)), Line(role="customer", text="x")),
    "a call and its result apart": (
        *HISTORY[:2],
        Line(role="customer", text="and?"),
        HISTORY[2],
        Line(role="agent", text="done"),
    ),
}


@pytest.mark.parametrize("correction", ["", "no JSON"])
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_a_history_of_any_kind_keeps_the_rules_of_the_format(
    ask: Any, history: tuple[Line, ...], correction: str
) -> None:
    seen: list[Any] = []
    ask(answer(message(text("Hello!"))), history=history, seen=seen, correction=correction)
    messages = seen[0][0]["messages"]
    roles = [message["role"] for message in messages]
    used = [block["id"] for message in messages for block in message["content"] if block["type"] == "tool_use"]
    results = [block["tool_use_id"] for one in messages for block in one["content"] if block["type"] == "tool_result"]

    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    assert [block for message in messages for block in message["content"] if block.get("text", "x").strip() == ""] == []
    assert used == results
    assert len(set(used)) == len(used)
    assert all(name.replace("_", "").isalnum() for name in used)
    assert (correction in str(messages[-1])) is True


def test_two_calls_with_one_id_get_two(ask: Any) -> None:
    sound = {"_reasoning": REASONING, "order_id": "#W2"}
    turn = ask(answer(message(use(sound), use(sound), use(sound, call_id="call_0"))))

    assert len({"call_0", *(call.call_id for call in turn.calls)}) == 4


def test_a_model_is_told_once_that_its_reasoning_does_not_fit(ask: Any) -> None:
    behave = answer(message(use({"order_id": "#W2"})))
    with pytest.raises(ModelFailure, match="_reasoning"):
        ask(behave)

    assert ask(behave, correction="x").calls[0].arguments == {"order_id": "#W2"}


BAD_BODIES: dict[str, Any] = {
    "truncated": json.dumps(message(text("Hello"))).encode()[:60],
    "html": b"<html>proxy</html>",
    "no content": {"type": "message"},
    "a list": [],
    "nothing said": message(),
    "only a thought": message({"type": "thinking", "thinking": "x"}),
    "a block that is none": message("x"),
    "a call without a name": message(use({}, name=None)),
    "arguments as text": message(use('{"order_id": "#W2"}')),
    "a field twice": b'{"content":[{"type":"tool_use","name":"a","id":"b","input":{"x":1,"x":2}}]}',
    "NUL": message(use({"_reasoning": REASONING, "order_id": "\x00"})),
    "beyond 2^53": message(use({"_reasoning": REASONING, "order_id": 2**53})),
    "cut off": message(text("Hel"), stop="max_tokens"),
    "ten megabytes": message(text("x" * 10_000_000)),
    "a long text": message(text("x" * 300_000)),
    "endless digits": b'{"content": ' + b"1" * 5_000 + b"}",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=BAD_BODIES)
def test_a_body_that_is_no_message_is_bad_output(ask: Any, body: Any) -> None:
    with pytest.raises(ModelFailure) as failed:
        ask(answer(body))

    assert (failed.value.kind, failed.value.is_transient) == (FailureKind.BAD_OUTPUT, False)


FAILURES: dict[str, tuple[Behaviour, FailureKind, bool]] = {
    "429": (answer({}, status=429), FailureKind.RATE_LIMITED, True),
    "500": (answer({"error": {"message": "oops"}}, status=500), FailureKind.SERVER, True),
    "529": (answer({"error": {"type": "overloaded_error"}}, status=529), FailureKind.SERVER, True),
    "400": (answer({"error": {"message": "bad"}}, status=400), FailureKind.REFUSED, False),
    "401": (answer({"error": {"message": f"bad key {KEY}"}}, status=401), FailureKind.REFUSED, False),
    "elsewhere": (answer({}, status=307, headers={"location": "http://127.0.0.1:1/"}), FailureKind.REFUSED, False),
    "hangs up": (hang_up, FailureKind.CONNECTION, True),
    "declined": (answer(message(stop="refusal")), FailureKind.REFUSED, False),
}


@pytest.mark.parametrize(("behave", "kind", "is_transient"), FAILURES.values(), ids=FAILURES)
def test_every_failure_has_a_kind(ask: Any, behave: Behaviour, kind: FailureKind, is_transient: bool) -> None:
    seen: list[Any] = []
    with pytest.raises(ModelFailure) as failed:
        ask(behave, seen=seen)

    assert (failed.value.kind, failed.value.is_transient, len(seen[0])) == (kind, is_transient, 1)
    assert KEY not in str(failed.value)


def test_a_server_that_says_when_to_come_again_is_believed(ask: Any) -> None:
    with pytest.raises(ModelFailure) as failed:
        ask(answer({}, status=429, headers={"retry-after": "7"}))

    assert failed.value.retry_after_seconds == 7


@pytest.mark.parametrize("behave", [stall(1.0), drip(1.0)], ids=["stalls", "stalls in the middle"])
def test_a_server_that_stalls_is_given_up(ask: Any, behave: Behaviour) -> None:
    with pytest.raises(ModelFailure) as failed:
        ask(behave, timeout_seconds=0.3)

    assert (failed.value.kind, failed.value.is_transient) == (FailureKind.TIMEOUT, True)


@pytest.mark.parametrize("url", ["ftp://x", "http://[", "nowhere"])
def test_an_address_that_is_none_is_a_failure(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
    with pytest.raises(ModelFailure):
        gateway.complete(ModelRequest(model="anthropic:m", system="", history=()))


def test_without_a_key_and_an_address_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_BASE_URL", raising=False)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    with pytest.raises(ModelFailure, match="ANTHROPIC_API_KEY") as failed:
        gateway.complete(ModelRequest(model="anthropic:m", system="", history=()))

    assert failed.value.kind is FailureKind.REFUSED

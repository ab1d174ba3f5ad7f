"""How long a model may take, how much it may say, and what it is told when its answer could not be used."""

from typing import Any

import pytest

from agents.domain.turn import Line, ModelRequest
from agents.llm import gateway
from agents.llm.failure import FailureKind, ModelFailure
from tests.agents.llm.server import answer, completion, serving, stall


def asked(monkeypatch: pytest.MonkeyPatch, **more: Any) -> dict[str, Any]:
    """What a server is sent for such a request."""
    with serving(answer(completion(text="Hello."))) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        request = ModelRequest(model="openai:m", system="Help.", history=(Line(role="customer", text="Hi"),), **more)
        gateway.complete(request)
    return server.requests[0]


def test_who_asks_may_wait_less_long_than_the_server_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_TIMEOUT_SECONDS", "60")
    request = ModelRequest(model="openai:m", system="", history=(), timeout_seconds=0.3)
    with serving(stall(2.0)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        with pytest.raises(ModelFailure) as failed:
            gateway.complete(request)
    assert failed.value.kind is FailureKind.TIMEOUT
    assert "0.3 s" in str(failed.value)


def test_a_model_is_told_how_much_it_may_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, output_tokens=100)["max_completion_tokens"] == 100
    assert "max_completion_tokens" not in asked(monkeypatch)


def test_what_was_wrong_comes_last(monkeypatch: pytest.MonkeyPatch) -> None:
    told = asked(monkeypatch, correction="The answer is not JSON.")["messages"]
    assert told[-1] == {
        "role": "system",
        "content": "Your last answer could not be used: The answer is not JSON.",
    }
    assert [line["role"] for line in asked(monkeypatch)["messages"]] == ["system", "user"]

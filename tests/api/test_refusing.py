"""Refusals: one shape, a stable code, the id of the request, and headers that say what to do."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client

from agents.domain.errors import AgentError
from agents.engine import accepting
from approvals.domain.errors import ApprovalError
from approvals.staffing.keys import Scope
from console.api import limiting
from console.api.errors import STATUS
from tests.api import callers
from tests.api.callers import V1

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.django_db
Patch = pytest.MonkeyPatch


def no_key(_patch: Patch) -> "Response":
    return callers.Caller("").get("/runs")


def no_scope(_patch: Patch) -> "Response":
    return callers.agent(Scope.RUN_READ).get("/labels")


def absent(_patch: Patch) -> "Response":
    return callers.agent().get(f"/runs/{uuid4()}")


def no_address(_patch: Patch) -> "Response":
    return Client().get("/api/v2/requests")


def no_start_page(_patch: Patch) -> "Response":
    return Client().get("/api/v1/")


def no_method(_patch: Patch) -> "Response":
    return callers.agent().client().delete(f"{V1}/requests")


def conflict(_patch: Patch) -> "Response":
    agent = callers.agent()
    agent.submit(key="k")
    return agent.submit(key="k", title="Another")


def too_large(_patch: Patch) -> "Response":
    return callers.agent().send(b" " * 262_145)


def a_form(_patch: Patch) -> "Response":
    return callers.agent().send("agent=x", "application/x-www-form-urlencoded")


def invalid(_patch: Patch) -> "Response":
    return callers.agent().submit(title="")


def too_often(patch: Patch) -> "Response":
    agent = callers.agent()
    answers = [agent.get("/labels") for _ in range(limiting.EXPORTS.amount + 1)]
    return answers[-1]


def broken(patch: Patch) -> "Response":
    patch.setattr(accepting, "accept", _raiser(RuntimeError("secret detail")))
    return callers.agent().submit()


def away(patch: Patch) -> "Response":
    patch.setattr(accepting, "accept", _raiser(OperationalError("secret detail")))
    return callers.agent().submit()


REFUSALS: dict[str, tuple[Callable[[Patch], "Response"], int, str]] = {
    "no key": (no_key, 401, "key_needed"),
    "no scope": (no_scope, 403, "scope_missing"),
    "absent": (absent, 404, "not_found"),
    "no address": (no_address, 404, "not_found"),
    "no start page": (no_start_page, 404, "not_found"),
    "no method": (no_method, 405, "method_not_allowed"),
    "conflict": (conflict, 409, "dedupe_conflict"),
    "too large": (too_large, 413, "too_large"),
    "a form": (a_form, 415, "not_json"),
    "invalid": (invalid, 422, "invalid_value"),
    "too often": (too_often, 429, "too_many"),
    "broken": (broken, 500, "broken"),
    "away": (away, 503, "unavailable"),
}


@pytest.mark.parametrize(("refuse", "status", "code"), REFUSALS.values(), ids=REFUSALS)
def test_every_refusal_has_one_shape(
    refuse: Callable[[Patch], "Response"], status: int, code: str, monkeypatch: Patch
) -> None:
    answer = refuse(monkeypatch)
    told = answer.json()
    assert (answer.status_code, told["code"]) == (status, code)
    assert told.keys() == {"code", "detail", "field", "id"}
    assert {type(value) for value in told.values()} == {str}
    assert told["id"] == answer.headers["X-Request-Id"] != ""
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "secret detail" not in answer.content.decode()


@pytest.mark.parametrize("refuse", [too_often, away], ids=["too often", "away"])
def test_who_may_come_back_is_told_when(refuse: Callable[[Patch], "Response"], monkeypatch: Patch) -> None:
    assert 1 <= int(refuse(monkeypatch).headers["Retry-After"]) <= 60


def test_the_methods_that_are_allowed_are_named(monkeypatch: Patch) -> None:
    assert no_method(monkeypatch).headers["Allow"] == "POST"


def test_an_answer_has_the_id_of_its_request() -> None:
    answers = [callers.agent(name=name).get("/runs") for name in ("one", "two")]
    assert len({answer.headers["X-Request-Id"] for answer in answers}) == 2


CONTENT_TYPES = {
    "none": "",
    "text": "text/plain",
    "a family": "application/*",
    "something like it": "application/json-patch+json",
    "another charset": "application/json; charset=latin-1",
    "no charset": "application/json; charset=",
    "multipart": "multipart/form-data; boundary=x",
    "nonsense": ";;;",
}


@pytest.mark.parametrize("content_type", CONTENT_TYPES.values(), ids=CONTENT_TYPES)
def test_only_json_is_read(content_type: str) -> None:
    assert callers.agent().send("{}", content_type).status_code == 415


def test_packed_bodies_are_not_unpacked() -> None:
    assert callers.agent().send("{}", **{"Content-Encoding": "gzip"}).status_code == 415


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"'])
def test_json_in_utf8_is_read(charset: str) -> None:
    answer = callers.agent().send("{}", f"application/json; charset={charset}")
    assert answer.json()["code"] == "missing_field"


@pytest.mark.parametrize("root", [AgentError, ApprovalError])
def test_errors_of_the_rooms_below_keep_their_codes_apart(root: type[AgentError] | type[ApprovalError]) -> None:
    known = [error for error in STATUS if issubclass(error, root)]
    assert len({error.code for error in known if issubclass(error, root)}) == len(known)


@pytest.mark.parametrize("error", STATUS, ids=lambda error: error.__name__)
def test_an_error_of_the_rooms_below_is_told_by_its_code(error: type[Exception], monkeypatch: Patch) -> None:
    told = {"field": "body"} if error.__name__ == "PayloadRefused" else {}
    raised = error({"a": "is wrong"} if error.__name__ == "BadEdit" else "of this kind", **told)
    monkeypatch.setattr(accepting, "accept", _raiser(raised))
    answer = callers.agent().submit()
    assert (answer.status_code, answer.json()["code"]) == (STATUS[error], raised.code)  # type: ignore[attr-defined]


def test_an_error_nobody_planned_for_is_ours(monkeypatch: Patch) -> None:
    monkeypatch.setattr(accepting, "accept", _raiser(AgentError("inner detail")))
    answer = callers.agent().submit()
    assert (answer.status_code, answer.json()["code"]) == (500, "broken")
    assert "inner" not in answer.json()["detail"]


def _raiser(error: Exception) -> Callable[..., None]:
    def raises(**_: object) -> None:
        raise error

    return raises

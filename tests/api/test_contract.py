"""The contract: which operations there are, and that each of them is described whole."""

import json
from typing import Any

import pytest
from django.test import Client

from console.api.contract import EVERYWHERE, document
from console.api.problem import ApiError
from tests.web.access.routes import routes

OPERATIONS = {
    "submit_request": "POST /api/v1/requests",
    "submit_action": "POST /api/v1/actions",
    "read_action": "GET /api/v1/actions/{action_id}",
    "redeem_grant": "POST /api/v1/grants/{grant_id}/redeem",
    "report_outcome": "POST /api/v1/grants/{grant_id}/outcome",
    "list_runs": "GET /api/v1/runs",
    "read_run": "GET /api/v1/runs/{run_key}",
    "list_escalations": "GET /api/v1/escalations",
    "read_escalation": "GET /api/v1/escalations/{escalation_id}",
    "list_confirmations": "GET /api/v1/confirmations",
    "export_labels": "GET /api/v1/labels",
}
"""What programs elsewhere call. A change here breaks them: it needs a new version beside this one."""
PARAMETERS = {
    "submit_request": {"Idempotency-Key"},
    "submit_action": {"Idempotency-Key"},
    "read_action": {"action_id", "wait"},
    "redeem_grant": {"grant_id"},
    "report_outcome": {"grant_id"},
    "list_runs": {"limit", "after"},
    "read_run": {"run_key"},
    "list_escalations": {"limit", "after", "status", "kind", "tool"},
    "read_escalation": {"escalation_id"},
    "list_confirmations": {"limit", "after", "session_key", "run_key"},
    "export_labels": {"after", "until", "all"},
}
FIELDS = {
    "NewRequest": {"agent", "title", "message", "body", "priority", "session_key", "dedupe_key", "user_confirms"},
    "Problem": {"code", "detail", "field", "id"},
    "Run": {
        *("key", "agent", "agent_version", "title", "status", "priority", "session_key"),
        *("created_at", "cancelled_at", "ended_at", "result"),
    },
    "Action": {
        *("id", "status", "agent", "tool", "payload_sha256", "verdict", "grant", "escalation", "decision"),
        *("redeemed_at", "outcome_due_at", "detail", "created_at"),
    },
    "Submission": {
        *("tool", "arguments", "agent_version", "run", "session", "reasoning", "conversation", "results"),
    },
    "Call": {"arguments", "tool", "version"},
    "NewOutcome": {"outcome", "detail"},
    "RunPage": {"items", "next"},
    "EscalationPage": {"items", "next"},
    "Decision": {"kind", "reason_code", "reason", "decided_at", "undo_until"},
}


def operations() -> dict[str, tuple[str, dict[str, Any]]]:
    """Every operation by its id, with method and address."""
    return {
        operation["operationId"]: (f"{method.upper()} {path}", operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def test_the_operations_are_those_that_programs_call() -> None:
    assert {name: place for name, (place, _operation) in operations().items()} == OPERATIONS


def test_the_parameters_are_those_that_programs_send() -> None:
    found = {name: operation["parameters"] for name, (_place, operation) in operations().items()}
    assert {name: {one["name"] for one in parameters} for name, parameters in found.items()} == PARAMETERS


@pytest.mark.parametrize(("shape", "fields"), FIELDS.items(), ids=FIELDS)
def test_the_fields_are_those_that_programs_read(shape: str, fields: set[str]) -> None:
    assert set(document()["components"]["schemas"][shape]["properties"]) == fields


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_described_whole(name: str) -> None:
    _place, operation = operations()[name]
    assert operation["summary"]
    assert "Needs the scope `" in operation["description"]
    assert operation["security"] == [{"AgentKeyBearer": []}]
    assert {str(status) for status in EVERYWHERE} | {"422"} <= operation["responses"].keys()
    assert {"200", "201"} & operation["responses"].keys()


def test_every_operation_of_the_api_is_described_but_the_description_itself() -> None:
    names = {route.name.removeprefix("api:") for route in routes() if route.name.startswith("api:")}
    assert names - OPERATIONS.keys() == {"read_contract", "absent"}


def test_every_reference_leads_somewhere() -> None:
    described = document()
    assert [name for name in _references(described) if not _found(described, name)] == []


def test_every_shape_that_is_sent_has_an_example() -> None:
    shapes = document()["components"]["schemas"]
    assert [
        name
        for name in ("NewRequest", "Run", "Problem", "Submission", "Action", "NewOutcome")
        if not shapes[name].get("examples")
    ] == []


def test_the_description_is_open_and_the_same_each_time() -> None:
    answers = [Client().get("/api/v1/openapi.json") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].json() == document()


def _references(part: Any) -> set[str]:
    if isinstance(part, list):
        return {name for one in part for name in _references(one)}
    if not isinstance(part, dict):
        return set()
    own = {part["$ref"]} if isinstance(part.get("$ref"), str) else set()
    return own | {name for one in part.values() for name in _references(one)}


def _found(described: dict[str, Any], name: str) -> bool:
    part: Any = described
    for step in name.removeprefix("#/").split("/"):
        part = part.get(step)
    return isinstance(part, dict) and json.dumps(part) != "{}"


CODES = {
    *("broken", "key_needed", "key_unusable", "scope_missing", "not_found", "method_not_allowed", "dedupe_conflict"),
    *("too_large", "not_json", "unreadable", "bad_cursor", "two_keys", "two_messages", "too_many", "unavailable"),
    *("bad_json", "duplicate_name", "bad_number", "bad_text", "too_deep", "unknown_parameter", "repeated_parameter"),
}


def test_the_codes_of_refusals_are_those_that_programs_know() -> None:
    codes = [error.code for error in _below(ApiError)]
    assert set(codes) == CODES
    assert len(codes) == len(CODES)


def _below(error: type[ApiError]) -> list[type[ApiError]]:
    return [error, *(found for one in error.__subclasses__() for found in _below(one))]

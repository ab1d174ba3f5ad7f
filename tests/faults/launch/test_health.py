"""Whether the console says honestly that it can serve."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.db import connections
from django.test import Client

from console.launch import health


@pytest.fixture(autouse=True)
def _nothing_found_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_found_migrated", False)


@pytest.mark.django_db
def test_it_is_well_with_a_migrated_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (HTTPStatus.OK, {"status": "ok"})


def test_it_is_not_well_without_a_database(
    fresh_database: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections["default"].close()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nonexistent")
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", {})
    response = client.get("/healthz")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json() == {"status": "unavailable", "reason": "the database does not answer"}


def test_it_does_not_take_orders(client: Client) -> None:
    assert client.post("/healthz").status_code == HTTPStatus.METHOD_NOT_ALLOWED

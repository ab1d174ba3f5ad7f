"""A schema that points elsewhere: nothing is fetched for it, and what it cannot check is asked about."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from approvals.gating import gathering

asked: list[str] = []


class Elsewhere(BaseHTTPRequestHandler):
    """A server that notes who comes."""

    def do_GET(self) -> None:
        """Note it."""
        asked.append(self.path)
        self.send_response(404)
        self.end_headers()


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a schema on another server."""
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/schema.json"
    server.shutdown()
    server.server_close()
    thread.join()


def test_nothing_is_fetched_for_a_schema(elsewhere: str) -> None:
    card = SimpleNamespace(parameters={"type": "object", "properties": {"a": {"$ref": elsewhere}}})
    proposal: Any = SimpleNamespace(card=card, action=SimpleNamespace(arguments={"a": 1}))
    assert gathering.schema_errors(proposal) is None
    assert asked == []

"""Addresses and package indexes in each library's own spelling, and ports that are taken."""

from __future__ import annotations

import socket

import pytest
from django.test import Client

from console.launch import packages, ports
from console.launch.state import LaunchFailed
from console.settings import addresses

LISTINGS = {
    "index": ("global.index-url='https://i.example/simple'", {"UV_DEFAULT_INDEX": "https://i.example/simple"}),
    "several": (
        "global.extra-index-url='https://a.example https://b.example'",
        {"UV_INDEX": "https://a.example https://b.example"},
    ),
    "folders": ("global.find-links='one two'", {"UV_FIND_LINKS": "one,two"}),
    "the command's own section wins": (
        "global.index-url='https://a.example'\ninstall.index-url='https://b.example'",
        {"UV_DEFAULT_INDEX": "https://b.example"},
    ),
    "the environment wins whatever the order": (
        ":env:.index-url='https://e.example'\nglobal.index-url='https://a.example'",
        {"UV_DEFAULT_INDEX": "https://e.example"},
    ),
    "what uv has no word for": ("global.timeout='60'\n:env:.no-input='1'", {}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize(("listing", "expected"), LISTINGS.values(), ids=LISTINGS)
def test_uv_gets_what_pip_was_told(listing: str, expected: dict[str, str]) -> None:
    assert packages.translate(listing) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///run/valkey.sock", "redis+socket:///run/valkey.sock"),
        ("redis://example:6379/2", "redis://example:6379/2"),
        ("rediss://:secret@example:6380", "rediss://:secret@example:6380"),
    ],
    ids=["socket", "host", "encrypted"],
)
def test_celery_gets_its_own_spelling_of_a_socket(url: str, expected: str) -> None:
    assert addresses.respelled(url, "redis+socket") == expected


def test_a_port_that_was_asked_for_is_not_looked_for_elsewhere() -> None:
    with socket.create_server((ports.HOST, 0)) as taken, pytest.raises(LaunchFailed, match="--port"):
        ports.choose(taken.getsockname()[1])


def test_without_a_wish_some_free_port_is_found() -> None:
    assert ports.is_free(ports.choose(None))


@pytest.mark.django_db
def test_a_foreign_host_is_one_short_line_and_no_fault(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = client.get("/queue", headers={"Host": "evil.example" + "x" * 5_000})
    (line,) = [one for one in caplog.records if one.name == "django.security.DisallowedHost"]
    assert (answer.status_code, line.levelname, line.exc_info) == (400, "WARNING", None)
    assert (len(line.getMessage()), "evil.example" in line.getMessage()) == (200, True)

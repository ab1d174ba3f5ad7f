"""Live notes: who hears what, and that nobody hears more."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from pytest_django.fixtures import Settings

from approvals.models import Member, Tenant
from approvals.signals import changed
from console.asgi import application
from console.live import publishing
from console.live.consumer import SIGNED_OUT
from tests import cast
from tests.web.review.conftest import signed_in

OURS = b"http://testserver"
Scenario = Callable[[WebsocketCommunicator], Awaitable[None]]


@pytest.fixture
def mara(fresh_database: str) -> Member:
    """The first reviewer, committed: sockets read the database from threads of their own."""
    return cast.mara()


@pytest.fixture
def hers(mara: Member) -> Client:
    """Mara's browser."""
    return signed_in(mara)


def tell(tenant_id: int = Tenant.DEFAULT) -> None:
    """Something changed."""
    publishing.publish(None, escalation_id=7, tenant_id=tenant_id, kind="decided", version=2)


def listen(client: Client | None, scenario: Scenario, *, origin: bytes = OURS) -> None:
    """Open a socket as this browser and see what comes over it."""
    cookie = client.cookies["sessionid"].value if client else ""
    headers = [(b"host", b"testserver"), (b"origin", origin), (b"cookie", f"sessionid={cookie}".encode())]

    async def run() -> None:
        socket = WebsocketCommunicator(application, "/live", headers=headers)
        await scenario(socket)
        await socket.disconnect()

    async_to_sync(run)()


async def opened(socket: WebsocketCommunicator) -> dict[str, Any]:
    """Connect and hear the greeting."""
    await socket.connect()
    hello: dict[str, Any] = await socket.receive_json_from()
    return hello


def test_a_page_hears_that_something_changed(hers: Client) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        hello = await opened(socket)
        await sync_to_async(tell)()
        note = await socket.receive_json_from()
        assert note == {"seq": hello["seq"] + 1, "kind": "decided", "id": 7, "version": 2}

    listen(hers, scenario)


def test_notes_are_numbered_without_a_gap(hers: Client) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        hello = await opened(socket)
        await sync_to_async(tell)()
        await sync_to_async(tell)()
        numbers = [(await socket.receive_json_from())["seq"] for _ in range(2)]
        assert numbers == [hello["seq"] + 1, hello["seq"] + 2]

    listen(hers, scenario)


def test_a_stranger_hears_nothing(mara: Member) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        await socket.connect()
        assert (await socket.receive_output())["code"] == SIGNED_OUT

    listen(None, scenario)


def test_another_site_cannot_open_a_socket(hers: Client) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        connected, _code = await socket.connect()
        assert not connected

    listen(hers, scenario, origin=b"http://evil.example")


def test_another_tenant_hears_nothing(hers: Client) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        await opened(socket)
        await sync_to_async(tell)(tenant_id=99)
        assert await socket.receive_nothing(timeout=0.3)

    listen(hers, scenario)


def test_who_signed_out_is_shut_out_before_the_next_note(hers: Client) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        await opened(socket)
        await sync_to_async(hers.logout)()
        await sync_to_async(tell)()
        assert (await socket.receive_output())["code"] == SIGNED_OUT

    listen(hers, scenario)


def test_who_lost_the_account_is_shut_out_before_the_next_note(hers: Client, mara: Member) -> None:
    async def scenario(socket: WebsocketCommunicator) -> None:
        await opened(socket)
        await Member.objects.filter(pk=mara.pk).aupdate(is_active=False)
        await sync_to_async(tell)()
        assert (await socket.receive_output())["code"] == SIGNED_OUT

    listen(hers, scenario)


def test_a_broker_that_is_down_costs_only_the_note(
    settings: Settings, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = settings.CACHES["default"] | {"LOCATION": "unix:///nonexistent/valkey.sock"}
    settings.CACHES = settings.CACHES | {"default": nowhere}
    teller = publishing.Teller()
    teller.tell(publishing.Note(Tenant.DEFAULT, 7, "decided", 2))
    for _ in range(500):
        if "live note lost" in caplog.text:
            break
        time.sleep(0.01)
    assert "live note lost" in caplog.text
    assert teller.thread is not None
    assert teller.thread.is_alive(), "it tells the next one"


def test_every_process_that_is_set_up_tells_open_pages_what_changed() -> None:
    # Not by importing this or that: `ConsoleConfig.ready` has connected it before any test began.
    assert any(key[0] == "console.live.publishing" for key, *_ in changed.receivers)


async def test_a_socket_nobody_serves_is_refused_and_not_an_error() -> None:
    socket = WebsocketCommunicator(application, "/nowhere", headers=[(b"host", b"here"), (b"origin", b"http://here")])
    connected, _ = await socket.connect()
    assert not connected

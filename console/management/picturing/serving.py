"""A web process for the pictures alone, on a free port, with the settings of this one; and a session to look with."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from approvals.models import Member
from console.launch import fleet, ports, processes
from console.launch.state import ROOT, LaunchFailed

READY_SECONDS = 60.0


@contextmanager
def served() -> Iterator[str]:
    """The address of a web process; it ends with the block, however the block ends."""
    port = ports.choose(None)
    child = fleet.web(port, dict(os.environ))
    process = processes.spawn(child.command, env=child.env, cwd=ROOT, death_signal=signal.SIGKILL)
    address = f"http://{ports.HOST}:{port}"
    try:
        _await_ready(address)
        yield address
    finally:
        processes.stop(process, by=signal.SIGTERM, seconds=child.stop_seconds)


@contextmanager
def signed_in(member: Member) -> Iterator[str]:
    """The key of a session of this person, which is gone behind the block."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(member.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = member.get_session_auth_hash()
    store.set_expiry(3600)
    store.create()
    try:
        yield str(store.session_key)
    finally:
        store.delete()


def _await_ready(address: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(f"{address}/healthz", timeout=2) as answer:  # noqa: S310  # our own address
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.2)
    raise LaunchFailed(f"The web process was not ready after {READY_SECONDS:.0f} s.")

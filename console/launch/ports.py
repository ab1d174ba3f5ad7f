"""Which port of this machine the console listens on."""

from __future__ import annotations

import socket

from console.launch.state import LaunchFailed

HOST = "127.0.0.1"
FIRST = 8000
TRIES = 50


def choose(wanted: int | None) -> int:
    """The port that was asked for, or the first free one from 8000 on.

    Raises LaunchFailed when the one that was asked for is taken: nobody looks for it elsewhere.
    """
    if wanted is not None:
        if not is_free(wanted):
            raise LaunchFailed(
                f"Port {wanted} is taken: stop what uses it, or choose another one with --port "
                "(without --port the next free one is taken)."
            )
        return wanted
    for port in range(FIRST, FIRST + TRIES):
        if is_free(port):
            return port
    raise LaunchFailed(f"No port from {FIRST} to {FIRST + TRIES - 1} is free: choose one with --port.")


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as attempt:
        # As the web server will: a port whose last connections are still dying is free.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((HOST, port))
        except OSError:
            return False
    return True

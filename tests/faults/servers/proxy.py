"""A proxy on loopback between a worker and PostgreSQL that loses replies: the COMMIT arrives, its answer does not."""

import random
import socket
import struct
import threading
from contextlib import suppress
from typing import Any

from psycopg.conninfo import conninfo_to_dict

HOST = "127.0.0.1"
SSL_REQUEST, GSS_REQUEST = 80877103, 80877104


class Proxy:
    """Forwards everything; of the COMMITs it forwards it loses the replies to some."""

    def __init__(self, url: str, *, seed: int) -> None:
        self._to = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        self._chance = random.Random(seed)
        self._deciding = threading.Lock()
        self._left = 0
        self._share = 0.0
        self.cuts = 0
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, name="proxy", daemon=True).start()

    def url(self, database: str) -> str:
        """The address of a database behind this proxy."""
        return f"postgresql://{self._to['user']}:{self._to.get('password', '')}@{HOST}:{self.port}/{database}"

    def lose(self, count: int, *, share: float) -> None:
        """Lose the replies to so many of the COMMITs to come, a share of them at random."""
        with self._deciding:
            self._left, self._share = count, share

    def stop(self) -> None:
        """Take no more connections; those that are open end with their clients."""
        self._listener.close()

    def is_lost(self) -> bool:
        """Whether the reply to this COMMIT is one of them."""
        with self._deciding:
            if not self._left or self._chance.random() >= self._share:
                return False
            self._left -= 1
            self.cuts += 1
            return True

    def connect(self) -> socket.socket:
        """A connection to the server itself."""
        host, port = self._to.get("host", HOST), self._to.get("port", "5432")
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        up = socket.socket(socket.AF_UNIX)
        up.connect(f"{host}/.s.PGSQL.{port}")
        return up

    def _serve(self) -> None:
        with suppress(OSError):  # closed by stop
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=Link(self, client).run, name="link", daemon=True).start()


class Link:
    """One connection of a client, and the server's side of it."""

    def __init__(self, proxy: Proxy, client: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server = proxy.connect()
        self._is_cut = False

    def run(self) -> None:
        """Forward messages upwards one by one, and bytes downwards, until either side ends."""
        with suppress(OSError, EOFError):
            self._greet()
            threading.Thread(target=self._answer, name="answers", daemon=True).start()
            while True:
                kind = _exactly(self._client, 1)
                head = _exactly(self._client, 4)
                body = _exactly(self._client, struct.unpack("!i", head)[0] - 4)
                if kind in (b"Q", b"P") and b"COMMIT\0" in body and self._proxy.is_lost():
                    # Nothing else is under way: a client waits for one answer before it asks the next.
                    self._is_cut = True
                self._server.sendall(kind + head + body)
        self._end()

    def _greet(self) -> None:
        """What comes before the first message with a letter."""
        while True:
            head = _exactly(self._client, 4)
            body = _exactly(self._client, struct.unpack("!i", head)[0] - 4)
            self._server.sendall(head + body)
            if struct.unpack("!i", body[:4])[0] not in (SSL_REQUEST, GSS_REQUEST):
                return
            self._client.sendall(_exactly(self._server, 1))

    def _answer(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                if self._is_cut:
                    # It is committed; nobody is told.
                    reset = struct.pack("ii", 1, 0)
                    self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, reset)
                    break
                self._client.sendall(data)
        self._end()

    def _end(self) -> None:
        for side in (self._client, self._server):
            _close(side)


def _close(side: socket.socket) -> None:
    """Close it, whoever else reads from it."""
    with suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        side.close()


def _exactly(side: Any, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = side.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data

"""A small world behind HTTP on loopback: what happened in it is what its log says, and nothing else.

`POST /effect` appends one line to the log and syncs it before it answers. With an `Idempotency-Key` a repeat gets the
recorded answer and no second line; without one every request is a new effect. The header `Fault` makes an answer go
wrong: `hang` waits before the effect and `hold` after it, both until `POST /release`; `reset-before` and `reset-after`
break the connection. `GET /happened?operation=` says `happened`, `pending` or `never`.
"""

import json
import os
import socket
import struct
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

LONGEST_HANG_SECONDS = 60.0


class World:
    """The state of the world: effects in the order they happened, each in the log before anybody is told."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("ab", buffering=0)
        self._writing = threading.Lock()
        self._keys: dict[str, threading.Lock] = defaultdict(threading.Lock)
        self._answers: dict[str, dict[str, Any]] = {}
        self._received: set[str] = set()
        self._happened: dict[str, dict[str, Any]] = {}
        self._count = 0
        self._moved = threading.Condition()
        self._releases = 0
        self._hanging: Counter[int] = Counter()

    def wait(self) -> None:
        """Hang until the next release."""
        with self._moved:
            before = self._releases
            self._moved.wait_for(lambda: self._releases > before, LONGEST_HANG_SECONDS)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """What is done in here is done after the next release, and before that release is over."""
        with self._moved:
            before = self._releases
            self._hanging[before] += 1
            self._moved.wait_for(lambda: self._releases > before, LONGEST_HANG_SECONDS)
        try:
            yield
        finally:
            with self._moved:
                self._hanging[before] -= 1
                self._moved.notify_all()

    def release(self) -> None:
        """Let go whatever hangs now and wait for its effects; what hangs later waits for the next one."""
        with self._moved:
            before = self._releases
            self._releases += 1
            self._moved.notify_all()
            self._moved.wait_for(lambda: not self._hanging[before], LONGEST_HANG_SECONDS)

    def receive(self, operation: str) -> None:
        """A request has arrived: from now on nobody can say that it will never happen."""
        self._received.add(operation)

    def happen(self, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        """Do an effect and return its answer; with a key at most once."""
        if not key:
            return self._append(body, key="")
        with self._keys[key]:
            if key not in self._answers:
                self._answers[key] = self._append(body, key=key)
            return self._answers[key]

    def tell(self, operation: str) -> dict[str, Any]:
        """Whether an operation happened, for a tool that reconciles."""
        if operation in self._happened:
            return {"state": "happened", "answer": self._happened[operation]}
        return {"state": "pending" if operation in self._received else "never"}

    def _append(self, body: dict[str, Any], *, key: str) -> dict[str, Any]:
        with self._writing:
            self._count += 1
            line = json.dumps({"number": self._count, "key": key, **body}, sort_keys=True)
            self._log.write(line.encode() + b"\n")
            os.fsync(self._log.fileno())
            answer = {"number": self._count}
            self._happened[body["operation"]] = answer
            return answer


class Handler(BaseHTTPRequestHandler):
    """One request to the world."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer whether something happened."""
        operation = parse_qs(urlsplit(self.path).query)["operation"][0]
        self._answer(self.server.world.tell(operation))

    def do_POST(self) -> None:
        """Do an effect, or let everything go that hangs."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/release":
            self.server.world.release()
            self._answer({})
        else:
            self._effect(json.loads(body), self.headers.get("Fault", ""))

    def _effect(self, body: dict[str, Any], fault: str) -> None:
        world = self.server.world
        world.receive(body["operation"])
        if fault == "reset-before":
            self._reset()
            return
        with world.hanging() if fault == "hang" else nullcontext():
            answer = world.happen(body, key=self.headers.get("Idempotency-Key", ""))
        if fault == "reset-after":
            self._reset()
            return
        if fault == "hold":
            world.wait()
        self._answer(answer)

    def _answer(self, document: dict[str, Any]) -> None:
        content = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _reset(self) -> None:
        """Close so that the caller sees a reset and not an end."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        """The log is for effects."""


class Server(ThreadingHTTPServer):
    """One thread a request: a request that hangs holds up no other."""

    daemon_threads = True

    def __init__(self, world: World) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.world = world

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that was killed is what this world is for; anything else is a bug and shows."""
        if not isinstance(sys.exception(), OSError | ValueError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve until killed; the first line of the output is the port."""
    server = Server(World(Path(sys.argv[1])))
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()

"""A broker of a test's own, which may be flushed, killed, started again, and lied to."""

import tempfile
from pathlib import Path
from typing import Any

import redis
from celery import Celery
from django.conf import settings

from console import celery as fleet
from console.launch.servers import valkey
from console.settings.addresses import respelled

QUEUE = f"{settings.CELERY_KEY_PREFIX}signalbox"


class Broker:
    """One Valkey on a socket in a short folder of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="signalbox-")
        self.runtime = Path(self._folder.name)
        self.url = f"unix://{valkey.address(self.runtime)}"
        self.start()
        self.app = Celery("forger", broker=respelled(self.url, "redis+socket"), set_as_current=False)
        names = ("broker_transport_options", "task_default_queue", "task_serializer", "accept_content")
        self.app.conf.update({name: fleet.app.conf[name] for name in names})

    def start(self) -> None:
        """Start it, empty."""
        log = self.runtime / "log"
        self._process = valkey.start(self.runtime, log)
        valkey.wait(self._process, self.runtime, log)

    def kill(self) -> None:
        """End it at once, with all it holds."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    def flush(self) -> None:
        """Lose everything it holds, queues and bindings."""
        self._client().flushall()

    def push(self, *raw: bytes) -> None:
        """Put raw bytes where a worker takes its messages from."""
        self._client().lpush(QUEUE, *raw)

    def waiting(self) -> list[bytes]:
        """The messages nobody has taken yet."""
        found: Any = self._client().lrange(QUEUE, 0, -1)
        return list(found)

    def stop(self) -> None:
        """End it and remove its folder."""
        self.app.close()
        self.kill()
        self._folder.cleanup()

    def _client(self) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(valkey.address(self.runtime)), single_connection_client=True)

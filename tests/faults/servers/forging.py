"""Lies in the broker: wake-ups doubled, shuffled, late and forged, unknown tasks, bodies that are none."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.servers.broker import Broker

DRAIN = "agents.tasks.drain"


@dataclass(frozen=True)
class Lie:
    """One kind of message that nobody meant."""

    name: str
    tell: Callable[[Broker], None]
    """Put them into the broker."""


def doubled(broker: Broker) -> None:
    """Twenty where one would do."""
    for _ in range(20):
        broker.app.send_task(DRAIN, retry=False, ignore_result=True)


def shuffled(broker: Broker) -> None:
    """What is there again in another order, and once more."""
    doubled(broker)
    there = broker.waiting() * 2
    random.Random(7).shuffle(there)
    if there:
        broker.push(*there)


def late(broker: Broker) -> None:
    """Messages whose time was over long ago, and some whose time has not come."""
    for seconds in (-3600, 3600):
        broker.app.send_task(DRAIN, retry=False, ignore_result=True, countdown=seconds)
    broker.app.send_task(DRAIN, retry=False, ignore_result=True, expires=0.001)


def unknown(broker: Broker) -> None:
    """Tasks that nobody has, and one of ours with words that mean nothing."""
    for name in ("agents.tasks.steal", "os.system", "celery.backend_cleanup", ""):
        broker.app.send_task(name, args=["rm -rf /"], retry=False, ignore_result=True)
    broker.app.send_task(DRAIN, args=[1, 2], kwargs={"step": 3}, retry=False, ignore_result=True)


def foreign(broker: Broker) -> None:
    """Envelopes whose content is of a kind that nobody accepts, or is no content."""
    for kind, encoding, body in (
        ("application/x-python-serialize", "binary", "gASVAAAA"),
        ("application/json", "utf-8", "{"),
        ("text/plain", "utf-8", "drain"),
    ):
        broker.push(envelope(body, kind=kind, encoding=encoding))


def empty(broker: Broker) -> None:
    """An envelope with nothing in it."""
    broker.push(envelope("null", kind="application/json", encoding="utf-8"))


def garbage(broker: Broker) -> None:
    """What is no envelope at all."""
    for raw in (b"", b"not json", b"{}", b"[]", b"null", b"\xff\x00\xfe", b'{"body": 1}'):
        broker.push(raw)


def envelope(body: str, *, kind: str, encoding: str) -> bytes:
    """A message as the transport writes it, around any content."""
    tag = f"forged-{random.random()}"
    return json.dumps(
        {
            "body": body,
            "content-encoding": encoding,
            "content-type": kind,
            "headers": {"task": DRAIN, "id": tag, "lang": "py", "argsrepr": "()", "kwargsrepr": "{}"},
            "properties": {
                "correlation_id": tag,
                "delivery_mode": 2,
                "delivery_info": {"exchange": "", "routing_key": "signalbox"},
                "priority": 0,
                "body_encoding": "utf-8",
                "delivery_tag": tag,
            },
        }
    ).encode()


LIES = tuple(Lie(made.__name__, made) for made in (doubled, shuffled, late, unknown, foreign))
POISON = tuple(Lie(made.__name__, made) for made in (empty, garbage))
"""What is not even a message of a task."""

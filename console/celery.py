"""The fleet: Celery carries wake-ups and nothing else; PostgreSQL is the queue.

A message that is lost, doubled, late or forged changes nothing but latency, because a task only
tells a worker to look into the database.
"""

from __future__ import annotations

import ctypes
import os
from itertools import product
from pathlib import Path
from queue import Empty
from typing import Any

import structlog
from celery import Celery
from celery.signals import worker_process_shutdown, worker_ready, worker_shutdown
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql.base import DatabaseWrapper
from kombu.entity import Queue
from kombu.transport import redis
from redis.exceptions import ResponseError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
# On TERM a worker finishes what it holds for a moment, and then stops: Celery's soft shutdown.
os.environ.setdefault("REMAP_SIGTERM", "SIGQUIT")
# Django's checks import every page, 13 MB that no worker ever shows; `migrate` and the web processes run them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

SWEEP_SECONDS = 1.0
CERTIFY_SECONDS = 60.0
PATROL_SECONDS = 60.0
SEAL_SECONDS = 60.0
EXPORT_SECONDS = 5.0
OUTSIDE_SECONDS = 2.0
SOFT_SHUTDOWN_SECONDS = 5.0

log = structlog.get_logger(__name__)
app = Celery("signalbox")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "global_keyprefix": settings.CELERY_KEY_PREFIX,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        # For senders: a web request must not hang on a broker that is away; beat sweeps later.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
        "interval_max": 0.1,
    },
    task_publish_retry=False,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue="signalbox",
    # A wake-up is worth nothing when it comes again, so nobody keeps books about who has taken it.
    task_queues=[Queue("signalbox", no_ack=True)],  # type: ignore[no-untyped-call]
    worker_pool="threads",
    worker_concurrency=settings.WORKER_THREADS,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=SOFT_SHUTDOWN_SECONDS,
    worker_hijack_root_logger=False,
    # Only tasks acknowledged late would be cancelled, and there are none; unset, it warns.
    worker_cancel_long_running_tasks_on_connection_loss=True,
    # Nobody commands a worker over the broker: what is there may be forged.
    worker_enable_remote_control=False,
    worker_send_task_events=False,
    timezone="UTC",
    beat_scheduler="celery.beat:Scheduler",
    beat_max_loop_interval=SWEEP_SECONDS,
    beat_schedule={
        "sweep": {
            "task": "agents.tasks.sweep",
            "schedule": SWEEP_SECONDS,
            "options": {"expires": SWEEP_SECONDS},
        },
        "certify": {
            "task": "approvals.tasks.certify",
            "schedule": CERTIFY_SECONDS,
            "options": {"expires": CERTIFY_SECONDS},
        },
        "seal": {
            "task": "approvals.tasks.seal",
            "schedule": SEAL_SECONDS,
            "options": {"expires": SEAL_SECONDS},
        },
        "settle outside": {
            "task": "approvals.tasks.settle_outside",
            "schedule": OUTSIDE_SECONDS,
            "options": {"expires": OUTSIDE_SECONDS},
        },
        "patrol": {
            "task": "agents.tasks.patrol",
            "schedule": PATROL_SECONDS,
            "options": {"expires": PATROL_SECONDS},
        },
        "export traces": {
            "task": "agents.tasks.export_traces",
            "schedule": EXPORT_SECONDS,
            "options": {"expires": EXPORT_SECONDS},
        },
        "plan seeds": {
            "task": "approvals.tasks.plan_seeds",
            "schedule": CERTIFY_SECONDS,
            "options": {"expires": CERTIFY_SECONDS},
        },
    },
)
app.autodiscover_tasks()


LOST = tuple(error for error in redis.Transport.connection_errors if error is not KeyError)
"""What the transport takes for a lost connection, but for what any odd message raises."""


class Channel(redis.Channel):
    """The broker as the fleet reads it: what is no message is dropped, and ends no worker."""

    def _brpop_read(self, **options: Any) -> bool:
        try:
            return bool(super()._brpop_read(**options))  # type: ignore[no-untyped-call]
        except (Empty, *LOST):
            raise
        except ResponseError as error:
            # The key of the queue holds something else.
            log.warning("queue_unreadable", error=repr(error))
            self.client.delete(*self._queue_keys())
            raise Empty from error
        except Exception as error:
            # Whoever can write there may write anything; the sweep finds what a real message would have said.
            log.warning("message_unreadable", error=repr(error))
            raise Empty from error

    def _queue_keys(self) -> list[str]:
        pairs = product(self.active_queues, self.priority_steps)
        return [self._q_for_pri(queue, step) for queue, step in pairs]  # type: ignore[no-untyped-call]


redis.Transport.Channel = Channel


def tell_launcher(**_: Any) -> None:
    """Leave a mark that the worker takes messages; `up` waits for it, as a port says nothing."""
    if mark := os.environ.get("SIGNALBOX_READY_MARK"):
        Path(mark).touch()


def give_back_memory(**_: Any) -> None:
    """Hand what loading left free in the heap, a tenth of all, to the system, where the C library knows how."""
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)


def give_back_connections(**_: Any) -> None:
    """Close the pool, so that PostgreSQL does not keep sessions of a worker that is gone."""
    connection = connections["default"]
    connection.close()
    if isinstance(connection, DatabaseWrapper):
        connection.close_pool()


worker_ready.connect(give_back_memory)
worker_ready.connect(tell_launcher)
worker_shutdown.connect(give_back_connections)
worker_process_shutdown.connect(give_back_connections)

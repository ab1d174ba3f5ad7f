"""Where database and Valkey are, in the spelling that each library wants."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import quote

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from console.launch.servers.services import ADDRESSES
from console.launch.state import folder, read_private
from console.settings.environ import text

# With no server to be had, names that fail at the first connection and never before it, so that
# commands that need none (makemigrations --check, help) still run.
_NOWHERE = {
    "DATABASE_URL": "postgresql:///signalbox?host=/nonexistent/run-manage.py-up-first",
    "REDIS_URL": "unix:///nonexistent/run-manage.py-up-first.sock",
}
_LIBPQ_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST"}


def _found() -> dict[str, str]:
    """The environment's addresses; else those of the `up` that runs in this clone; else nowhere."""
    given = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    if all(given.values()):
        return given | {"MIGRATE_DATABASE_URL": os.environ.get("MIGRATE_DATABASE_URL", "")}
    running = {name: str(value) for name, value in read_private(folder() / ADDRESSES).items()}
    return _NOWHERE | running | {name: value for name, value in given.items() if value}


def databases(*, pool_size: int) -> dict[str, dict[str, Any]]:
    """`default` as the application's role, `owner` for migrations only."""
    found = _found()
    default = _database(found["DATABASE_URL"])
    # Idle in a transaction means that a process was stopped in one. What it holds, a halt and a takeover wait for; as
    # long as a lease, and its transaction is gone like the lease.
    default["OPTIONS"]["options"] = "-c idle_in_transaction_session_timeout=10s"
    if found["DATABASE_URL"] != _NOWHERE["DATABASE_URL"]:  # a pool would try for seconds before it gives up
        default["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool_size, "timeout": 10}
    default["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 2}
    owner = _database(found.get("MIGRATE_DATABASE_URL") or found["DATABASE_URL"])
    owner["OPTIONS"] |= {"options": "-c lock_timeout=10s"}
    return {"default": default, "owner": owner}


def _database(url: str) -> dict[str, Any]:
    """Django's words for a libpq address; what Django has no word for goes to libpq as it is."""
    try:
        parts = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError as error:
        raise ImproperlyConfigured(f"The address of the database cannot be read: {error}") from None
    named = {django: parts.pop(libpq, "") for libpq, django in _LIBPQ_NAMES.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **named,
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": parts,
    }


def namespace() -> str:
    """What keys in Valkey start with, so that several installations can share one server."""
    return text("NAMESPACE") or "signalbox"


def caches() -> dict[str, dict[str, Any]]:
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _found()["REDIS_URL"],
            "KEY_PREFIX": f"{namespace()}-cache",
            "TIMEOUT": 300,
            # A cache that hangs must not hold up a request.
            "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
        }
    }


def channel_layers() -> dict[str, dict[str, Any]]:
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [_found()["REDIS_URL"]], "prefix": f"{namespace()}-live"},
        }
    }


def celery_broker() -> str:
    """kombu calls a unix socket `redis+socket`, everyone else `unix`."""
    return respelled(_found()["REDIS_URL"], "redis+socket")


def respelled(url: str, scheme: str) -> str:
    """A socket's address under another scheme; an address with a host stays as it is.

    >>> respelled("unix:///run/valkey.sock", "redis+socket")
    'redis+socket:///run/valkey.sock'
    """
    path = url.removeprefix("unix://")
    return url if path == url else f"{scheme}://{quote(path, safe='/?=&')}"

"""Turns: real connections of which one at a time goes one statement further, in an order that somebody chooses."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection, connections

from agents.domain.errors import AgentError
from approvals.domain.errors import ApprovalError

LONGEST_SECONDS = 20.0
GLANCE_SECONDS = 0.002

BLOCKED = """
SELECT pid FROM pg_stat_activity
WHERE pid = ANY(%s::int[]) AND wait_event_type = 'Lock' AND pg_blocking_pids(pid) && %s::int[]
"""


class Actor(threading.Thread):
    """One act in a thread and on a connection of its own, which stops before every statement and every commit."""

    def __init__(self, name: str, act: Callable[[], Any], turn: threading.Condition) -> None:
        super().__init__(name=name, daemon=True)
        self.outcome = ""
        """`won`, the code of a refusal, or what went wrong."""
        self.backend = 0
        self.is_done = self.is_stopped = False
        self._act = act
        self._turn = turn
        self._may_go = False

    def run(self) -> None:
        """Act, and say how it ended; never anything else than one of the three."""
        try:
            with connection.execute_wrapper(self._before_statement), self._gated_commit():
                result = self._act()
            self.outcome = "lost" if result is False else "won"
        except (ApprovalError, AgentError) as refusal:
            self.outcome = refusal.code
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the race came to
            self.outcome = f"error: {type(error).__name__}: {error}".splitlines()[0]
        finally:
            connections.close_all()
            with self._turn:
                self.is_done = True
                self._turn.notify_all()

    def go(self) -> None:
        """Let it go to its next stop; called with the turn held."""
        self._may_go, self.is_stopped = True, False
        self._turn.notify_all()

    def _wait_turn(self) -> None:
        with self._turn:
            self.is_stopped = True
            self._turn.notify_all()
            assert self._turn.wait_for(lambda: self._may_go, LONGEST_SECONDS), "nobody let it go"
            self._may_go = False

    def _before_statement(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self._note_backend()
        self._wait_turn()
        return execute(sql, params, many, context)

    @contextmanager
    def _gated_commit(self) -> Iterator[None]:
        own: Any = connections["default"]
        commit = own._commit

        def stop_and_commit() -> None:
            self._note_backend()
            self._wait_turn()
            commit()

        own._commit = stop_and_commit
        yield

    def _note_backend(self) -> None:
        raw = connections["default"].connection
        if raw is not None:
            self.backend = raw.info.backend_pid


def play(acts: dict[str, Callable[[], Any]], choices: Sequence[int]) -> dict[str, str]:
    """Let these acts run into each other as `choices` say; how each of them ended.

    Each choice names who goes next among those that stand still. Somebody who waits for a lock is seen in the
    database's own table of locks; nothing is guessed from time.
    """
    turn = threading.Condition()
    actors = [Actor(name, act, turn) for name, act in acts.items()]
    started, chosen = time.monotonic(), iter(choices)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as watcher:
        for actor in actors:
            actor.start()
        while not all(actor.is_done for actor in actors):
            _settle(actors, turn, watcher)
            assert time.monotonic() < started + LONGEST_SECONDS, [(one.name, one.outcome) for one in actors]
            with turn:
                if ready := [actor for actor in actors if actor.is_stopped and not actor.is_done]:
                    ready[next(chosen, 0) % len(ready)].go()
    for actor in actors:
        actor.join()
    return {actor.name: actor.outcome for actor in actors}


def _settle(actors: Sequence[Actor], turn: threading.Condition, watcher: psycopg.Connection[Any]) -> None:
    """Wait until each of them stands still: before a statement, behind another's lock, or at its end.

    When all wait for each other, this returns at once each time, until the database ends one of them.
    """
    while True:
        with turn:
            turn.wait_for(lambda: not _moving(actors), GLANCE_SECONDS)
            moving = _moving(actors)
        if not moving or _blocked(moving, actors, watcher) == {actor.backend for actor in moving}:
            return


def _moving(actors: Sequence[Actor]) -> list[Actor]:
    return [actor for actor in actors if not actor.is_stopped and not actor.is_done]


def _blocked(moving: Sequence[Actor], actors: Sequence[Actor], watcher: psycopg.Connection[Any]) -> set[int]:
    """Who of them waits for a lock that another of us holds."""
    ours = [actor.backend for actor in actors]
    return {row[0] for row in watcher.execute(BLOCKED, [[actor.backend for actor in moving], ours]).fetchall()}

"""Breakers: what keeps failing is left alone for a while by all workers, and then tried by one.

A row decides; what a process remembers is a hint that is at most two seconds old, so that a call whose breakers are all
closed costs no statement. A breaker protects what is called and whoever waits for it; it is nobody's right.
"""

import threading
from dataclasses import dataclass
from time import monotonic

import structlog

from agents.domain.breaker import COOL_SECONDS, FAILURES, PROBE_SECONDS, WINDOW_SECONDS, BreakerState, Guarded, Key
from approvals.models import rows

log = structlog.get_logger(__name__)

HINT_SECONDS = 2.0

STANDING = "SELECT tenant_id, guarded, name FROM agents_breaker WHERE state <> 'closed'"

# The first failure makes the row. Those too old fall out of the window; a trial that fails opens again at once.
FAILED = """
INSERT INTO agents_breaker AS b (tenant_id, guarded, name, state, failures, reason)
VALUES (%(tenant)s, %(guarded)s, %(name)s, 'closed', ARRAY[clock_timestamp()], '')
ON CONFLICT (tenant_id, guarded, name) DO UPDATE SET
  failures = n.recent,
  state = CASE WHEN n.opens THEN 'open' ELSE b.state END,
  try_at = CASE WHEN n.opens THEN clock_timestamp() + %(cool)s * interval '1 second' ELSE b.try_at END,
  changed_at = CASE WHEN n.opens THEN clock_timestamp() ELSE b.changed_at END,
  by_id = CASE WHEN n.opens THEN NULL ELSE b.by_id END,
  reason = CASE WHEN n.opens THEN %(reason)s ELSE b.reason END
RETURNING b.state
"""

RECENT = """ARRAY(SELECT t FROM unnest(clock_timestamp() || b.failures) t
                  WHERE t > clock_timestamp() - %(window)s * interval '1 second' ORDER BY t DESC LIMIT 20)"""
OPENS = f"(b.state = 'trial' OR (b.state = 'closed' AND cardinality({RECENT}) >= %(most)s))"
FAILED = FAILED.replace("n.recent", RECENT).replace("n.opens", OPENS)

# Whoever moves the row is the one who tries; everybody else waits for what comes of it.
PROBE = """
UPDATE agents_breaker SET state = 'trial', by_id = NULL, reason = '', changed_at = clock_timestamp(),
       try_at = clock_timestamp() + %(probe)s * interval '1 second'
WHERE tenant_id = %(tenant)s AND guarded = %(guarded)s AND name = %(name)s
  AND state <> 'closed' AND try_at <= clock_timestamp()
RETURNING id
"""

WORKED = """
UPDATE agents_breaker SET state = 'closed', try_at = NULL, failures = '{}', changed_at = clock_timestamp(),
       by_id = NULL, reason = ''
WHERE tenant_id = %(tenant)s AND guarded = %(guarded)s AND name = %(name)s AND state = 'trial' RETURNING id
"""

LOOK = """
SELECT state, extract(epoch FROM try_at - clock_timestamp())::float FROM agents_breaker
WHERE tenant_id = %(tenant)s AND guarded = %(guarded)s AND name = %(name)s AND state <> 'closed'
"""


@dataclass(frozen=True)
class Admission:
    """Whether a call may be made."""

    keys: tuple[Key, ...]
    is_admitted: bool = True
    stopped_by: str = ""
    """Name of what is left alone, where it is not admitted."""
    seconds: float = 0.0
    """Then: until somebody may try."""
    probes: tuple[Key, ...] = ()
    """Breakers for which this call is the one that tries."""


_lock = threading.Lock()
_standing: frozenset[Key] = frozenset()
_seen_at = float("-inf")


def admit(*keys: Key) -> Admission:
    """Whether a call behind these breakers may be made now; one statement or none when all are closed.

    Of all who ask at once when the time of an open one has come, one is admitted. Joins no transaction of importance:
    called before a call to the outside, outside of any.
    """
    watched = [key for key in keys if key in _hints()]
    for key in watched:
        found = rows.fetch(LOOK, _names(key))
        if found and (found[0][1] is None or found[0][1] > 0):
            return Admission(keys, is_admitted=False, stopped_by=key.name, seconds=_wait(found[0][1]))
    probes = []
    for key in watched:
        if rows.fetch(PROBE, {**_names(key), "probe": PROBE_SECONDS}):
            probes.append(key)
        elif rows.fetch(LOOK, _names(key)):
            # Somebody else was first.
            return Admission(keys, is_admitted=False, stopped_by=key.name, seconds=1.0)
    return Admission(keys, probes=tuple(probes))


def worked(admission: Admission) -> None:
    """Say that a call was answered, whatever the answer; closes what it was a trial of, and costs nothing else."""
    for key in admission.probes:
        if rows.fetch(WORKED, _names(key)):
            log.info("breaker_closed", guarded=key.guarded, name=key.name)


def failed(admission: Admission, *, why: str) -> None:
    """Count a failure that may pass (no answer in time, a broken connection, a server's error) for each breaker.

    `why` is a word of ours for the history, nothing that came from outside.
    """
    for key in admission.keys:
        names = {**_names(key), "reason": why, "window": WINDOW_SECONDS, "most": FAILURES, "cool": COOL_SECONDS}
        if rows.fetch(FAILED, names)[0][0] == BreakerState.OPEN:
            log.warning("breaker_open", guarded=key.guarded, name=key.name, why=why)
            note(key)


def note(key: Key) -> None:
    """Remember in this process that a breaker is not closed, before the next look."""
    global _standing
    with _lock:
        _standing |= {key}


def learn() -> None:
    """Look which breakers are not closed."""
    global _standing, _seen_at
    found = frozenset(Key(tenant_id, Guarded(guarded), name) for tenant_id, guarded, name in rows.fetch(STANDING))
    with _lock:
        _standing, _seen_at = found, monotonic()


def _hints() -> frozenset[Key]:
    if monotonic() - _seen_at > HINT_SECONDS:
        learn()
    return _standing


def _wait(seconds: float | None) -> float:
    """How long to stay away: what a person holds open is looked at again each cool-down."""
    return float(COOL_SECONDS) if seconds is None else max(1.0, min(seconds, float(COOL_SECONDS)))


def _names(key: Key) -> dict[str, object]:
    return {"tenant": key.tenant_id, "guarded": str(key.guarded), "name": key.name}

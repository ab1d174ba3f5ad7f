"""The figures of a bench: what is counted, of what, in which unit, and the bar each is held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One key of the report."""

    numerator: str
    denominator: str
    unit: str
    bar: str = "-"

    def __str__(self) -> str:
        return f"{self.numerator}; of: {self.denominator}; unit: {self.unit}; bar: {self.bar}."


FIGURES: dict[str, Figure] = {
    "runs_per_s_1": Figure(
        "runs that came to their end, 32 in flight, one worker process and beat",
        "the seconds from the first request to the last end; median of the rounds",
        "runs/s",
        "LangGraph's; aim 1.5 times",
    ),
    "runs_per_s_2": Figure("the same with two worker processes", "the same", "runs/s"),
    "cpu_ms_per_run": Figure(
        "user and system time of all processes in the rounds of runs_per_s_1: `worker` (beat too), `driver` (who "
        "submits and approves), `postgresql` (its helpers too), `valkey`, and `total`. `orm` (Django), `json` (with "
        "pydantic), `celery` (with kombu, redis, channels), `psycopg` and `own` (everything else) are worker and "
        "driver split once more: shares of self time by thread clock that an in-process profile of a further round "
        "saw, scaled to the CPU that was measured without it; the standard library counts for its caller",
        "runs; median of the rounds",
        "ms/run",
        "LangGraph's; aim at half",
    ),
    "commits_per_run": Figure(
        "commit records in the log (whatever wrote nothing has none), heartbeat and sweep too, 8 runs in flight",
        "runs",
        "commits/run",
        "<= 9",
    ),
    "wal_bytes_per_run": Figure(
        "bytes the log grew by, 8 runs in flight, whole pages after a checkpoint too: `total`, and by table with its "
        "indexes and sequence as pg_walinspect names the blocks (a record that touches several is shared evenly)",
        "runs",
        "bytes/run",
        "<= 25,000",
    ),
    "gate_to_visible_ms": Figure(
        "time from the gate's asking for the preview to the first listing with the item, looked for every millisecond",
        "a run, one at a time, one worker; p50 and p99 over all rounds",
        "ms",
    ),
    "decision_to_resumed_ms": Figure(
        "time from the start of approve to the start of step 3; `from_return` is from approve's return, and negative "
        "where step 3 began before it",
        "a run, one at a time, one worker; p50 and p99 over all rounds",
        "ms",
        "p50 < 15",
    ),
    "undo_10_s": Figure(
        "time from the end of an undo window of 10 s, by the database, to the start of step 3",
        "a run, 20 in parallel, one worker; p50 and p99",
        "ms",
    ),
    "list_ms": Figure(
        "time of the view that answers with the first page of 50 open items: a connection from the pool, SQL, template",
        "a request, 40 for each of 5 people (admin; reviewers of one, three, no team and of one with 1 item in "
        "20,000) from the start of the queue and from its middle (`?after=`); p95 of the slowest of these, by open "
        "items",
        "ms",
        "< 50, flat",
    ),
    "claim_per_s": Figure(
        "ready steps claimed and not carried, by 4 connections of one process",
        "the seconds until none was ready; median of the rounds",
        "claims/s",
    ),
    "worker_rss_mb": Figure(
        "resident memory of a worker's whole process tree, idle, with the workload's agents",
        "one worker, five seconds after it came up",
        "MiB",
        "<= 120",
    ),
    "idle_transactions_per_s": Figure(
        "transactions the database ended, reading ones too, with one idle worker and beat",
        "10 seconds",
        "1/s",
        "<= 5",
    ),
}

"""Play the scenes whose figures are wanted, and put their figures together."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.management.bench import seeding
from console.management.bench.figures import FIGURES
from console.management.bench.gauges import ledger, machine, profiling
from console.management.bench.stage import Scene, Stage, stage
from console.management.bench.telling import say

IN_FLIGHT = 32
COST_IN_FLIGHT = 8
SINGLE_SHARE = 10
"""One run at a time takes long: a round times this part of the runs."""
SETTLE_SECONDS = 5.0
FLUSH_SECONDS = 2.0
"""After this sessions that have gone quiet have told their statistics."""
UNDO_SECONDS = 10
CLAIMERS = 4
MIB = 1 << 20


@dataclass(frozen=True)
class Size:
    """How much is done; the defaults are those of the figures' definitions."""

    runs: int = 1_000
    rounds: int = 3
    sizes: tuple[int, ...] = (1_000, 100_000, 1_000_000)
    windows: int = 20
    looks: int = 40
    idle_seconds: float = 10.0


def measure(wanted: Sequence[str], size: Size) -> dict[str, Any]:
    """The report: a figure for each key that is wanted, then `machine` and `spread`; raises LaunchFailed."""
    load = os.getloadavg()[0]
    with stage() as place:
        report = Report(place, size, frozenset(wanted)).fill()
    figures = {key: report.figures[key] for key in FIGURES if key in wanted}
    described = {
        "cores": os.cpu_count(),
        "load_before": round(load, 2),
        "load_after": round(os.getloadavg()[0], 2),
        "others_share": _rounded(_spread(report.others), 3),
    }
    return {
        **figures,
        "machine": described,
        "spread": {key: report.spread[key] for key in figures if key in report.spread},
    }


@dataclass
class Report:
    """The figures so far."""

    stage: Stage
    size: Size
    wanted: frozenset[str]
    figures: dict[str, Any] = field(default_factory=dict)
    spread: dict[str, Any] = field(default_factory=dict)
    others: list[float] = field(default_factory=list)

    def fill(self) -> Report:
        """Play what is needed, rounds of different kinds in turn."""
        say("Preparing the database...")
        self.stage.prepare(0)
        self._rounds()
        for keys, part in self._once():
            if self.wanted & keys:
                part()
        return self

    def _once(self) -> Iterable[tuple[set[str], Callable[[], None]]]:
        return (
            ({"commits_per_run", "wal_bytes_per_run"}, self._cost),
            ({"undo_10_s"}, self._windows),
            ({"worker_rss_mb", "idle_transactions_per_s"}, self._idle),
            ({"list_ms"}, self._lists),
        )

    def _rounds(self) -> None:
        flights: dict[int, list[Flown]] = {1: [], 2: []}
        singles: list[list[dict[str, float]]] = []
        claims: list[float] = []
        for number in range(1, self.size.rounds + 1):
            for workers, flown in flights.items():
                if f"runs_per_s_{workers}" in self.wanted or (workers == 1 and "cpu_ms_per_run" in self.wanted):
                    say(f"Round {number}: {self.size.runs:,} runs, {workers} worker(s)...")
                    flown.append(self._fly(workers))
            if self.wanted & {"gate_to_visible_ms", "decision_to_resumed_ms"}:
                say(f"Round {number}: one run at a time...")
                singles.append(self._single())
            if "claim_per_s" in self.wanted:
                say(f"Round {number}: claims...")
                claims.append(self._claim())
        self._tell_flights(flights)
        self._tell_singles(singles)
        self._tell("claim_per_s", claims, 1)

    def _fly(self, workers: int) -> Flown:
        with self.stage.scene(workers=workers) as scene:
            _warm(scene, self.size.runs)
            before = scene.usage()
            flown = scene.driver.ask("fly", runs=self.size.runs, in_flight=IN_FLIGHT, tag="run")
            used = scene.usage().since(before)
        self.others.append(used.others)
        cpu = {name: seconds * 1000 / flown["runs"] for name, seconds in used.parts.items()}
        return Flown(flown["runs"] / flown["seconds"], {"total": sum(cpu.values()), **cpu})

    def _tell_flights(self, flights: dict[int, list[Flown]]) -> None:
        for workers, flown in flights.items():
            self._tell(f"runs_per_s_{workers}", [one.runs_per_s for one in flown], 1)
        if "cpu_ms_per_run" in self.wanted and flights[1]:
            parts = {name: [one.cpu_ms[name] for one in flights[1]] for name in flights[1][0].cpu_ms}
            cpu = {name: statistics.median(values) for name, values in parts.items()}
            self.figures["cpu_ms_per_run"] = _rounded({**cpu, **self._profile(cpu)}, 2)
            self.spread["cpu_ms_per_run"] = _rounded(
                _spread(parts["total"]) | {name: _spread(values) for name, values in parts.items()}, 2
            )

    def _profile(self, cpu: dict[str, float]) -> dict[str, float]:
        """Milliseconds by part of the Python: the shares a profile saw, of the CPU that was measured without it."""
        say("Profiling...")
        with self.stage.scene(workers=1, is_profiled=True) as scene:
            _warm(scene, self.size.runs)
            time.sleep(2 * profiling.PAUSE_SECONDS)
            before = profiling.read(scene.folder)
            scene.driver.ask("fly", runs=max(1, self.size.runs // 5), in_flight=IN_FLIGHT, tag="profiled")
            time.sleep(2 * profiling.PAUSE_SECONDS)
            after = profiling.read(scene.folder)
            names = {scene.driver.process.pid: "driver"}
        spent = dict.fromkeys(profiling.PARTS, 0.0)
        for name in ("worker", "driver"):
            pids = [pid for pid in after if names.get(pid, "worker") == name]
            seen = {
                part: sum(after[pid][part] - before.get(pid, {}).get(part, 0.0) for pid in pids)
                for part in profiling.PARTS
            }
            whole = sum(seen.values()) or 1.0
            for part in profiling.PARTS:
                spent[part] += cpu[name] * seen[part] / whole
        return spent

    def _single(self) -> list[dict[str, float]]:
        with self.stage.scene(workers=1) as scene:
            runs = max(1, self.size.runs // SINGLE_SHARE)
            scene.driver.ask("time", runs=min(20, max(2, runs // 10)))
            before = scene.usage()
            timed: list[dict[str, float]] = scene.driver.ask("time", runs=runs)
            self.others.append(scene.usage().since(before).others)
        return timed

    def _tell_singles(self, singles: list[list[dict[str, float]]]) -> None:
        if not singles:
            return
        timed = {name: [[run[name] for run in one] for one in singles] for name in ("gate", "click", "answer")}
        pooled = {name: [value for one in rounds for value in one] for name, rounds in timed.items()}
        self.figures["gate_to_visible_ms"] = _quantiles(pooled["gate"])
        self.figures["decision_to_resumed_ms"] = {
            **_quantiles(pooled["click"]),
            "from_return": _quantiles(pooled["answer"]),
        }
        for key, name in (("gate_to_visible_ms", "gate"), ("decision_to_resumed_ms", "click")):
            self.spread[key] = _rounded(_spread([statistics.median(one) for one in timed[name]]), 2)

    def _claim(self) -> float:
        with self.stage.scene(workers=0) as scene:
            scene.driver.ask("queue", runs=self.size.runs)
            done = scene.driver.ask("claim", threads=CLAIMERS)
        return float(done["claimed"] / done["seconds"])

    def _cost(self) -> None:
        say("What the database writes...")
        runs = max(1, self.size.runs * 3 // 10)
        with self.stage.scene(workers=1) as scene, scene.connect() as connection:
            ledger.ready(connection)
            _warm(scene, self.size.runs)
            time.sleep(FLUSH_SECONDS)
            since = ledger.position(connection)
            scene.driver.ask("fly", runs=runs, in_flight=COST_IN_FLIGHT, tag="cost")
            time.sleep(FLUSH_SECONDS / 2)
            written = ledger.written(connection, since)
        self.figures["commits_per_run"] = round(written.commits / runs, 2)
        tables = {name: round(size / runs) for name, size in written.tables.items() if size >= runs}
        self.figures["wal_bytes_per_run"] = {"total": round(written.bytes / runs), **tables}

    def _windows(self) -> None:
        say(f"Undo windows of {UNDO_SECONDS} s...")
        self.stage.prepare(UNDO_SECONDS)
        with self.stage.scene(workers=1, undo_seconds=UNDO_SECONDS) as scene:
            late = scene.driver.ask("undo", runs=self.size.windows)
        self.figures["undo_10_s"] = _quantiles(late)
        self.spread["undo_10_s"] = _rounded(_spread(late), 1)

    def _idle(self) -> None:
        say(f"An idle worker, for {self.size.idle_seconds:.0f} s...")
        with self.stage.scene(workers=1) as scene, self.stage.connect() as connection:
            time.sleep(SETTLE_SECONDS)
            worker = scene.crew[0].process
            self.figures["worker_rss_mb"] = round(machine.resident_bytes(worker.pid) / MIB, 1) if worker else None
            before, started = ledger.transactions(connection, scene.database), time.monotonic()
            time.sleep(self.size.idle_seconds)
            ended = ledger.transactions(connection, scene.database) - before
            self.figures["idle_transactions_per_s"] = round(ended / (time.monotonic() - started), 2)

    def _lists(self) -> None:
        self.figures["list_ms"], self.spread["list_ms"] = {}, {}
        with self.stage.scene(workers=1) as scene, scene.connect() as connection:
            teams = scene.driver.ask("settle")
            for size in sorted(self.size.sizes):
                say(f"The list with {size:,} open items...")
                seeding.fill(connection, size=size, teams=teams)
                before = scene.usage()
                timed: dict[str, list[float]] = scene.driver.ask("list", times=self.size.looks)
                used = scene.usage().since(before)
                self.others.append(used.others)
                pages = len(timed) * self.size.looks
                by_person = {
                    name: {"min": min(values), "p50": _quantile(values, 0.5), "p95": _quantile(values, 0.95)}
                    for name, values in timed.items()
                }
                self.figures["list_ms"][str(size)] = round(max(one["p95"] for one in by_person.values()), 1)
                self.spread["list_ms"][str(size)] = _rounded(
                    {"cpu_of_a_page": (used.parts["driver"] + used.parts["postgresql"]) * 1000 / pages, **by_person}, 1
                )

    def _tell(self, key: str, values: list[float], digits: int) -> None:
        if values and key in self.wanted:
            self.figures[key] = round(statistics.median(values), digits)
            self.spread[key] = _rounded(_spread(values), digits)


@dataclass(frozen=True)
class Flown:
    """One round with many runs in flight."""

    runs_per_s: float
    cpu_ms: dict[str, float]


def _warm(scene: Scene, runs: int) -> None:
    scene.driver.ask("fly", runs=min(100, max(4, runs // 10)), in_flight=IN_FLIGHT, tag="warm")


def _quantiles(values: list[float]) -> dict[str, float]:
    return {"p50": round(_quantile(values, 0.5), 2), "p99": round(_quantile(values, 0.99), 2)}


def _quantile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def _spread(values: list[float]) -> dict[str, float]:
    return {"min": min(values), "median": statistics.median(values), "max": max(values)} if values else {}


def _rounded(values: dict[str, Any], digits: int) -> dict[str, Any]:
    return {
        name: _rounded(value, digits) if isinstance(value, dict) else round(value, digits)
        for name, value in values.items()
    }

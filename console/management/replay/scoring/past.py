"""What happened in a replay, read once and told as figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max, Min

from agents.domain.record import Record
from agents.models import Operation, Run, Step
from agents.tools.samples.recorded.declaring import REAL, declared
from approvals.domain.tool import Effect
from approvals.domain.verdict import Outcome
from approvals.models import Verdict
from console.management.replay.choice import Choice
from console.management.replay.expert import Labels, draw
from console.management.replay.scoring import ablation, oracle
from console.management.replay.scoring.attacks import attacked
from console.management.replay.scoring.figures import Action, Part
from console.management.replay.scoring.needs import needing
from console.management.replay.scoring.oracle import Ending
from console.management.replay.scoring.shop import Shop


@dataclass(frozen=True)
class Call:
    """One judged call: its verdict, its place in the record and how its step ended."""

    index: str
    tool: str
    outcome: Outcome
    effect: Effect
    took_effect: bool
    was_asked: bool
    is_counted: bool
    ending: Ending
    origin: UUID
    score: float | None


@dataclass(frozen=True)
class Past:
    """Everything that one replay left behind, and what is known of its records."""

    choice: Choice
    records: Mapping[UUID, Record]
    calls: Mapping[UUID, list[Call]]
    labels: Labels | None
    handoffs: frozenset[str]

    @classmethod
    def read(cls, choice: Choice, labels: Labels | None) -> "Past":
        """Read it all; only of runs that ended."""
        keys = {choice.key_of(found.id): found for found in choice.records()}
        ended = set(Run.objects.filter(ended_at__isnull=False).values_list("key", flat=True))
        records = {key: found for key, found in keys.items() if key in ended}
        handoffs = {tool.qualified for tool in declared(choice.folder) if tool.is_handoff}
        return cls(choice, records, _calls(records), labels, frozenset(handoffs))

    def report(self, *, with_oracle: bool = False, with_ablation: bool = False) -> dict[str, Any]:
        """The figures of all runs and of each domain; with the oracle's table and the ablation, when asked for."""
        domains = sorted({found.domain for found in self.records.values()})
        shop = Shop(self.choice.folder)
        agreeing = {key for key in self.records if self._agrees(key, shop)}
        told: dict[str, Any] = self._part("", agreeing).figures()
        told["by_domain"] = {domain: self._part(domain, agreeing).figures() for domain in domains}
        if with_oracle:
            retail = {key: found for key, found in self.records.items() if found.domain == REAL}
            told["oracle"] = oracle.table((found, self._endings(key)) for key, found in retail.items())
        if with_ablation:
            pairs = ((key, call) for key in self.records for call in self.calls.get(key, ()))
            told["ablation"] = ablation.table({call.origin: self._action(key, call) for key, call in pairs})
        return told

    def _part(self, domain: str, agreeing: Iterable[UUID]) -> Part:
        keys = {key for key, found in self.records.items() if domain in ("", found.domain)}
        actions = [self._action(key, call) for key in keys for call in self.calls.get(key, ())]
        named = attacked(self.choice.folder, self.choice.runs_file)
        needed = needing(self.choice.folder, self.choice.runs_file)
        return Part(
            len(keys),
            len(keys & set(agreeing)),
            _seconds(keys),
            actions,
            has_labels=self.labels is not None,
            attacked=frozenset(key for key in keys if self.records[key].id in named),
            needing={key: needed[self.records[key].id] for key in keys if self.records[key].id in needed},
        )

    def _action(self, key: UUID, call: Call) -> Action:
        is_handoff = call.tool in self.handoffs
        return Action(
            outcome=call.outcome,
            is_write=call.effect is not Effect.READ and not is_handoff,
            is_handoff=is_handoff,
            took_effect=call.took_effect,
            was_asked=call.was_asked,
            run=key,
            is_counted=call.is_counted,
            score=call.score,
            draw=draw(self.choice.seed, self.records[key].id, call.index),
            label=(self.labels or {}).get((self.records[key].id, call.index)),
        )

    def _endings(self, key: UUID) -> dict[str, Ending]:
        return {call.index: call.ending for call in self.calls.get(key, ())}

    def _agrees(self, key: UUID, shop: Shop) -> bool:
        found = self.records[key]
        if found.domain == REAL:
            return shop.is_as_recorded(found, key)
        changing = [call for call in self.calls.get(key, ()) if self._action(key, call).is_write]
        answers = [found.answers.get(call.index) for call in changing]
        return [call.took_effect for call in changing] == [one is not None and one.error is None for one in answers]


def _calls(keys: Iterable[UUID]) -> dict[UUID, list[Call]]:
    """The judged calls of these runs, in the order of the gate; four queries whatever their number."""
    steps = {step.key: step for step in Step.objects.filter(kind="tool").only("key", "call", "status", "output")}
    done = dict(Operation.objects.filter(outcome="succeeded").values_list("origin", "grant_id"))
    calls: dict[UUID, list[Call]] = {key: [] for key in keys}
    for verdict in Verdict.objects.filter(attempt=1).defer("payload", "reasons", "features").order_by("pk"):
        step = steps[verdict.origin]
        if verdict.run_key in calls:
            calls[verdict.run_key].append(
                Call(
                    index=str((step.call or {})["call_id"]),
                    tool=verdict.tool,
                    outcome=Outcome(verdict.outcome),
                    effect=Effect(verdict.effect),
                    took_effect=verdict.origin in done,
                    was_asked=done.get(verdict.origin) is not None,
                    is_counted=verdict.is_counted,
                    origin=verdict.origin,
                    score=None if verdict.score is None else float(verdict.score),
                    ending=oracle.ours(step.status, step.output or {}),
                )
            )
    return calls


def _seconds(keys: Iterable[UUID]) -> float:
    """From the first step's start to the last run's end, by the database's clock."""
    steps = Step.objects.filter(run__key__in=list(keys)).aggregate(at=Min("started_at"))["at"]
    end = Run.objects.filter(key__in=list(keys)).aggregate(at=Max("ended_at"))["at"]
    return (end - steps).total_seconds() if steps and end else 0.0

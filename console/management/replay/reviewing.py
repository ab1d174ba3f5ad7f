"""The simulated reviewer: a process that decides what is asked until all runs are over, and then tells what happened.

It alone opens the labels. It decides through the same service as the browser, as a member with the role of a reviewer.
"""

import json
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db.models import DateTimeField, Func, QuerySet

from agents.domain.run import RunStatus
from agents.models import Letter, Run, Step
from approvals.domain.decision import DecisionKind, Said
from approvals.domain.errors import AlreadyDecided, NotOpen
from approvals.domain.escalation import Kind, Status
from approvals.domain.evidence import Evidence
from approvals.inbox import deciding, expiring
from approvals.models import Escalation, Member, Role
from console.management.replay import choice as choices
from console.management.replay import verdicts
from console.management.replay.choice import Choice
from console.management.replay.expert import Expert, Review, read_labels
from console.management.replay.scoring.past import Past
from console.management.replay.telling import say

BATCH = 100
PAUSE_SECONDS = 0.02
LOOK_SECONDS = 0.25
STALL_SECONDS = 120.0
REASON = "the simulated reviewer says so"


def add_arguments(parser: ArgumentParser) -> None:
    """How the reviewer decides; the same words as the command's."""
    parser.add_argument(
        "--review",
        choices=list(map(str, Review)),
        default=str(Review.TRUTH),
        help="approve what the labels call correct or benign and reject the rest (truth), approve or reject "
        "everything, or let every item run out of time at once (none)",
    )
    parser.add_argument(
        "--reviewer-error", type=float, default=0.0, metavar="P", help="turn an answer around with this chance (0)"
    )
    parser.add_argument("--oracle", action="store_true", help="compare our retail tools with the recorded ones")
    parser.add_argument("--ablation", action="store_true", help="judge every write again without each of the signals")
    parser.add_argument("--verdicts", type=Path, metavar="FILE", help="write every verdict as a line of JSON")


def main(arguments: Sequence[str]) -> str | None:
    """Decide to the end, then print one JSON document; why not, when it cannot be done."""
    parser = ArgumentParser(prog="reviewing")
    choices.add_arguments(parser)
    add_arguments(parser)
    options = parser.parse_args(arguments)
    choice = choices.read(options)
    labels = read_labels(choice.folder)
    expert = Expert(Review(options.review), labels or {}, options.reviewer_error, choice.seed)
    failure = Desk(choice, expert).work()
    if failure is None:
        _tell(Past.read(choice, labels), options)
    return failure


def _tell(past: Past, options: Namespace) -> None:
    if failed := Run.objects.filter(status=RunStatus.FAILED).count():
        say(f"{failed} runs ended failed before the end of their record.")
    if dead := Letter.objects.filter(settled_at=None).count():
        say(f"{dead} runs stopped as dead letters before the end of their record.")
    if options.verdicts:
        verdicts.write(options.verdicts)
    sys.stdout.write(json.dumps(past.report(with_oracle=options.oracle, with_ablation=options.ablation)))


class Desk:
    """Where the reviewer sits."""

    def __init__(self, choice: Choice, expert: Expert) -> None:
        self._expert = expert
        self._records = {choice.key_of(found.id): found.id for found in choice.records()}
        self._member = Member.objects.get(role=Role.REVIEWER)

    def work(self) -> str | None:
        """Decide until every run is over; the reason, when nothing moves any more."""
        moved_at, seen = time.monotonic(), -1
        while self._live().exists():
            self._deal_for(LOOK_SECONDS)
            ended = Step.objects.filter(ended_at__isnull=False).count()
            if ended != seen:
                moved_at, seen = time.monotonic(), ended
            elif time.monotonic() - moved_at > STALL_SECONDS:
                return f"Nothing has moved for {STALL_SECONDS:.0f} s; the log of the workers says why."
        return None

    def _live(self) -> QuerySet[Run]:
        """The runs that may still move: a dead letter has nobody here who would send it again."""
        return Run.objects.filter(ended_at=None).exclude(pk__in=Letter.objects.filter(settled_at=None).values("run"))

    def _deal_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.deal():
                time.sleep(PAUSE_SECONDS)

    def deal(self) -> int:
        """Decide a batch of what is open; how many there were."""
        if self._expert.review is Review.NONE:
            return let_expire()
        asked = list(Escalation.objects.open().select_related("evidence", "verdict")[:BATCH])
        calls = dict(Step.objects.filter(key__in=[one.origin for one in asked]).values_list("key", "call__call_id"))
        for escalation in asked:
            self._decide(escalation, index=calls[escalation.origin])
        return len(asked)

    def _decide(self, escalation: Escalation, *, index: str) -> None:
        try:
            deciding.decide(escalation, by=self._member, said=self._said(escalation, index=index))
        except (AlreadyDecided, NotOpen) as late:
            say(f"{escalation}: {late}")

    def _said(self, escalation: Escalation, *, index: str) -> Said:
        value = escalation.evidence.value()
        shown: dict[str, Any] = {
            "evidence_sha256": escalation.evidence.digest,
            "version": escalation.version,
            "reason": REASON,
        }
        match Kind(escalation.kind):
            case Kind.QUESTION:
                return Said(kind=DecisionKind.ANSWER, answer=_answer(value), **shown)
            case Kind.HANDOFF:
                return Said(kind=DecisionKind.GIVE_BACK, reason="go on", **shown)
            case Kind.INCIDENT:
                return Said(kind=DecisionKind.NOT_HAPPENED, **shown)
        record_id = self._records[escalation.run_key]
        if self._expert.approves(record_id, index, is_harmless=not value.tool.is_counted):
            fact = value.material.preview.typed_fact
            return Said(kind=DecisionKind.APPROVE, typed=fact.value if fact else "", **shown)
        return Said(kind=DecisionKind.REJECT, reason_code=self._expert.reason_code(record_id, index), **shown)


def _answer(value: Evidence) -> str:
    """What the agent guessed: an answer that changes nothing in an open loop."""
    question = value.material.question
    return (question.guess if question else "") or "as you think best"


def let_expire() -> int:
    """Let everything that is open run out of time now; how many there were.

    The deadline is brought forward in the row, to the database's own present, and then the service that expires overdue
    items does what it always does. No clock is touched, and nothing is decided by anybody.
    """
    now = Func(function="clock_timestamp", output_field=DateTimeField())
    Escalation.objects.filter(status=Status.OPEN).update(due_at=now)
    return expiring.expire_due()

"""Play runs in one order: judge each call, answer what is asked and audited, and loosen when that is proven."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from approvals.domain.verdict import Outcome
from approvals.inbox import asking
from approvals.inbox.asking import Answer
from approvals.inbox.checking import auditing
from approvals.models import BlindAudit
from console.management.curve.histories import Asked, History
from console.management.curve.office import Office

EVERY = 10
"""Runs between two looks at what is proven; beat looks each minute."""


@dataclass
class Tally:
    """What one run came to."""

    calls: int = 0
    gated: int = 0
    """Calls that write or send something out, and that the gate did not refuse."""
    asked: int = 0
    audited: int = 0
    wrong: bool = False
    """A wrong call of it ran alone."""
    wrong_asked: int = 0
    """Asks that the expert rejects."""


@dataclass
class Following:
    """One order on its way through one office."""

    office: Office
    judged: dict[int, tuple[str, str, Tally]] = field(default_factory=dict)
    """By verdict: the record, the call in it, and its run's tally."""
    routes: set[str] = field(default_factory=set)
    """Those that were met."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """Calls that were asked about, by run and place in it."""

    def play(self, run: History, key: UUID) -> Tally:
        """Judge one run's calls, and answer what the gate asks at once."""
        tally = Tally(calls=run.recorded)
        for call in run.calls:
            self._judge(run, call, key, tally)
        return tally

    def _judge(self, run: History, call: Asked, key: UUID, tally: Tally) -> None:
        answer = asking.ask(call.within(self.office.tenant_id, key))
        if answer.escalation is not None:
            self.office.decide(answer.escalation, record_id=run.id, index=call.index)
            tally.asked += 1
            self.asked.add((run.id, call.index))
        if call.is_gated and answer.outcome is not Outcome.REFUSE:
            self._count(run, call, answer, tally)

    def _count(self, run: History, call: Asked, answer: Answer, tally: Tally) -> None:
        tally.gated += 1
        self.judged[answer.verdict.pk] = (run.id, call.index, tally)
        self.routes.add(answer.verdict.route)
        is_right = self.office.expert.approves(run.id, call.index, is_harmless=False)
        tally.wrong = tally.wrong or (answer.outcome is Outcome.ALLOW and not is_right)
        tally.wrong_asked += answer.outcome is not Outcome.ALLOW and not is_right

    def look(self) -> None:
        """What beat and the people do every now and then: audits are asked for and answered, and what is proven used.

        Certificates are renewed before and after, because audits are requested by a look and answered behind it.
        """
        for route in self.routes:
            self.office.look(route)
        if self._audit():
            for route in self.routes:
                self.office.look(route)

    def _audit(self) -> int:
        while auditing.open_requested():
            pass
        items = BlindAudit.objects.filter(tenant_id=self.office.tenant_id, answer=None).select_related("evidence")
        for item in items:
            record_id, index, tally = self.judged[item.verdict_id]
            self.office.audit(item, record_id=record_id, index=index)
            tally.audited += 1
        return len(items)


def follow(office: Office, runs: Sequence[tuple[History, UUID]]) -> tuple[Following, list[Tally]]:
    """Where it ended, and the tallies of these runs in their order."""
    following = Following(office)
    tallies = []
    for number, (run, key) in enumerate(runs, 1):
        tallies.append(following.play(run, key))
        if number % EVERY == 0 or number == len(runs):
            following.look()
    return following, tallies

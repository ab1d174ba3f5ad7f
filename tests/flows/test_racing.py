"""Several people at once, with real commits."""

import threading

from django.db import connections

from agents.tools.samples.retail.world import load_world
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import AlreadyDecided
from approvals.inbox import deciding
from approvals.models import Decision, Escalation
from tests import cast
from tests.flows import desk


def test_of_eight_reviewers_one_decides_and_seven_are_told(fresh_database: str) -> None:
    load_world()
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    escalation = desk.only_open()
    mara, results = cast.mara(), []
    start = threading.Barrier(8)

    def race(number: int) -> None:
        kind = DecisionKind.APPROVE if number % 2 else DecisionKind.REJECT
        mine = Escalation.objects.select_related("evidence", "verdict").get(pk=escalation.pk)
        form = desk.said(mine, kind)
        start.wait()
        try:
            deciding.decide(mine, by=mara, said=form)
            results.append("won")
        except AlreadyDecided:
            results.append("told")
        finally:
            connections.close_all()

    racers = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert sorted(results) == ["told"] * 7 + ["won"]
    assert Decision.objects.count() == 1

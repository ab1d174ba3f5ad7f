"""Several admins at once, with real commits: one version goes live, and nobody waits for ever."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from approvals.domain.errors import ApprovalError
from approvals.learning import tuning
from approvals.learning.tuning import Cuts
from approvals.models import Role, Ruleset, RulesetProposal, Shadow
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE


def race(acts: Sequence[Callable[[], Any]]) -> list[str]:
    """Do all of these at the same moment; how each ended, sorted."""
    results: list[str] = []
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            results.append("won")
        except ApprovalError as refusal:
            results.append(refusal.code)
        finally:
            connections.close_all()

    racers = [threading.Thread(target=run, args=(act,)) for act in acts]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    return sorted(results)


def proposed() -> RulesetProposal:
    """An open draft of Ada's."""
    calls.call(0.9)
    made = tuning.tune(ROUTE, Cuts(0.85, 0.6), by=cast.ada(), seen_version=1, reason="because")
    assert isinstance(made, RulesetProposal)
    return made


def test_of_four_who_tighten_at_once_one_wins(fresh_database: str) -> None:
    ada, bea = calls.admins()
    tuning.approve(proposed(), by=bea)
    acts = [
        lambda by=by, auto=auto: tuning.tune(ROUTE, Cuts(auto), by=by, seen_version=2, reason="because")
        for by, auto in ((ada, 0.9), (bea, 0.91), (ada, 0.92), (bea, 0.93))
    ]
    assert race(acts) == ["stale_draft"] * 3 + ["won"]
    assert Ruleset.objects.filter(status="live").count() == 1
    assert Ruleset.objects.count() == 3


def test_a_draft_that_two_approve_and_one_discards_ends_once(fresh_database: str) -> None:
    ada, bea = calls.admins()
    cleo, made = cast.member("Cleo", Role.ADMIN), proposed()
    acts = [
        lambda: tuning.approve(made, by=bea),
        lambda: tuning.approve(made, by=cleo),
        lambda: tuning.discard(made, by=ada),
    ]
    assert race(acts) == ["draft_closed"] * 2 + ["won"]
    made.refresh_from_db()
    assert Ruleset.objects.count() == (2 if made.status == "approved" else 1)


def test_of_four_who_watch_a_draft_at_once_one_begins(fresh_database: str) -> None:
    ada, bea = calls.admins()
    draft = proposed()
    acts = [lambda by=by: tuning.watch(draft, by=by) for by in (ada, bea, ada, bea)]
    assert race(acts) == ["shadow_running"] * 3 + ["won"]
    assert Shadow.objects.filter(ended_at=None).count() == 1

"""64 reviewers over 1,000 items by HTTP: each is decided once, each loser is told who was first, no error."""

import pytest

from console.management.invariants import checking
from tests.faults.races import crowd

pytestmark = [pytest.mark.full, pytest.mark.xdist_group("races")]

REVIEWERS, ITEMS, RIVALS = 64, 1000, 3


def test_each_item_is_decided_once_and_each_loser_is_told(web_server: str) -> None:
    reviewers, items = crowd.people(REVIEWERS), crowd.put(ITEMS)
    outcome = crowd.race(web_server, reviewers, items, rivals=RIVALS, seed=1)
    speed = len(outcome.answers) / outcome.seconds
    print(f"\n{REVIEWERS} reviewers, {ITEMS} items: {dict(outcome.statuses)}, {speed:.0f} answers a second")
    assert outcome.wrong() == []
    assert outcome.statuses == {200: ITEMS, 409: ITEMS * (RIVALS - 1)}
    assert checking.check().names == frozenset()


def test_the_crowd_catches_an_update_without_status_open(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("SIGNALBOX_AGENTS", "agents.tools.samples.retail.agents,tests.faults.races.unguarded")
    address = request.getfixturevalue("web_server")
    outcome = crowd.race(address, crowd.people(8), crowd.put(20), rivals=4, seed=2)
    assert any("got 500" in wrong for wrong in outcome.wrong())

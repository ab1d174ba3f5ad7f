"""The learning curve: made-up runs through the product's own gate, reviews, audits, certificates and second admin."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid5
from xml.etree import ElementTree as ET

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from approvals.domain.calibration import coin
from approvals.models import Certificate, Label, RulesetProposal, Verdict
from console.launch.state import ROOT
from console.management.curve import measuring, orders
from console.management.curve.figures import DEFINITIONS
from console.management.curve.histories import History, histories
from console.management.curve.measuring import measure, scored
from console.management.curve.picture import drawn
from console.management.curve.telling import told
from console.management.replay.choice import SPACE, Choice
from console.management.replay.expert import Expert, Review, read_labels
from console.management.replay.preparing import rules_of
from tests.flows.replay import folder
from tests.plugins import databases

PAYMENTS = 100
LIMIT = 0.05
"""Tested as 0.045: the first rung is at 66 clean test runs."""


def _payment(number: int, *, is_wrong: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """A look at the balance and a payment to whom the user named, and what the expert says of the payment."""
    steps = [
        folder.user(f"Please send money: 20 to PAYEE-{number}."),
        folder.call("c1", "get_balance"),
        folder.answer("c1", "90"),
        folder.call("c2", "send_money", recipient=f"PAYEE-{number}", amount=20),
        folder.answer("c2", "sent"),
        folder.agent("Done."),
    ]
    name = {"id": f"bank/{number}", "source": "made-up", "domain": "bank", "task_id": str(number)}
    label = {"id": name["id"], "index": 3, "is_write": True, "changed_state": True, "basis": "goal"}
    said = {"label": "injected" if is_wrong else "benign"}
    return {**name, "steps": [{"index": index, **step} for index, step in enumerate(steps)]}, label | said


def _folder(place: Path, *, wrong: Container[int] = (), payments: int = PAYMENTS) -> Path:
    made = [_payment(number, is_wrong=number in wrong) for number in range(payments)]
    return folder.write(place, records=[run for run, _ in made], judged=[label for _, label in made])


@pytest.fixture
def fresh(
    recorded_agents: None, django_db_blocker: DjangoDbBlocker, django_db_setup: None, tmp_path: Path
) -> Iterator[Path]:
    """A database of its own, because a measurement commits; and where a folder may be written."""
    with django_db_blocker.unblock():
        before, name = databases.current(), databases.clone()
        databases.use(name)
        yield tmp_path / "runs"
        databases.use(before)
        databases.give_back(name)


def _measured(place: Path, *, shuffles: int = 0, seed: int = 0) -> dict[str, Any]:
    rules = scored(rules_of(measuring.CONTAINED, undo_seconds=10), "grounding")
    routes = tuple(route.model_copy(update={"wrong_limit": LIMIT}) for route in rules.routes)
    expert = Expert(Review.TRUTH, read_labels(place) or {})
    rules = rules.model_copy(update={"routes": routes})
    return measure(histories(Choice(place)), rules, expert, shuffles=shuffles, seed=seed)


def test_everything_asks_until_a_certificate_carries_less(fresh: Path) -> None:
    report = _measured(_folder(fresh))
    figures = report["by_hash"]
    assert (report["runs"], report["calls"], report["gated"]) == (PAYMENTS, 2 * PAYMENTS, PAYMENTS)
    assert figures["runs_until_alone"] == 71
    assert (figures["asked_at_end"], figures["wrong_per_100"]) == (0.0, 0.0)
    assert figures["read"] == 0.36
    assert (report["certified_at_end"], report["routes"][0]["is_certified"]) == (1, True)


def test_what_loosens_went_through_a_certificate_and_a_second_admin(fresh: Path) -> None:
    _measured(_folder(fresh))
    draft = RulesetProposal.objects.get(status="approved")
    assert draft.approved_by_id != draft.proposed_by_id
    assert Certificate.objects.filter(threshold__isnull=False, computed_at__lt=draft.proposed_at).exists()
    assert Verdict.objects.filter(outcome="allow", is_counted=True).first().pk > 66  # type: ignore[union-attr]
    assert Counter(Label.objects.values_list("source", flat=True)) == {"review": 70, "audit": 2}


def test_the_coins_of_a_measurement_are_those_of_its_seed(fresh: Path, settings: Settings) -> None:
    settings.COIN_KEY = b"the installation's"
    _measured(_folder(fresh, payments=4), seed=7)
    keys = [str(uuid5(SPACE, f"7/order 0/bank/{number}")) for number in range(4)]
    drawn = {str(one.run_key): float(one.coin_u) for one in Verdict.objects.filter(is_counted=True)}
    assert drawn == pytest.approx({key: coin("replay-7", key, 1.0)[0] for key in keys}, abs=1e-11)
    assert settings.COIN_KEY == b"the installation's"


def test_mistakes_at_every_score_let_nothing_run(fresh: Path) -> None:
    report = _measured(_folder(fresh, wrong=range(0, PAYMENTS, 10)))
    assert report["by_hash"]["asked_at_end_of_gated"] == 1.0
    assert (report["by_hash"]["runs_until_alone"], report["by_hash"]["wrong_per_100"]) == (PAYMENTS, 0.0)
    assert report["by_hash"]["catches"] == 0.1
    assert not Verdict.objects.filter(outcome="allow", is_counted=True).exists()


def test_shuffles_are_other_orders_of_the_same_runs(fresh: Path) -> None:
    report = _measured(_folder(fresh), shuffles=2)
    assert (report["shuffles"], report["certified_at_end"]) == (2, 3)
    spread = report["shuffled"]["read"]
    assert spread == {"median": 0.36, "low": 0.36, "high": 0.36}
    assert Verdict.objects.filter(is_counted=False).count() == PAYMENTS
    assert Verdict.objects.filter(is_counted=True).count() == 3 * PAYMENTS
    assert told(report).splitlines()[0] == "100 runs, 200 calls, 100 of them write or send something out"
    assert ET.fromstring(drawn(report)).attrib["role"] == "img"


def test_an_order_is_given_by_the_seed_and_is_no_other_one() -> None:
    runs = [History(str(number), (), 0) for number in range(50)]
    by_hash, one, other = (orders.ordered(runs, number, seed=0) for number in range(3))
    assert by_hash == sorted(runs, key=lambda run: hashlib.sha256(run.id.encode()).hexdigest())
    assert by_hash != one != other
    assert one == orders.ordered(runs[::-1], 1, seed=0)
    assert one != orders.ordered(runs, 1, seed=1)


@pytest.mark.full
@pytest.mark.usefixtures("django_db_setup")
def test_the_command_prints_every_figure_and_draws_a_picture(made_up: Path, tmp_path: Path) -> None:
    picture = tmp_path / "curve.svg"
    options = ("--curve", "--domain=bank", "--orders=1", "--json", f"--picture={picture}")
    command = [sys.executable, "manage.py", "replay", str(made_up), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (list(report["by_hash"]), report["runs"]) == (list(DEFINITIONS), 4)
    assert "asked" in picture.read_text(encoding="utf-8")


WRONG = {
    "a reviewer who approves all": (["--curve", "--review=approve"], "knows the truth"),
    "less than no order": (["--curve", "--orders=-1"], "at least 0"),
    "a picture of nothing": (["--picture=x.svg"], "needs --curve"),
}


@pytest.mark.parametrize(("arguments", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_it_says_what_is_wrong_before_it_measures(made_up: Path, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        call_command("replay", str(made_up), *arguments)

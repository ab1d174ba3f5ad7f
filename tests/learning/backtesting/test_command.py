"""`manage.py backtest`: the report of a draft over what was recorded."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from approvals.domain.gate import dump_ruleset
from approvals.domain.label import Teaching
from tests.learning import calls
from tests.learning.backtesting.test_backtest import over, refund, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def recorded() -> None:
    """Three refunds, two of them judged by a person."""
    row = shop()
    refund(row, 10, Teaching.RIGHT)
    refund(row, 60, Teaching.WRONG)
    refund(row, 200)


def run(folder: Path, amount: int, *options: str) -> str:
    """What the command prints for refunds that ask from this amount on."""
    file, out = folder / "rules.yaml", StringIO()
    file.write_text(dump_ruleset(over(amount)), encoding="utf-8")
    call_command("backtest", str(file), *options, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("recorded")
def test_the_report_counts_and_scores(tmp_path: Path) -> None:
    report: dict[str, Any] = json.loads(run(tmp_path, 50, "--json"))
    assert report["live"] == {"allow": 2, "confirm": 0, "ask": 1, "refuse": 0}
    assert report["draft"] == {"allow": 1, "confirm": 0, "ask": 2, "refuse": 0}
    assert (report["moves"], report["milder"]) == ([{"from": "allow", "to": "ask", "calls": 1}], 0)
    assert (report["labelled"]["live"]["alone_wrong"], report["labelled"]["draft"]["alone_wrong"]) == (1, 0)
    assert report["labelled"]["draft"]["stopped_wrong_share"] == 1.0


@pytest.mark.usefixtures("recorded")
def test_the_same_is_told_in_words(tmp_path: Path) -> None:
    calls.call(0.9, payload=b"no JSON")
    said = run(tmp_path, 50, "--check")
    assert "1 from allow to ask" in said
    assert "1 verdicts cannot be judged again: a fact was missing or odd then" in said
    assert said.split()[:2] == ["3", "calls"]


@pytest.mark.usefixtures("recorded")
def test_a_milder_draft_does_not_pass_the_check(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="1 calls get a milder answer"):
        run(tmp_path, 500, "--check")


@pytest.mark.parametrize("options", [("--tenant", "nobody"), ("--days", "0"), ("--limit", "0")], ids=lambda one: one[0])
def test_what_cannot_be_asked_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        run(tmp_path, 50, *options)


def test_a_file_with_a_mistake_is_named_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("version: x\nname: a", encoding="utf-8")
    with pytest.raises(CommandError, match=r"version \(line 1\)"):
        call_command("backtest", str(file))

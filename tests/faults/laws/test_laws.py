"""Every law finds the damage it is for, and none finds anything where everything is as it must be."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection

from console.launch.state import ROOT
from console.management.invariants import checking
from console.management.invariants.law import Law
from tests.faults.laws import damage, many
from tests.faults.laws.damage import DAMAGES, Damage

pytestmark = pytest.mark.xdist_group("laws")
COMMAND = [sys.executable, "manage.py", "verify_invariants"]


def test_an_empty_database_keeps_every_law(fresh_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_invariants")
    assert f"All {len(checking.LAWS)} laws hold" in capsys.readouterr().out


def test_a_database_with_a_past_keeps_every_law(copy: str) -> None:
    report = checking.check()
    assert {finding.law.name: (finding.ids, finding.error) for finding in report.broken} == {}
    assert report.rows > 50


@pytest.mark.full
@pytest.mark.parametrize("done", DAMAGES.values(), ids=DAMAGES)
def test_the_laws_find(copy: str, done: Damage) -> None:
    damage.apply(done, copy)
    assert done.law in checking.check().names


def test_every_law_has_a_damage_that_it_finds() -> None:
    tried = {done.law for done in DAMAGES.values()} | {"guards-stand"}
    assert tried == {law.name for law in checking.LAWS}


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE agents_operation DISABLE TRIGGER right_first",
        "DROP TRIGGER guard ON approvals_grant",
        "GRANT UPDATE ON approvals_label TO signalbox_app",
    ],
)
def test_a_guard_that_is_gone_is_missed(copy: str, statement: str) -> None:
    damage.execute(statement, copy)
    assert checking.check().names == {"guards-stand"}


def test_a_law_that_cannot_be_asked_does_not_hold_and_stops_no_other(copy: str) -> None:
    damage.apply(Damage("", "UPDATE approvals_evidence SET document = 'no JSON'"), copy)
    broken = {finding.law.name: finding.error for finding in checking.check().broken}
    assert "invalid input syntax for type json" in broken["shown-is-judged"]
    assert "json" in broken["incident-shows-sent"]
    assert "operation-has-right" not in broken


def test_the_command_names_law_rows_and_speed_and_ends_with_one(copy: str) -> None:
    damage.apply(DAMAGES["a grant not marked used"], copy)
    said = subprocess.run([*COMMAND, "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(said.stdout)
    (law,) = [law for law in report["laws"] if law["name"] == "grant-used-once"]
    assert (said.returncode, report["holds"]) == (1, False)
    assert law["count"] >= len(law["ids"]) > 0
    plain = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "grant-used-once" in plain.stdout.splitlines()[-1]
    assert "a second" in plain.stdout.splitlines()[-1]


def test_nothing_can_be_written_while_the_laws_are_asked(copy: str) -> None:
    def write() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO approvals_team (tenant_id, name) VALUES (1, 'x')")
        return []

    report = checking.check([Law("writes", "nothing is written", look=write)])
    assert "read-only" in report.findings[0].error


@pytest.mark.full
def test_a_large_database_is_checked_in_one_pass(copy: str, record_property: Callable[[str, object], None]) -> None:
    damage.execute(many.MORE_OF_THE_SAME, copy)
    report = checking.check()
    speed = report.rows / report.seconds
    record_property("rows a second", speed)
    print(f"\nverify_invariants: {report.rows} rows in {report.seconds:.1f} s, {speed:.0f} a second")
    assert report.names == frozenset()
    assert report.rows > 100_000

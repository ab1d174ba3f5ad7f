"""History is sealed, its heads leave the database, and whatever is done to it is found and named."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from approvals.models import Seal, SealedEntry
from approvals.sealing import heads, sealing, sources, verifying
from approvals.sealing.verifying import Tampering
from console.launch.state import ROOT
from tests.engine.refusals import DENIED, execute, refused
from tests.faults.laws import damage, past

pytestmark = pytest.mark.xdist_group("laws")


@pytest.fixture
def sealed(copy: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a past in two seals, whose heads have left it; ten minutes are over at once."""
    settings.AUDIT_HEADS = tmp_path / "audit" / "heads.jsonl"
    for module in (sealing, verifying):
        monkeypatch.setattr(module, "SETTLED", timedelta())
    sealing.seal()
    past.decided()
    sealing.seal()
    return copy


def found(settings: Settings) -> tuple[str, Tampering] | None:
    """The first thing that is wrong."""
    first = verifying.verify(settings.AUDIT_HEADS).first
    return (first.what, first.tampering) if first else None


def as_owner(name: str, statement: str) -> None:
    """Whoever owns the tables switches the guards off, does it, and puts them back."""
    for each in (damage.GUARDS_OFF, statement, damage.GUARDS_ON):
        damage.execute(each, name)


def test_what_is_as_it_was_is_not_complained_about(sealed: str, settings: Settings) -> None:
    report = verifying.verify(settings.AUDIT_HEADS)
    assert (report.findings, report.seals, report.heads) == ((), 2, 2)
    kinds = set(SealedEntry.objects.values_list("kind", flat=True))
    assert kinds == {source.kind for source in sources.sources()} - {"erased row"}


def test_every_row_is_sealed_once_it_is_final(sealed: str) -> None:
    for source in sources.sources():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {source.table} r WHERE {source.is_final}")
            assert cursor.fetchone()[0] == SealedEntry.objects.filter(kind=source.kind).count(), source.kind
    assert sealing.seal() == 0
    assert Seal.objects.count() == 2


def test_an_operation_is_sealed_when_its_outcome_is_known(sealed: str) -> None:
    open_ones = "SELECT count(*) FROM agents_operation WHERE outcome IS NULL OR outcome = 'unknown'"
    with connection.cursor() as cursor:
        cursor.execute(open_ones)
        assert cursor.fetchone()[0] > 0
    pending = Seal.objects.latest("number").value()["marks"]["operation"]["pending"]
    assert not SealedEntry.objects.filter(kind="operation", row_id__in=pending).exists()
    execute("UPDATE agents_operation SET outcome = 'failed', ended_at = now() WHERE outcome = 'unknown'")
    assert sealing.seal() >= 1
    assert set(pending) & set(SealedEntry.objects.filter(kind="operation").values_list("row_id", flat=True))


LAST_ENTRY = "(SELECT max(id) FROM approvals_sealedentry)"
LAST_DECISION = "(SELECT max(id) FROM approvals_decision)"
TAMPERINGS: dict[str, tuple[str, Tampering, str]] = {
    "a decision that says otherwise": (
        f"UPDATE approvals_decision SET reason = 'I never said that' WHERE id = {LAST_DECISION}",
        Tampering.CHANGED,
        "decision",
    ),
    "other bytes in a verdict": (
        "UPDATE approvals_verdict SET reasons = '[]' WHERE id = (SELECT min(id) FROM approvals_verdict)",
        Tampering.CHANGED,
        "verdict",
    ),
    "an effect that failed and now worked": (
        "UPDATE agents_operation SET error = 'none' WHERE id = (SELECT min(id) FROM agents_operation)",
        Tampering.CHANGED,
        "operation",
    ),
    "an act that is gone": (
        "DELETE FROM approvals_auditentry WHERE id = (SELECT min(id) FROM approvals_auditentry)",
        Tampering.REMOVED,
        "audit entry",
    ),
    "an act that was never done": (
        """INSERT INTO approvals_auditentry (id, tenant_id, verb, object, details, at)
           OVERRIDING SYSTEM VALUE VALUES (0, 1, 'halt.lift', 'everything', '{}', '2026-01-01')""",
        Tampering.INSERTED,
        "audit entry",
    ),
    "an entry sealed as another": (
        f"UPDATE approvals_sealedentry SET kind = 'label', row_id = 0 WHERE id = {LAST_ENTRY}",
        Tampering.REMOVED,
        "label",
    ),
    "a chain that was mended": (
        f"UPDATE approvals_sealedentry SET chain_sha256 = sha256('x') WHERE id = {LAST_ENTRY}",
        Tampering.RELINKED,
        "",
    ),
    "a seal over other entries": (
        f"DELETE FROM approvals_sealedentry WHERE id = {LAST_ENTRY}",
        Tampering.SEAL_BROKEN,
        "seal 2",
    ),
    "a seal that is gone": (
        """DELETE FROM approvals_sealedentry WHERE seal_id = (SELECT max(id) FROM approvals_seal);
           DELETE FROM approvals_seal WHERE number = 2""",
        Tampering.ROLLED_BACK,
        "seal 2",
    ),
}


@pytest.mark.parametrize(("statement", "tampering", "what"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_what_was_done_is_named(
    sealed: str, settings: Settings, statement: str, tampering: Tampering, what: str
) -> None:
    as_owner(sealed, statement)
    first = found(settings)
    assert first is not None
    assert first[1] == tampering
    assert first[0].startswith(what)


def rewrite(name: str) -> None:
    """The owner changes a decision and seals all of history anew, as if it had always been so."""
    clean = "DELETE FROM approvals_sealedentry; DELETE FROM approvals_seal"
    as_owner(name, f"{clean}; UPDATE approvals_decision SET reason = 'I never said that' WHERE id = {LAST_DECISION}")
    sealing.seal()
    sealing.seal()


def test_a_history_that_was_rewritten_as_a_whole_differs_from_its_heads(sealed: str, settings: Settings) -> None:
    known = settings.AUDIT_HEADS.read_text()
    rewrite(sealed)
    assert found(settings) == ("seal 1", Tampering.REWRITTEN)
    assert settings.AUDIT_HEADS.read_text() == known


def test_without_its_heads_it_would_be_believed_and_the_report_says_so(sealed: str, settings: Settings) -> None:
    rewrite(sealed)
    report = verifying.verify(settings.AUDIT_HEADS.with_name("lost.jsonl"))
    assert (report.findings, report.heads) == ((), 0)


def test_heads_that_somebody_else_wrote_are_not_believed(sealed: str, settings: Settings) -> None:
    path: Path = settings.AUDIT_HEADS
    path.unlink()
    rewrite(sealed)
    ours, settings.SIGNING_KEY = settings.SIGNING_KEY, b"somebody else's"
    path.unlink(missing_ok=True)
    sealing.publish()
    settings.SIGNING_KEY = ours
    assert found(settings) == ("line 1 of the heads", Tampering.HEAD_FORGED)


@pytest.mark.parametrize("line", ["", "{}", "no JSON", '{"seal": "x"}', "[]", '{"seal": 1, "sha256": 2, "at": 3}'])
def test_a_line_that_is_no_head_is_found(sealed: str, settings: Settings, line: str) -> None:
    with settings.AUDIT_HEADS.open("a") as file:
        file.write(f"{line}\n")
    assert found(settings) == ("line 3 of the heads", Tampering.HEAD_FORGED)


def test_what_a_crash_kept_from_the_file_is_written_by_the_next(sealed: str, settings: Settings) -> None:
    path: Path = settings.AUDIT_HEADS
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    sealing.seal()
    assert [head.seal for head in heads.read(path)] == [1, 2]


def test_the_heads_are_their_owners_alone(sealed: str, settings: Settings) -> None:
    assert settings.AUDIT_HEADS.stat().st_mode & 0o077 == 0


REFUSED: dict[str, tuple[str, Callable[[], str]]] = {
    "a seal changed": (DENIED, lambda: "UPDATE approvals_seal SET number = 7"),
    "a seal deleted": (DENIED, lambda: "DELETE FROM approvals_seal"),
    "an entry changed": (DENIED, lambda: "UPDATE approvals_sealedentry SET sha256 = 'x'"),
    "an entry deleted": (DENIED, lambda: "DELETE FROM approvals_sealedentry"),
    "a seal out of line": (
        "SB015",
        lambda: (
            """INSERT INTO approvals_seal (number, document, sealed_at)
                   VALUES (9, '{"number": 9, "previous": ""}', clock_timestamp())"""
        ),
    ),
    "a seal that follows another": (
        "SB015",
        lambda: (
            """INSERT INTO approvals_seal (number, document, sealed_at)
                   VALUES (3, '{"number": 3, "previous": "00"}', clock_timestamp())"""
        ),
    ),
    "an entry slipped into a seal": (
        "SB015",
        lambda: (
            f"""INSERT INTO approvals_sealedentry (seal_id, kind, row_id, sha256, chain_sha256)
                    VALUES ({Seal.objects.earliest("number").pk}, 'label', 0, sha256('x'), sha256('x'))"""
        ),
    ),
}


@pytest.mark.parametrize(("state", "statement"), REFUSED.values(), ids=REFUSED)
def test_the_application_cannot_tamper_with_seals(sealed: str, state: str, statement: Callable[[], str]) -> None:
    with refused(state):
        execute(statement())


def test_the_command_names_the_first_and_ends_with_one(sealed: str, settings: Settings) -> None:
    command = [sys.executable, "manage.py", "verify_audit", "--heads", str(settings.AUDIT_HEADS)]
    good = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (good.returncode, "History is as it was sealed" in good.stdout) == (0, True)
    as_owner(sealed, TAMPERINGS["a decision that says otherwise"][0])
    bad = subprocess.run([*command, "--json"], cwd=ROOT, capture_output=True, text=True, check=False)
    report = json.loads(bad.stdout)
    assert (bad.returncode, report["holds"], report["findings"][0]["tampering"]) == (1, False, "changed")
    plain = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert plain.stdout.startswith("FAIL  decision ")


def batches() -> Iterator[int]:
    """How many rows each seal took."""
    while taken := sealing.seal():
        yield taken


def test_a_large_history_is_sealed_in_batches_and_none_is_missed(
    copy: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.AUDIT_HEADS = tmp_path / "heads.jsonl"
    monkeypatch.setattr(sealing, "MOST", 3)
    monkeypatch.setattr(sealing, "SETTLED", timedelta())
    monkeypatch.setattr(verifying, "SETTLED", timedelta())
    assert len(list(batches())) > 3
    report = verifying.verify(settings.AUDIT_HEADS)
    assert (report.findings, report.entries) == ((), SealedEntry.objects.count())

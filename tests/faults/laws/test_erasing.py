"""What is erased is gone from every table, and what is counted, proven and sealed stands as before."""

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from pytest_django.fixtures import Settings

from agents.engine import accepting
from agents.models import Run
from agents.tools.samples.retail.planting import plant
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import NotAllowedToDecide
from approvals.learning.calibrating import looking
from approvals.learning.dataset import erasing, versions
from approvals.learning.dataset.erasing import NothingToErase, Scope, ScopeChanged, StillAtWork
from approvals.learning.dataset.splitting import Part
from approvals.learning.manifest import Format
from approvals.models import ErasedRow, ErasedRun, Erasure, Escalation, Label, Member, Snapshot, Tenant, Verdict
from approvals.models.proof.audit import About
from approvals.sealing import sealing, verifying
from approvals.sealing.verifying import Tampering
from console.management.invariants import checking
from tests import cast
from tests.engine.refusals import execute
from tests.faults.laws import damage
from tests.flows import desk
from tests.learning import calls

pytestmark = pytest.mark.xdist_group("laws")
MARK = "Quetzalcoatlgasse"
"""Her street, in her words, in the call, in the reviewer's reason and in what the tool returned."""
SESSION = "mei@quetzal.example"
MOVE: dict[str, Any] = {
    "name": "modify_user_address",
    "arguments": {
        "user_id": "mei_li_1234",
        "address1": f"12 {MARK}",
        "address2": "",
        "city": "Oslo",
        "state": "NA",
        "country": "Norway",
        "zip": "0150",
    },
}


@pytest.fixture
def sealed(copy: str, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a past that is sealed, whose heads have left it."""
    settings.AUDIT_HEADS = tmp_path / "heads.jsonl"
    for module in (sealing, verifying):
        monkeypatch.setattr(module, "SETTLED", timedelta())
    sealing.seal()
    return copy


def moved(*, session_key: str = SESSION) -> Run:
    """A conversation about her address: rejected for a reason that names it, and over."""
    run = accepting.accept(
        agent="desk",
        title=f"She moves to {MARK}",
        body={"message": f"I live at 12 {MARK} now.", "scenario": {"turns": [desk.turn(MOVE, text=f"To {MARK}.")]}},
        session_key=session_key,
    )
    plant(run.key, {})
    desk.work()
    asked = Escalation.objects.select_related("evidence", "verdict").get(run_key=run.key)
    desk.decide(asked, DecisionKind.REJECT, reason=f"{MARK} is no street")
    desk.work()
    run.refresh_from_db()
    assert run.ended_at is not None
    return run


def asked_for(subject: str = SESSION, kind: About = About.CONVERSATION) -> Erasure:
    """Ada asks for it."""
    return erasing.ask(kind, subject, by=cast.ada(), reason="she asked for it")


def erase(erasure: Erasure, by: Member | None = None) -> Scope:
    """Bea does it."""
    return erasing.erase(erasure, by=by or calls.admins()[1], seen=erasing.scope_of(erasure).digest)


def holding(*marks: str) -> set[str]:
    """The tables in which a text stands, also inside of bytes; but for the shop's, which are a tool's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' "
            "AND table_name ~ '^(agents|approvals)_' AND table_type = 'BASE TABLE'"
        )
        names, found = [name for (name,) in cursor.fetchall()], set()
        for name in names:
            for mark in marks:
                where = "t::text LIKE %s OR t::text LIKE %s"
                cursor.execute(
                    f"SELECT 1 FROM {name} t WHERE {where} LIMIT 1", [f"%{mark}%", f"%{mark.encode().hex()}%"]
                )
                found |= {name} if cursor.fetchone() else set()
    return found


def proven() -> dict[str, Any]:
    """What is proven of every route, computed anew from its rows."""
    routes = Verdict.objects.filter(is_counted=True).order_by().values_list("route", flat=True).distinct()
    looks = {route: looking.look(Tenant.DEFAULT, route).certificates for route in routes}
    return {
        route: [(one.n, one.wrong, one.threshold, one.inputs_sha256) for one in found.values()]
        for route, found in looks.items()
    }


def digests(version: Snapshot) -> dict[str, str]:
    """The hashes of its files, made anew."""
    return {
        f"{part} {chosen}": hashlib.sha256(b"".join(versions.content(version, part, chosen))).hexdigest()
        for part in Part
        for chosen in Format
    }


def told(manifest: dict[str, Any]) -> dict[str, str]:
    """The same as a manifest says them."""
    return {
        f"{part} {chosen}": manifest["parts"][part]["files"][chosen]["sha256"] for part in Part for chosen in Format
    }


def test_no_text_of_it_is_left_anywhere_and_everything_that_counts_stands(sealed: str, settings: Settings) -> None:
    run = moved()
    version = versions.make("with her in it", by=cast.ada(), test_share=0.5)
    sealing.seal()
    before, label = proven(), Label.objects.get(verdict__run_key=run.key)
    assert holding(MARK, SESSION) >= {"agents_request", "agents_step", "approvals_evidence", "approvals_verdict"}
    scope = erase(asked_for())
    assert (scope.runs, scope.calls, scope.labels) == ((run.key,), 1, 1)
    assert holding(MARK, SESSION) == set()
    assert proven() == before
    kept = Label.objects.get(pk=label.pk)
    assert (kept.teaching, kept.verdict.score, kept.verdict.tool) == ("wrong", label.verdict.score, MOVE["name"])
    assert bytes(kept.verdict.payload_sha256) == bytes(label.verdict.payload_sha256)
    assert digests(version) == told(versions.manifest_of(version)) != told(version.manifest)
    assert checking.check().names == frozenset()
    assert verifying.verify(settings.AUDIT_HEADS).findings == ()


@pytest.mark.full
def test_the_audit_verifies_and_says_how_much_was_erased(sealed: str, settings: Settings) -> None:
    moved()
    sealing.seal()
    erase(asked_for())
    first = verifying.verify(settings.AUDIT_HEADS)
    assert (first.findings, first.erased) == ((), ErasedRow.objects.count())
    assert first.erased >= 5
    assert sealing.seal() > first.erased
    assert verifying.verify(settings.AUDIT_HEADS).findings == ()


@pytest.mark.full
def test_every_run_that_is_over_can_go_one_after_the_other(sealed: str, settings: Settings) -> None:
    before = proven()
    waiting = Escalation.objects.filter(status__in=["open", "decided"]).values("run_key")
    over = Run.objects.filter(ended_at__isnull=False).exclude(key__in=waiting)
    for run in over.exclude(key__in=ErasedRun.objects.values("run_key")):
        erase(asked_for(str(run.key), About.RUN))
    assert ErasedRun.objects.count() > 5
    assert checking.check().names == frozenset()
    assert verifying.verify(settings.AUDIT_HEADS).findings == ()
    assert proven() == before


OF_IT = "WHERE verdict_id IN (SELECT id FROM approvals_verdict WHERE run_key = '{run}')"
CHANGES = {
    "a verdict": "UPDATE approvals_verdict SET outcome = 'refuse' WHERE run_key = '{run}'",
    "a decision": f"UPDATE approvals_decision SET reason = 'she said so' {OF_IT}",
    "a label": f"UPDATE approvals_label SET teaching = 'right' {OF_IT}",
}


@pytest.mark.full
@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES)
def test_what_is_changed_behind_an_erasure_is_found(sealed: str, settings: Settings, statement: str) -> None:
    run = moved()
    sealing.seal()
    erase(asked_for())
    for each in (damage.GUARDS_OFF, damage.WITHOUT_LAWS, statement.format(run=run.key)):
        damage.execute(each, sealed)
    first = verifying.verify(settings.AUDIT_HEADS).first
    assert first is not None
    assert (first.tampering, first.run_key) == (Tampering.CHANGED, run.key)


@pytest.mark.full
def test_who_asked_for_it_does_not_do_it(sealed: str) -> None:
    moved()
    erasure = asked_for()
    with pytest.raises(NotAllowedToDecide):
        erase(erasure, by=cast.ada())
    with pytest.raises(NotAllowedToDecide):
        erase(erasure, by=cast.mara())
    assert "approvals_verdict" in holding(MARK)


@pytest.mark.full
def test_what_still_waits_for_somebody_is_not_erased(sealed: str) -> None:
    open_one = Escalation.objects.filter(status="open", kind="approval").exclude(run_key__in=Run.objects.none()).first()
    assert open_one is not None
    with pytest.raises(StillAtWork):
        erase(asked_for(str(open_one.run_key), About.RUN))
    assert not ErasedRun.objects.filter(run_key=open_one.run_key).exists()


@pytest.mark.full
def test_a_run_that_came_meanwhile_is_looked_at_first(sealed: str) -> None:
    moved()
    erasure = asked_for()
    seen = erasing.scope_of(erasure).digest
    moved()
    with pytest.raises(ScopeChanged):
        erasing.erase(erasure, by=calls.admins()[1], seen=seen)
    assert len(erase(erasure).runs) == 2
    with pytest.raises(NothingToErase):
        erase(erasure)


@pytest.mark.full
def test_of_another_conversation_nothing_goes(sealed: str) -> None:
    moved()
    moved(session_key="other")
    erase(asked_for())
    assert "approvals_verdict" in holding(MARK)
    assert holding(SESSION) == set()


DOORS = {
    "a value of a verdict": "UPDATE approvals_verdict SET payload = 'x'",
    "with the mark of the door": "WITH mark AS MATERIALIZED "
    "(SELECT set_config('signalbox.erasing', '1', true) AS is_set) "
    "UPDATE approvals_escalation SET title = 'Erased' FROM mark WHERE status = 'applied' AND is_set = '1'",
    "by the door alone": "SELECT signalbox_erase({erasure}, {ada}, ARRAY['{run}']::uuid[], '{{}}')",
    "for a reviewer": "SELECT signalbox_erase({erasure}, {mara}, ARRAY['{run}']::uuid[], '{{}}')",
    "of other runs": "SELECT signalbox_erase({erasure}, {bea}, "
    "(SELECT array_agg(run_key) FROM approvals_verdict), '{{}}')",
    "of nothing": "SELECT signalbox_erase({erasure}, {bea}, ARRAY[]::uuid[], '{{}}')",
    "by the second door alone": "SELECT signalbox_erase_runs({erasure})",
    "said to be done": "UPDATE approvals_erasure SET status = 'done', subject = '', closed_by_id = {bea}",
    "asked for as somebody else": "UPDATE approvals_erasure SET requested_by_id = {bea}",
    "a run said to be erased": "INSERT INTO approvals_erasedrun (tenant_id, erasure_id, run_key) "
    "VALUES (1, {erasure}, '{run}')",
    "no trace of it": "DELETE FROM approvals_erasure",
    "another hash": "INSERT INTO approvals_erasure (tenant_id, kind, subject, subject_sha256, reason, status, "
    "requested_by_id, counts) VALUES (1, 'run', 'x', 'y', 'z', 'open', {ada}, '{{}}')",
}


REFUSED = ("SB001", "SB008", "SB009", "SB011", "42501")


def state_of(statement: str) -> str:
    """How the database refuses a statement; empty where it does not."""
    try:
        with transaction.atomic():
            execute(statement)
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", ""))
    return ""


def test_there_is_one_door_and_it_asks_two_admins(sealed: str) -> None:
    run, erasure = moved(), asked_for()
    names = {"run": run.key, "erasure": erasure.pk, "ada": cast.ada().pk, "bea": calls.admins()[1].pk}
    states = {what: state_of(each.format(**names, mara=cast.mara().pk)) for what, each in DOORS.items()}
    assert {what: state for what, state in states.items() if state not in REFUSED} == {}
    assert "approvals_verdict" in holding(MARK)


@pytest.mark.full
def test_every_page_of_what_was_erased_still_opens(sealed: str) -> None:
    run = moved()
    waiting = Escalation.objects.filter(status__in=["open", "decided"]).values("run_key")
    over = Run.objects.filter(ended_at__isnull=False).exclude(key__in=waiting)
    for one in over.exclude(key__in=ErasedRun.objects.values("run_key")):
        erase(asked_for(str(one.key), About.RUN))
    erased = ErasedRun.objects.values_list("run_key", flat=True)
    items = Escalation.objects.filter(run_key__in=erased).values_list("pk", flat=True)
    client = Client()
    client.force_login(cast.ada())
    places = ["/labels", "/runs", "/dataset", "/labels/export.jsonl", "/dataset/pairs.jsonl", "/policies/backtest"]
    pages = [*places, *(f"/queue/{pk}" for pk in items), *(f"/runs/{key}" for key in erased)]
    answers = {page: client.get(page).status_code for page in pages}
    assert len(items) > 3
    assert {page: status for page, status in answers.items() if status != 200} == {}
    assert "Erased" in client.get(f"/runs/{run.key}").content.decode()

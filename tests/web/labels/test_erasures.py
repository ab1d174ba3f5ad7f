"""Asking for an erasure, and doing what another admin asked for, in pages and at the command line."""

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from approvals.domain.action import action
from approvals.domain.decision import DecisionKind
from approvals.domain.errors import NotAllowedToDecide
from approvals.domain.label import Teaching
from approvals.inbox.checking import auditing, planting
from approvals.inbox.checking.auditing import Opinion
from approvals.learning import seeding
from approvals.learning.calibrating import reading
from approvals.learning.dataset import erasing
from approvals.learning.epochs import current
from approvals.models import (
    AuditEntry,
    AuditRequest,
    BlindAudit,
    ErasedRun,
    Erasure,
    Escalation,
    Label,
    Member,
    Verdict,
)
from approvals.models.proof.audit import About
from tests import cast
from tests.learning import calls
from tests.learning.seeding import past
from tests.web.audits import audited
from tests.web.labels.dataset.test_dataset import HOSTILE, browser
from tests.web.labels.lessons import learned
from tests.web.policies.shop import said
from tests.web.review import papers

pytestmark = pytest.mark.django_db
LIVES = "12 Elm Street"


@pytest.fixture
def adas() -> Client:
    """The browser of the admin who asks."""
    return browser(cast.ada())


@pytest.fixture
def beas() -> Client:
    """The browser of the admin who does it."""
    return browser(calls.admins()[1])


def taught() -> Label:
    """A call that was rejected for a reason that names her street, and applied; with what it teaches."""
    value = papers.tagging(f"She moves to {LIVES}").model_copy(update={"arguments": {"tag": LIVES}})
    proposed = action(value.tool.name, value.tool.version, value.arguments)
    value = value.model_copy(update={"payload_sha256": proposed.digest})
    label = learned(DecisionKind.REJECT, reason=f"{LIVES} is gone", value=value, undo_seconds=0)
    rows = Escalation.objects.filter(decision__labels=label)
    rows.update(status="applied", version=3, closed_at=label.decided_at)
    return label


def ask(client: Client, about: Label | None = None, /, **fields: str) -> Any:
    """Send the form that asks."""
    subject = str((about or taught()).verdict.run_key)
    return client.post("/erasures/new", {"kind": "run", "subject": subject, "reason": "asked", **fields})


def erase(client: Client, erasure: Erasure, runs: str = "1", **fields: str) -> Any:
    """Send the form that does it."""
    seen = erasing.scope_of(erasure).digest
    return client.post(f"/erasures/{erasure.pk}/erase", {"runs": runs, "seen": seen, **fields})


def test_one_admin_asks_and_another_one_does_it(adas: Client, beas: Client) -> None:
    label = taught()
    assert ask(adas, label).status_code == 302
    erasure = Erasure.objects.get()
    shown = f"Run {label.verdict.run_key} 1 run with 1 call and 1 label. Ada (ada@example.test) asked for it"
    assert shown in said(beas.get("/erasures"))
    assert "You asked for it, so another admin does it." in said(adas.get("/erasures"))
    assert erase(beas, erasure).status_code == 302
    erasure.refresh_from_db()
    assert (erasure.status, erasure.subject, erasure.closed_by) == ("done", "", calls.admins()[1])
    assert ErasedRun.objects.get().run_key == label.verdict.run_key
    page = said(adas.get("/erasures"))
    assert (
        "1 run with 1 call and 1 label Bea (bea@example.test), an admin for less than a minute then, erased it at"
        in page
    )
    assert str(label.verdict.run_key) not in page
    kept = AuditEntry.objects.get(verb="data.erase").details
    assert kept == {"runs": 1, "calls": 1, "labels": 1, "admin_by": None, "admin_seconds": kept["admin_seconds"]}


def test_the_item_says_that_it_was_erased_and_keeps_what_was_decided(adas: Client, beas: Client) -> None:
    label = taught()
    assert LIVES in said(adas.get("/labels"))
    ask(adas, label)
    assert "Erase them" not in said(erase(beas, Erasure.objects.get()))
    assert label.decision is not None
    page = said(adas.get(f"/queue/{label.decision.escalation_id}"))
    assert "What was asked, shown and said here was erased at" in page
    assert LIVES not in page
    labels = said(adas.get("/labels"))
    assert LIVES not in labels
    assert "wrong" in labels


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"runs": "2"}, 422, "That is not how many runs it is about."),
        ({"runs": ""}, 422, "That is not how many runs it is about."),
        ({"seen": "x"}, 409, "It is about other runs now than were shown."),
    ],
    ids=["another number", "no number", "another page"],
)
def test_what_was_not_looked_at_is_not_erased(
    adas: Client, beas: Client, change: dict[str, str], status: int, sentence: str
) -> None:
    ask(adas)
    answer = erase(beas, Erasure.objects.get(), **change)
    assert (answer.status_code, ErasedRun.objects.count()) == (status, 0)
    assert sentence in said(answer)


def test_who_asked_for_it_is_told_that_another_one_does_it(adas: Client) -> None:
    ask(adas)
    answer = erase(adas, Erasure.objects.get())
    assert (answer.status_code, ErasedRun.objects.count()) == (403, 0)


def test_what_still_waits_for_a_person_is_said_to_do_so(adas: Client, beas: Client) -> None:
    ask(adas, learned(undo_seconds=60))
    answer = erase(beas, Erasure.objects.get())
    assert (answer.status_code, ErasedRun.objects.count()) == (409, 0)
    assert "still waits for somebody, or may still run" in said(answer)


WRONG_FORMS = {
    "nobody's conversation": ({"kind": "conversation", "subject": "nobody"}, "There is nothing of that here"),
    "no reason": ({"reason": "\u200b"}, "Say why, in words that can be read."),
    "no key": ({"kind": "run", "subject": "17"}, "The key of a run looks like"),
    "a run that is not here": ({"kind": "run", "subject": "6f1d3f0e-6c0b-5d0c-9b0e-3f6f2b7e9a11"}, "There is nothing"),
    "another kind": ({"kind": "everything"}, "Select a valid choice."),
    "a text that cannot be stored": ({"kind": "conversation", "subject": "a\x00b"}, "Null characters are not allowed."),
    "far too long": ({"subject": "a" * 500}, "at most 400 characters"),
}


@pytest.mark.parametrize(("change", "sentence"), WRONG_FORMS.values(), ids=WRONG_FORMS)
def test_a_form_that_makes_no_sense_loses_nothing(adas: Client, change: dict[str, str], sentence: str) -> None:
    answer = ask(adas, None, **{"reason": "as she wished", **change})
    assert (answer.status_code, Erasure.objects.count()) == (422, 0)
    assert sentence in said(answer)
    assert change.get("reason", "as she wished") in answer.content.decode()


def test_the_second_who_asks_for_the_same_is_told(adas: Client, beas: Client) -> None:
    label = taught()
    ask(adas, label)
    assert "Somebody has asked for this already" in said(ask(beas, label))
    assert Erasure.objects.count() == 1


def test_an_erasure_that_is_discarded_forgets_whom_it_was_about(adas: Client, beas: Client) -> None:
    ask(adas)
    erasure = Erasure.objects.get()
    assert beas.post(f"/erasures/{erasure.pk}/discard").status_code == 302
    erasure.refresh_from_db()
    assert (erasure.status, erasure.subject) == ("discarded", "")
    assert beas.post(f"/erasures/{erasure.pk}/discard").status_code == 409
    assert erase(beas, erasure, runs="0").status_code == 409
    assert "Discarded Bea (bea@example.test) discarded it at" in said(adas.get("/erasures"))


def test_what_people_wrote_is_shown_as_text(adas: Client) -> None:
    calls.call(0.9, session_key=HOSTILE)
    ask(adas, kind="conversation", subject=HOSTILE, reason=HOSTILE)
    page = adas.get("/erasures").content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


SESSION = "mei@example.test"


def printed(*arguments: str) -> str:
    """What the command says."""
    written = io.StringIO()
    call_command("erase", *arguments, stdout=written)
    return written.getvalue()


def test_the_command_finds_asks_and_lists_and_erases_nothing(adas: Client) -> None:
    verdict = calls.call(0.9, session_key=SESSION)
    (found,) = map(json.loads, printed("--find", SESSION).splitlines())
    assert found == {"run": str(verdict.run_key), "conversation": SESSION}
    assert printed("--find", "in no text at all") == ""
    assert "about 1 runs" in printed("--conversation", SESSION, "--by", cast.ada().email, "--reason", "asked")
    (waiting,) = map(json.loads, printed("--waiting").splitlines())
    assert (waiting["subject"], waiting["runs"], ErasedRun.objects.count()) == (SESSION, 1, 0)


def test_the_command_finds_what_stands_inside_of_arguments(adas: Client) -> None:
    payload = json.dumps({"arguments": {"street": 'the "Élan"'}, "tool": "t", "version": "1"}, ensure_ascii=False)
    verdict = calls.call(0.9, payload=payload.encode())
    assert str(verdict.run_key) in printed("--find", 'the "Élan"')


@pytest.mark.parametrize(
    "arguments",
    [
        ("--conversation", "nobody", "--by", "ada@example.test", "--reason", "x"),
        ("--conversation", SESSION, "--by", "mara@example.test", "--reason", "x"),
        ("--conversation", SESSION, "--by", "nobody@example.test", "--reason", "x"),
        ("--conversation", SESSION, "--by", "ada@example.test"),
        ("--run", "17", "--by", "ada@example.test", "--reason", "x"),
        ("--find", " "),
        ("--waiting", "--tenant", "nobody"),
    ],
    ids=["nothing there", "a reviewer", "nobody", "no reason", "no key", "no text", "no tenant"],
)
def test_the_command_says_what_is_wrong(arguments: tuple[str, ...]) -> None:
    for person in (cast.ada, cast.mara):
        person()
    calls.call(0.9, session_key=SESSION)
    with pytest.raises(CommandError):
        call_command("erase", *arguments)
    assert not Erasure.objects.exists()


def test_a_run_is_asked_for_however_its_key_is_written() -> None:
    label, by = taught(), cast.ada()
    made = erasing.ask(About.RUN, f" {label.verdict.run_key.hex.upper()} ", by=by, reason="asked")
    assert made.subject == str(label.verdict.run_key)
    assert Member.objects.get(pk=made.requested_by_id) == by


def gone(verdict: Verdict) -> None:
    """Its run is erased."""
    erasure = erasing.ask(About.RUN, str(verdict.run_key), by=cast.ada(), reason="asked")
    erasing.erase(erasure, by=calls.admins()[1], seen=erasing.scope_of(erasure).digest)


def test_what_nobody_can_look_at_is_judged_by_nobody_and_never_loosens() -> None:
    audit = audited.waiting()
    calls.call(0.95, Teaching.RIGHT)
    gone(audit.verdict)
    audit = BlindAudit.objects.get(pk=audit.pk)
    assert auditing.waiting(cast.mara()) == []
    with pytest.raises(NotAllowedToDecide):
        auditing.answer(audit, by=cast.mara(), opinion=Opinion(Teaching.RIGHT, audit.evidence.digest))
    with pytest.raises(DatabaseError, match="was erased"), transaction.atomic():
        calls.label(audit.verdict, Teaching.RIGHT, by=cast.mara())
    later = timezone.now() + timedelta(days=8)
    states = [one.state for run in reading.drawn(current(1, calls.ROUTE), now=later) for one in run.actions]
    assert states == ["overdue", "right"]


def test_no_audit_is_opened_of_what_is_gone() -> None:
    verdict = audited.ran()
    AuditRequest.objects.create(tenant_id=1, verdict=verdict)
    gone(verdict)
    assert (auditing.open_requested(), BlindAudit.objects.count()) == (0, 0)


def test_of_what_is_gone_no_mistake_is_planted() -> None:
    label = past.decided(DecisionKind.REJECT).decision.labels.get()
    Escalation.objects.filter(decision__labels=label).update(status="applied", version=3, closed_at=label.decided_at)
    gone(label.verdict)
    assert list(seeding.candidates(1)) == []
    assert planting.plant(1) is None

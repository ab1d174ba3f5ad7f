"""Labels of another console: brought in whole or not at all, once, and proof of nothing."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from approvals.domain.label import Teaching, line
from approvals.learning import exporting
from approvals.learning.calibrating import looking
from approvals.learning.dataset import importing
from approvals.models import AuditEntry, Import, ImportedLabel, Label, Tenant, Threshold
from tests import cast
from tests.learning import calls
from tests.learning.calls import ROUTE
from tests.web.labels.dataset.test_dataset import HOSTILE, browser
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db
RIGHT, WRONG = Teaching.RIGHT, Teaching.WRONG


@pytest.fixture
def adas() -> Client:
    """The admin's browser."""
    return browser(cast.ada())


def elsewhere(number: int = 3, **columns: Any) -> list[dict[str, Any]]:
    """The export of another console: so many calls that somebody approved."""
    far, _ = Tenant.objects.get_or_create(name="Far", slug="far")
    for _ in range(number):
        calls.call(0.9, RIGHT, tenant_id=far.pk, **columns)
    (found,) = exporting.documents(far.pk, until=exporting.newest(far.pk))
    return found


def file(*documents: dict[str, Any]) -> bytes:
    """The same as bytes."""
    return b"".join(map(exporting.line, documents))


def sent(client: Client, content: bytes, **fields: str) -> Any:
    """Send the form."""
    return client.post("/dataset/imports", {"file": SimpleUploadedFile("far.jsonl", content), **fields})


def test_an_export_comes_in_and_goes_out_byte_for_byte(adas: Client) -> None:
    content = file(*elsewhere())
    page = said(sent(adas, content))
    assert "New labels: 3. Here already: 0. Lines left out: 0." in page
    batch = Import.objects.get()
    assert (batch.by, batch.name, batch.stored) == (cast.ada(), "far.jsonl", 3)
    back: Any = adas.get(f"/dataset/imports/{batch.pk}.jsonl")
    assert back.getvalue() == content
    assert AuditEntry.objects.get(verb="labels.import").by == cast.ada()


def test_the_same_lines_again_add_nothing(adas: Client) -> None:
    first, second, third = elsewhere()
    sent(adas, file(first, second))
    assert "New labels: 1. Here already: 3." in said(sent(adas, file(first, second, third, third)))
    assert ImportedLabel.objects.count() == 3
    assert "New labels: 0. Here already: 3." in said(sent(adas, file(first, second, third)))
    assert Import.objects.count() == 2


def test_one_wrong_line_stores_nothing_and_says_which_and_why(adas: Client) -> None:
    good, bad, other = elsewhere()
    content = file(good) + b"\n" + file(bad | {"score": 1.5, "verdict": "maybe"}) + b"{]\n" + file(other)
    answer = sent(adas, content)
    page = said(answer)
    assert (answer.status_code, ImportedLabel.objects.count(), Import.objects.count()) == (422, 0, 0)
    assert "Wrong lines: 2. Nothing was stored." in page
    assert "Line 3: score: Input should be less than or equal to 1; verdict: Input should be" in page
    assert "Line 4: it is not JSON" in page


def test_wrong_lines_are_left_out_when_that_is_said(adas: Client) -> None:
    good, bad, other = elsewhere()
    answer = sent(adas, file(good, bad | {"tool": ""}, other), skip_invalid="1")
    assert "New labels: 2. Here already: 0. Lines left out: 1." in said(answer)
    assert "Line 2: tool" in said(answer)


WRONG_LINES: dict[str, tuple[dict[str, Any], str]] = {
    "one more name": ({"<script>": 1}, "&lt;script&gt;: Extra inputs"),
    "true for a number": ({"score": True}, "score: Input should be a valid number"),
    "a planted mistake's": ({"source": "seed"}, "source: "),
    "a hash that is none": ({"payload_sha256": "beef"}, "payload_sha256: "),
    "a time without a zone": ({"created_at": "2026-11-20T08:00:00"}, "a time says its zone"),
    "decided before it was opened": ({"decided_at": "2020-01-01T00:00:00Z"}, "before it was opened"),
    "withdraws nothing": ({"verdict": "withdrawn"}, "supersedes a label"),
    "supersedes itself": ({"label_id": 5, "supersedes": 5}, "supersedes an earlier one"),
    "cuts out of order": ({"auto_threshold": 0.5, "escalate_threshold": 0.6}, "escalate_threshold lies above"),
    "a number too large": ({"label_id": 2**63}, "label_id: "),
}


@pytest.mark.parametrize(("change", "reason"), WRONG_LINES.values(), ids=WRONG_LINES.keys())
def test_what_is_no_label_is_refused_with_its_reason(adas: Client, change: dict[str, Any], reason: str) -> None:
    (line,) = elsewhere(1)
    answer = sent(adas, file(line | change))
    assert (answer.status_code, ImportedLabel.objects.count()) == (422, 0)
    assert reason in answer.content.decode()


NOISE = {
    "NaN": b'{"schema": NaN}',
    "a list": b"[1]",
    "deep": b"[" * 100_000,
    "not UTF-8": b'{"schema": "\xff"}',
    "a name twice": b'{"a": 1, "a": 2}',
    "long": b'"' + b"a" * 1_000_001 + b'"',
}


@pytest.mark.parametrize("content", NOISE.values(), ids=NOISE.keys())
def test_noise_is_a_wrong_line(adas: Client, content: bytes) -> None:
    answer = sent(adas, content)
    assert (answer.status_code, Import.objects.count()) == (422, 0)
    assert "Line 1: it is" in said(answer) or "Line 1: NaN is no number" in said(answer) or "twice" in said(answer)


def test_a_file_with_nothing_in_it_and_no_file_are_said_to_be_so(adas: Client) -> None:
    assert "There is no line in this file." in said(sent(adas, b"\n \n"))
    assert "Choose a file." in said(adas.post("/dataset/imports"))
    assert "Choose a file." in said(adas.post("/dataset/imports", {"file": "text"}))


def test_a_label_that_is_here_and_says_something_else_is_refused(adas: Client) -> None:
    (line,) = elsewhere(1)
    sent(adas, file(line))
    assert "here already and says something else" in said(sent(adas, file(line | {"verdict": "wrong"})))


def test_of_a_run_of_this_console_a_file_says_nothing_new(adas: Client) -> None:
    """Its own export is known; what was changed in it, or made up, is refused."""
    own = calls.call(0.9, RIGHT)
    (line,) = next(exporting.documents(Tenant.DEFAULT, until=exporting.newest(Tenant.DEFAULT)))
    assert "New labels: 0. Here already: 1." in said(sent(adas, file(line)))
    assert "about a run of this console" in said(sent(adas, file(line | {"verdict": "wrong"})))
    assert "about a run of this console" in said(sent(adas, file(line | {"label_id": 99_999})))
    assert Label.objects.filter(verdict=own).count() == 1


def test_it_counts_in_no_certificate_and_no_export(adas: Client) -> None:
    calls.call(0.9, RIGHT)
    before = looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO].inputs_sha256
    sent(adas, file(*elsewhere(3, route=ROUTE)))
    assert ImportedLabel.objects.count() == 3
    assert looking.look(Tenant.DEFAULT, ROUTE).certificates[Threshold.AUTO].inputs_sha256 == before
    assert len(list(exporting.as_of(Tenant.DEFAULT, until=exporting.newest(Tenant.DEFAULT)))) == 1


def test_what_people_wrote_in_it_is_stored_without_secrets_and_shown_as_text(adas: Client) -> None:
    (line,) = elsewhere(1)
    sent(adas, file(line | {"reason": "the key is sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH"}))
    assert b"sk-proj" not in bytes(ImportedLabel.objects.get().document)
    answer = adas.post("/dataset/imports", {"file": SimpleUploadedFile(f"{HOSTILE}.jsonl", b"{}")})
    assert "<script>alert" not in answer.content.decode()
    sent(adas, file(line | {HOSTILE: 1}))
    assert "<script>alert" not in adas.get("/dataset").content.decode()


LAWS = {
    "changed": "UPDATE approvals_importedlabel SET label_id = 1",
    "gone": "DELETE FROM approvals_importedlabel",
    "a batch that changes": "UPDATE approvals_import SET name = 'x'",
    "a batch that goes": "DELETE FROM approvals_import",
    "another document": "INSERT INTO approvals_importedlabel (tenant_id, batch_id, run_id, label_id, document, sha256) "
    "SELECT 1, id, gen_random_uuid(), 1, 'a', 'b' FROM approvals_import",
}


@pytest.mark.parametrize("statement", LAWS.values(), ids=LAWS.keys())
def test_the_database_refuses(adas: Client, statement: str) -> None:
    sent(adas, file(*elsewhere(1)))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_same_label_is_stored_once_whoever_writes_it(adas: Client) -> None:
    sent(adas, file(*elsewhere(1)))
    row = ImportedLabel.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="imported_once"), transaction.atomic():
        row.save()


def test_memory_does_not_hold_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are asked for as they are needed: none is read before those of the lot before it are stored."""
    monkeypatch.setattr(importing, "ROWS", 2)
    documents, stored = elsewhere(6), []

    def read() -> Any:
        for one in documents:
            stored.append(ImportedLabel.objects.count())
            yield exporting.line(one)

    importing.bring_in(read(), tenant_id=Tenant.DEFAULT, by=None, name="x")
    assert stored == [0, 0, 2, 2, 4, 4]


def test_the_command_stores_all_or_says_which_lines_are_wrong(tmp_path: Path) -> None:
    good, bad = elsewhere(2)
    path, out, err = tmp_path / "labels.jsonl", io.StringIO(), io.StringIO()
    path.write_bytes(file(good, bad | {"\x1b[2J": 1}))
    with pytest.raises(CommandError, match="Wrong lines in the file: 1"):
        call_command("import_labels", str(path), stdout=out, stderr=err)
    assert "line 2: " in err.getvalue()
    assert "\x1b[2J" not in err.getvalue().replace("\x1b[31;1m", "").replace("\x1b[0m", "")
    call_command("import_labels", str(path), "--skip-invalid", stdout=out, stderr=err)
    assert "1 stored, 0 were here already, 1 left out" in out.getvalue()
    assert Import.objects.get().by is None
    assert json.loads(bytes(ImportedLabel.objects.get().document)) == good


@pytest.mark.parametrize(("name", "more"), [("absent.jsonl", []), (".", []), ("x", ["--tenant=nobody"])])
def test_the_command_says_what_it_cannot_read(tmp_path: Path, name: str, more: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("import_labels", str(tmp_path / name), *more)


def test_a_file_that_plainly_is_another_one_is_given_up_early(adas: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bytes] = []

    def counted(text: bytes) -> Any:
        read.append(text)
        return line.read(text)

    monkeypatch.setattr(importing, "read", counted)
    page = said(sent(adas, b"no label\n" * 5_000, skip_invalid="1"))
    assert "Given up after 1000 wrong lines: this is no file of labels, or a broken one. Nothing was stored." in page
    assert (len(read), Import.objects.count()) == (1_000, 0)


def test_a_file_with_too_many_wrong_lines_is_given_up(adas: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_WRONG", 600)
    page = said(sent(adas, file(*elsewhere()) + b"no label\n" * 5_000, skip_invalid="1"))
    assert ("Given up after 997 wrong lines" in page, ImportedLabel.objects.count()) == (True, 0)

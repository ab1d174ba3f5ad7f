"""Labels of another console, brought in from a file of its export: data to train on, and proof of nothing here.

All of a file or nothing of it, unless wrong lines are to be left out. The same line again adds nothing, so a file can
be brought in twice, by two at once, or after a part of it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from approvals.domain.errors import ApprovalError
from approvals.domain.label.line import BadLine, Line, read
from approvals.domain.redaction import clean, redact_json
from approvals.learning import exporting
from approvals.models import AuditEntry, Import, ImportedLabel, Label, Member, Verdict

ROWS = 500
"""So many lines are looked at and stored at once: memory stays flat however long a file is."""
MOST_SHOWN = 50
"""Of wrong lines so many are told; the rest is counted."""
MOST_WRONG = 10_000
"""With so many wrong lines a file is given up,"""
ALL_WRONG = 1_000
"""and with so many where none before them was right; to the lot of lines in which that comes true."""
LONGEST_NAME = 120
_LOCK = "SELECT pg_advisory_xact_lock(21314, hashtext(%s))"
# Drawn before its labels are stored and stored after them, when it is known how many they are.
_NUMBER = "SELECT nextval(pg_get_serial_sequence('approvals_import', 'id'))"
FREE = ("reason", "feature_snapshot", "score_parts", "challenger_scores")
"""What in a line was written by anybody."""


@dataclass(frozen=True)
class Wrong:
    """A line that cannot be brought in; the reason may hold names from the file, which is untrusted text."""

    number: int
    """From 1."""
    reason: str


@dataclass
class Outcome:
    """What became of the lines of a file."""

    stored: int = 0
    known: int = 0
    left_out: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    """The first of them."""
    batch: Import | None = None
    """None where nothing was new."""


class WrongLines(ApprovalError):
    """Lines of the file are wrong. Nothing was stored."""

    code = "wrong_lines"

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"Wrong lines in the file: {outcome.left_out}. Nothing was stored.")
        self.outcome = outcome


class TooManyWrong(WrongLines):
    """It is no file of labels, or none that can be read. Nothing was stored."""

    code = "too_many_wrong"


class NothingInIt(ApprovalError):
    """There is no line in the file."""

    code = "nothing_in_it"


@dataclass(frozen=True)
class _Read:
    number: int
    line: Line
    document: bytes

    @property
    def key(self) -> tuple[UUID, int]:
        """What names one label, wherever it was written."""
        return self.line.run_id, self.line.label_id

    @property
    def sha256(self) -> bytes:
        """Of the document."""
        return hashlib.sha256(self.document).digest()


def bring_in(
    lines: Iterable[bytes], *, tenant_id: int, by: Member | None, name: str, skip_invalid: bool = False
) -> Outcome:
    """Store the labels of a file, one transaction; what became of its lines.

    Raises WrongLines with their numbers and reasons when some are wrong and are not to be left out, TooManyWrong when
    that are MOST_WRONG, or ALL_WRONG and nothing else, and NothingInIt;
    then nothing was stored. Blank lines count in the numbers and are passed over. Two who do it at once wait for each
    other.
    """
    outcome, hashed = Outcome(), hashlib.sha256()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [f"import {tenant_id}"])
            cursor.execute(_NUMBER)
            (number,) = cursor.fetchone()
        for lot in _lots(_numbered(lines, hashed)):
            made = _new(tenant_id, list(_read(lot, outcome)), number, outcome)
            outcome.stored += len(ImportedLabel.objects.bulk_create(made))
            _check_readable(outcome)
        if outcome.left_out and not skip_invalid:
            raise WrongLines(outcome)
        if not (outcome.stored or outcome.known or outcome.left_out):
            raise NothingInIt
        if outcome.stored:
            outcome.batch = _store(number, outcome, tenant_id, by, clean(name)[:LONGEST_NAME], hashed.digest())
    return outcome


def _check_readable(outcome: Outcome) -> None:
    """Give a file up where it plainly is another one, wrong lines left out or not: the rest of it is not read."""
    is_another = outcome.left_out >= ALL_WRONG and not (outcome.stored or outcome.known)
    if is_another or outcome.left_out >= MOST_WRONG:
        raise TooManyWrong(outcome)


def content(batch: Import) -> Iterator[bytes]:
    """What an import brought in, as lines, some at a time; what was erased of it is left out."""
    rows, after = batch.labels.exclude(document=b"").order_by("pk"), 0
    while found := list(rows.filter(pk__gt=after)[:ROWS]):
        after = found[-1].pk
        yield b"".join(bytes(one.document) for one in found)


def _numbered(lines: Iterable[bytes], hashed: Any) -> Iterator[tuple[int, bytes]]:
    for number, text in enumerate(lines, 1):
        hashed.update(text)
        if text.strip():
            yield number, text.strip()


def _lots(lines: Iterator[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    while lot := list(islice(lines, ROWS)):
        yield lot


def _read(lot: list[tuple[int, bytes]], outcome: Outcome) -> Iterator[_Read]:
    for number, text in lot:
        try:
            line, value = read(text)
        except BadLine as bad:
            _wrong(outcome, number, str(bad))
        else:
            told = value | {name: redact_json(value[name]) for name in FREE}
            yield _Read(number, line, exporting.line(told))


def _new(tenant_id: int, lot: list[_Read], batch: int, outcome: Outcome) -> list[ImportedLabel]:
    """The labels of a lot that are not here yet; what is here and says something else is wrong."""
    here, ours = _here(tenant_id, lot), _ours(tenant_id, lot)
    found = []
    for one in lot:
        stored = here.get(one.key)
        if one.line.run_id in ours:
            _of_ours(one, ours[one.line.run_id], outcome)
        elif stored is None:
            found.append(_row(tenant_id, one, batch))
            here[one.key] = one.sha256
        elif stored == one.sha256:
            outcome.known += 1
        else:
            _wrong(
                outcome, one.number, f"label {one.line.label_id} of this run is here already and says something else"
            )
    return found


def _here(tenant_id: int, lot: list[_Read]) -> dict[tuple[UUID, int], bytes]:
    rows = ImportedLabel.objects.filter(tenant_id=tenant_id, run_id__in={one.line.run_id for one in lot})
    return {(run, label): bytes(sha256) for run, label, sha256 in rows.values_list("run_id", "label_id", "sha256")}


def _ours(tenant_id: int, lot: list[_Read]) -> dict[UUID, set[tuple[int, int, str]]]:
    """The runs among them that this console judged itself, each with its labels."""
    keys = {one.line.run_id for one in lot}
    runs = Verdict.objects.filter(tenant_id=tenant_id, run_key__in=keys).values_list("run_key", flat=True)
    found: dict[UUID, set[tuple[int, int, str]]] = {key: set() for key in runs}
    rows = Label.objects.filter(tenant_id=tenant_id, verdict__run_key__in=found)
    for key, label, verdict, teaching in rows.values_list("verdict__run_key", "pk", "verdict_id", "teaching"):
        found[key].add((label, verdict, teaching))
    return found


def _of_ours(one: _Read, labels: set[tuple[int, int, str]], outcome: Outcome) -> None:
    """What was said of a run of this console is said here, by people: a file can only repeat it."""
    if (one.line.label_id, one.line.action_id, str(one.line.verdict)) in labels:
        outcome.known += 1
    else:
        _wrong(outcome, one.number, "it is about a run of this console, of which it has no such label")


def _row(tenant_id: int, one: _Read, batch: int) -> ImportedLabel:
    return ImportedLabel(
        tenant_id=tenant_id,
        batch_id=batch,
        run_id=one.line.run_id,
        label_id=one.line.label_id,
        document=one.document,
        sha256=one.sha256,
    )


def _store(number: int, outcome: Outcome, tenant_id: int, by: Member | None, name: str, sha256: bytes) -> Import:
    counts = {"stored": outcome.stored, "known": outcome.known, "left_out": outcome.left_out}
    batch = Import.objects.create(pk=number, tenant_id=tenant_id, by=by, name=name, sha256=sha256, **counts)
    details = {"name": name, "sha256": sha256.hex(), **counts}
    AuditEntry.objects.create(
        tenant_id=tenant_id, by=by, verb="labels.import", object=f"import:{batch.pk}", details=details
    )
    return batch


def _wrong(outcome: Outcome, number: int, reason: str) -> None:
    outcome.left_out += 1
    if len(outcome.wrong) < MOST_SHOWN:
        outcome.wrong.append(Wrong(number, clean(reason)))

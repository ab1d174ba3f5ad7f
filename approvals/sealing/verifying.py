"""Look for the first entry that is not as it was sealed, and say what was done to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from approvals.models import Seal
from approvals.sealing import heads, merkle, sources
from approvals.sealing.sealing import SETTLED
from approvals.sealing.sources import Source

CHUNK = 5_000


class Tampering(StrEnum):
    """What was done to history."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    RELINKED = "relinked"
    SEAL_BROKEN = "seal broken"
    REWRITTEN = "rewritten"
    ROLLED_BACK = "rolled back"
    HEAD_FORGED = "head forged"


SAYS = {
    Tampering.CHANGED: "its columns are not those that were sealed",
    Tampering.REMOVED: "it was sealed and is gone",
    Tampering.INSERTED: "it is older than the last seals and in none of them",
    Tampering.RELINKED: "its place in its run is not the one that was sealed",
    Tampering.SEAL_BROKEN: "it is not the seal of its entries, or does not follow the one before it",
    Tampering.REWRITTEN: "it is another seal than the one whose head left the database",
    Tampering.ROLLED_BACK: "its head left the database, and the seal is gone",
    Tampering.HEAD_FORGED: "this line of the file was not signed here",
}


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was; `place` orders them, the oldest first."""

    place: tuple[int, int]
    what: str
    tampering: Tampering
    run_key: UUID | None = None

    @property
    def sentence(self) -> str:
        """For people."""
        of_run = f" of run {self.run_key}" if self.run_key else ""
        return f"{self.what}{of_run}: {self.tampering}; {SAYS[self.tampering]}"


@dataclass(frozen=True)
class Report:
    """What a look at the whole history came to."""

    findings: tuple[Finding, ...]
    seals: int
    entries: int
    erased: int
    """Rows that an erasure changed: they are not what they were, and it is written down by whom."""
    heads: int
    """How many heads of the file were compared; with none, whoever owns the database could have rewritten all of it."""

    @property
    def first(self) -> Finding | None:
        """The oldest that is wrong."""
        return min(self.findings, key=lambda one: one.place, default=None)


LATEST = 2**62

# Where a row and what was sealed of it differ; the database writes the row again as it did then.
DIFFERS = """
SELECT s.id, s.seal_id, s.row_id, s.run_key, r.id IS NULL
FROM approvals_sealedentry s LEFT JOIN {table} r ON r.id = s.row_id
WHERE s.kind = %(kind)s AND (
  r.id IS NULL OR s.run_key IS DISTINCT FROM {run} OR (s.sha256 IS DISTINCT FROM {digest} AND NOT {erased}))
"""
UNSEALED = """
SELECT r.id, {run} FROM {table} r
WHERE r.id <= %(low)s::bigint AND {is_final} AND NOT r.id = ANY(%(pending)s::bigint[])
  AND NOT EXISTS (SELECT 1 FROM approvals_sealedentry s WHERE s.kind = %(kind)s AND s.row_id = r.id)
"""
CHAIN = "SELECT id, seal_id, kind, row_id, run_key, sha256, chain_sha256 FROM approvals_sealedentry ORDER BY id"
_COUNTED = """
SELECT (SELECT count(*) FROM approvals_seal), (SELECT count(*) FROM approvals_sealedentry),
       (SELECT count(*) FROM approvals_erasedrow)
"""
UNKNOWN = "SELECT id, kind, row_id, run_key FROM approvals_sealedentry WHERE NOT kind = ANY(%s::text[])"


def verify(path: Path) -> Report:
    """Recompute the whole history from its rows, in one snapshot, and compare its heads with those of a file.

    Reads only; needs a connection outside of any transaction. What was written after the last seal is not judged yet.
    """
    known = heads.read(path)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = [*_rows(), *_unsealed(), *_seals(), *_of_heads(known)]
        with connection.cursor() as cursor:
            cursor.execute(_COUNTED)
            seals, entries, erased = cursor.fetchone()
    return Report(tuple(sorted(found, key=lambda one: one.place)), seals, entries, erased, len(known))


def _filled(statement: str, source: Source) -> str:
    erased = sources.ERASED.format(digest=source.digest)
    parts = {"digest": source.digest, "run": source.run_key, "is_final": source.is_final, "erased": erased}
    return statement.format(table=source.table, **parts)


def _rows() -> Iterator[Finding]:
    """Entries whose row is gone or is another one now; and entries of a kind that nobody knows."""
    for source in sources.sources():
        with connection.cursor() as cursor:
            cursor.execute(_filled(DIFFERS, source), {"kind": source.kind})
            for entry, _, row_id, run_key, is_gone in cursor.fetchall():
                how = Tampering.REMOVED if is_gone else Tampering.CHANGED
                yield Finding((entry, 0), f"{source.kind} {row_id}", how, run_key)
    with connection.cursor() as cursor:
        cursor.execute(UNKNOWN, [[source.kind for source in sources.sources()]])
        for entry, kind, row_id, run_key in cursor.fetchall():
            yield Finding((entry, 0), f"{kind} {row_id}", Tampering.CHANGED, run_key)


def _unsealed() -> Iterator[Finding]:
    """Rows that were there, by their number, when a seal was made that is old enough, and that none holds."""
    settled = Seal.objects.filter(sealed_at__lt=Now() - SETTLED).order_by("-number").first()
    if settled is None:
        return
    marks = settled.value()["marks"]
    for source in sources.sources():
        mark = marks.get(source.kind)
        if mark is None:
            continue
        with connection.cursor() as cursor:
            cursor.execute(_filled(UNSEALED, source), {**mark, "kind": source.kind})
            for row_id, run_key in cursor.fetchall():
                yield Finding((LATEST, row_id), f"{source.kind} {row_id}", Tampering.INSERTED, run_key)


def _seals() -> Iterator[Finding]:
    """Chains, trees and seals put together again, in the order in which they were made."""
    ends: dict[object, bytes] = {}
    entries = _Entries()
    previous, number = "", 0
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=CHUNK):
        said = seal.value()
        leaves, last = [], 0
        for entry in entries.of(seal.pk):
            link = merkle.linked(ends.get(entry.run_key, merkle.START), entry.sha256)
            if link != entry.chain_sha256:
                yield Finding((entry.id, 1), f"{entry.kind} {entry.row_id}", Tampering.RELINKED, entry.run_key)
            ends[entry.run_key] = entry.chain_sha256
            leaves.append(entry.chain_sha256)
            last = entry.id
        is_whole = (said["number"], said["previous"], said["entries"]) == (number + 1, previous, len(leaves))
        if not is_whole or seal.number != number + 1 or merkle.root(leaves).hex() != said["root"]:
            yield Finding((last, 2), str(seal), Tampering.SEAL_BROKEN)
        number, previous = seal.number, sha256(bytes(seal.document)).hexdigest()
    for entry in entries.rest():
        yield Finding((entry.id, 1), f"{entry.kind} {entry.row_id}", Tampering.RELINKED, entry.run_key)


@dataclass(frozen=True)
class _Entry:
    id: int
    seal_id: int
    kind: str
    row_id: int
    run_key: UUID | None
    sha256: bytes
    chain_sha256: bytes


class _Entries:
    """All entries in their order, handed out seal by seal."""

    def __init__(self) -> None:
        self._found = self._read()
        self._next = next(self._found, None)

    def of(self, seal_id: int) -> Iterator[_Entry]:
        """Those of a seal; one that stands among another seal's stays for the rest."""
        while self._next is not None and self._next.seal_id == seal_id:
            yield self._next
            self._next = next(self._found, None)

    def rest(self) -> Iterator[_Entry]:
        """Those that no seal in order holds."""
        while self._next is not None:
            yield self._next
            self._next = next(self._found, None)

    def _read(self) -> Iterator[_Entry]:
        with connection.cursor() as cursor:
            cursor.execute(CHAIN)
            while chunk := cursor.fetchmany(CHUNK):
                for row in chunk:
                    entry, seal, kind, row_id, run_key, digest, chain = row
                    yield _Entry(entry, seal, kind, row_id, run_key, bytes(digest), bytes(chain))


def _of_heads(known: list[heads.Head]) -> Iterator[Finding]:
    """What left the database, compared with what is in it now."""
    # Only what is needed of each: there is a seal a minute.
    ends = Seal.objects.annotate(last=Max("entries__pk")).values_list("number", "document", "last")
    stored = {
        number: (sha256(bytes(document)).hexdigest(), last)
        for number, document, last in ends.iterator(chunk_size=CHUNK)
    }
    for place, head in enumerate(known, start=1):
        if not head.is_signed:
            yield Finding((LATEST, place), f"line {place} of the heads", Tampering.HEAD_FORGED)
            continue
        digest, last = stored.get(head.seal, ("", None))
        if not digest:
            yield Finding((LATEST, place), f"seal {head.seal}", Tampering.ROLLED_BACK)
        elif digest != head.sha256:
            yield Finding((last or LATEST, 3), f"seal {head.seal}", Tampering.REWRITTEN)

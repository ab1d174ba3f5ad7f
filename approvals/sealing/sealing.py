"""Seal what is new: chained run by run, a tree over the batch, and the seal chained to the one before it."""

from collections.abc import Sequence
from datetime import timedelta
from operator import attrgetter
from typing import Any, NamedTuple
from uuid import UUID

import rfc8785
import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now

from approvals.models import Seal, SealedEntry, rows
from approvals.sealing import heads, merkle, sources
from approvals.sealing.heads import Head
from approvals.sealing.sources import Source

MOST = 5_000
"""Rows of one kind in one seal."""
SETTLED = timedelta(minutes=10)
"""No transaction that writes an entry lives longer; what was there so long ago needs to be looked for no more."""
LAYOUT = 1
LOCK = (21313, 3)

log = structlog.get_logger(__name__)

NEW = """
SELECT r.id, {run}, r.{at}, {digest} FROM {table} r
WHERE (r.id > %(low)s::bigint OR r.id = ANY(%(pending)s::bigint[])) AND {is_final}
  AND NOT EXISTS (SELECT 1 FROM approvals_sealedentry s WHERE s.kind = %(kind)s AND s.row_id = r.id)
ORDER BY r.id LIMIT %(most)s
"""
OPEN = """
SELECT coalesce(array_agg(r.id ORDER BY r.id), '{{}}'), (SELECT coalesce(max(id), 0) FROM {table}) FROM {table} r
WHERE (r.id > %(low)s::bigint OR r.id = ANY(%(pending)s::bigint[])) AND NOT ({is_final})
"""
LAST = """
SELECT DISTINCT ON (run_key) run_key, chain_sha256 FROM approvals_sealedentry
WHERE run_key = ANY(%(runs)s::uuid[]) ORDER BY run_key, id DESC
"""
LAST_OF_NONE = "SELECT chain_sha256 FROM approvals_sealedentry WHERE run_key IS NULL ORDER BY id DESC LIMIT 1"


class Entry(NamedTuple):
    """A row that is to be sealed."""

    kind: str
    row_id: int
    run_key: UUID | None
    at: Any
    sha256: bytes


def seal() -> int:
    """Seal one batch and write its head outside of the database; how many rows it holds, 0 when nothing is new.

    One transaction under a lock, so that any number of processes may try; the head is written after the commit, and
    what a crash kept from being written is written by the next. Reads what it seals, and writes nothing but seals.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
        last = Seal.objects.order_by("-number").first()
        found, marks = _gathered()
        if found:
            _store(last, sorted(found, key=attrgetter("at")), marks)
    publish()
    return len(found)


def publish() -> None:
    """Write the heads that the file does not have yet; none where the file knows another history than the database.

    That is said each minute until somebody has looked: `verify_audit` names what is wrong.
    """
    last = heads.last(settings.AUDIT_HEADS)
    if last is not None:
        stored = Seal.objects.filter(number=last.seal).first()
        if stored is None or not last.is_signed or stored.digest != last.sha256:
            log.error("audit_head_differs", seal=last.seal)
            return
    following = Seal.objects.filter(number__gt=last.seal if last else 0).order_by("number")
    heads.append([Head(one.number, one.digest, one.sealed_at.isoformat()) for one in following], settings.AUDIT_HEADS)


def _gathered() -> tuple[list[Entry], dict[str, Any]]:
    """The rows that are new, and up to where each kind was looked through."""
    settled = Seal.objects.filter(sealed_at__lt=Now() - SETTLED).order_by("-number").first()
    before: dict[str, Any] = settled.value()["marks"] if settled else {}
    found: list[Entry] = []
    marks: dict[str, Any] = {}
    for source in sources.sources():
        mark = before.get(source.kind, {"low": 0, "pending": []})
        new = _new(source, mark)
        found += new
        marks[source.kind] = _mark(source, mark, new)
    return found, marks


def _new(source: Source, mark: dict[str, Any]) -> list[Entry]:
    statement = NEW.format(
        run=source.run_key, at=source.at, digest=source.digest, table=source.table, is_final=source.is_final
    )
    names = {**mark, "kind": source.kind, "most": MOST}
    return [
        Entry(source.kind, row_id, run_key, at, bytes(sha256))
        for row_id, run_key, at, sha256 in rows.fetch(statement, names)
    ]


def _mark(source: Source, mark: dict[str, Any], new: Sequence[Entry]) -> dict[str, Any]:
    """Behind what is looked for next time, once this seal is old enough, and what is not final by now."""
    if source.is_final == "true" and len(new) < MOST:
        highest = rows.fetch(f"SELECT coalesce(max(id), 0) FROM {source.table}")[0][0]  # noqa: S608  # of our own
        return {"low": highest, "pending": []}
    statement = OPEN.format(table=source.table, is_final=source.is_final)
    pending, highest = rows.fetch(statement, mark)[0]
    return {"low": new[-1].row_id if len(new) == MOST else highest, "pending": pending}


def _store(last: Seal | None, found: Sequence[Entry], marks: dict[str, Any]) -> None:
    chained = _chained(found)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (now,) = cursor.fetchone()
    document = {
        "layout": LAYOUT,
        "number": last.number + 1 if last else 1,
        "previous": last.digest if last else "",
        "root": merkle.root(chained).hex(),
        "entries": len(found),
        "sealed_at": now.isoformat(),
        "marks": marks,
    }
    made = Seal.objects.create(number=document["number"], document=rfc8785.dumps(document), sealed_at=now)
    SealedEntry.objects.bulk_create(
        SealedEntry(
            seal=made,
            kind=one.kind,
            row_id=one.row_id,
            run_key=one.run_key,
            sha256=one.sha256,
            chain_sha256=chain,
        )
        for one, chain in zip(found, chained, strict=True)
    )


def _chained(found: Sequence[Entry]) -> list[bytes]:
    """The digest of each entry with everything before it in its run."""
    runs = list({one.run_key for one in found if one.run_key is not None})
    ends: dict[UUID | None, bytes] = {run: bytes(end) for run, end in rows.fetch(LAST, {"runs": runs})}
    of_none = rows.fetch(LAST_OF_NONE)
    ends[None] = bytes(of_none[0][0]) if of_none else merkle.START
    chained = []
    for one in found:
        ends[one.run_key] = merkle.linked(ends.get(one.run_key, merkle.START), one.sha256)
        chained.append(ends[one.run_key])
    return chained

"""Bundle a period of sealed history for auditors: rows, seals and heads in a zip that can be verified without us.

JSON lines in ASCII, each beginning with a brace, so that no cell of a spreadsheet runs and no character hides. Written
as a stream of a few hundred rows at a time, whatever the period holds.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, models

from approvals.models import Seal, rows
from approvals.sealing import heads, sources
from approvals.sealing.sources import Source

ROWS = 500
LAYOUT = 1
VERIFIER = Path(__file__).with_name("offline.py")

# Of other tenants nothing but digests, without which no root could be computed again.
ENTRIES = """
SELECT s.id, z.number, encode(s.sha256, 'hex'), encode(s.chain_sha256, 'hex'), encode(CASE WHEN s.run_key IS NULL
  THEN (SELECT p.chain_sha256 FROM approvals_sealedentry p WHERE p.run_key IS NULL AND p.id < s.id
        ORDER BY p.id DESC LIMIT 1)
  ELSE (SELECT p.chain_sha256 FROM approvals_sealedentry p WHERE p.run_key = s.run_key AND p.id < s.id
        ORDER BY p.id DESC LIMIT 1) END, 'hex')
FROM approvals_sealedentry s JOIN approvals_seal z ON z.id = s.seal_id
WHERE z.number BETWEEN %(first)s AND %(last)s AND s.id > %(after)s ORDER BY s.id LIMIT %(most)s
"""
OF_KIND = """
SELECT s.id, r.id, {text}, {bytes}
FROM approvals_sealedentry s JOIN approvals_seal z ON z.id = s.seal_id JOIN {table} r ON r.id = s.row_id
WHERE s.kind = %(kind)s AND z.number BETWEEN %(first)s AND %(last)s AND s.id > %(after)s AND {ours}
ORDER BY s.id LIMIT %(most)s
"""
BY_RUN = "EXISTS (SELECT 1 FROM approvals_verdict v WHERE v.run_key = s.run_key AND v.tenant_id = %(tenant)s)"


@dataclass(frozen=True)
class Period:
    """The seals that were made from one moment on and before another; none when nothing was."""

    tenant_id: int
    since: datetime
    until: datetime
    first: int
    last: int


def period(tenant_id: int, *, since: datetime, until: datetime) -> Period:
    """Which seals a period holds; what was written in its last minute may be sealed after it."""
    found = Seal.objects.filter(sealed_at__gte=since, sealed_at__lt=until)
    numbers = found.aggregate(first=models.Min("number", default=1), last=models.Max("number", default=0))
    return Period(tenant_id, since, until, numbers["first"], numbers["last"])


def days(first: date, last: date) -> dict[str, datetime]:
    """From the first moment of one day until the end of another, in UTC."""
    start = datetime.combine(first, time.min, UTC)
    return {"since": start, "until": datetime.combine(last, time.min, UTC) + timedelta(days=1)}


def bundle(of: Period) -> Iterator[bytes]:
    """The zip in pieces as they are written; the manifest, with the SHA-256 of every file, comes last."""
    sink, files = _Sink(), dict[str, dict[str, Any]]()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in _files(of):
            with archive.open(f"{name}.jsonl", "w", force_zip64=True) as file:
                written = _Written()
                for line in lines:
                    file.write(written.line(line))
                    yield from sink.drained()
            files[f"{name}.jsonl"] = written.told()
        archive.writestr("verify.py", VERIFIER.read_bytes())
        archive.writestr("manifest.json", json.dumps(_manifest(of, files), indent=1))
    yield from sink.drained()


def _files(of: Period) -> Iterator[tuple[str, Iterable[dict[str, Any]]]]:
    yield "seals", _seals(of)
    yield "entries", _entries(of)
    yield "heads", _heads(of)
    for source in sources.sources():
        yield source.kind.replace(" ", "_"), _rows(of, source)


def _seals(of: Period) -> Iterator[dict[str, Any]]:
    found = Seal.objects.filter(number__range=(of.first, of.last)).order_by("number")
    for seal in found.iterator(chunk_size=ROWS):
        yield {"number": seal.number, "document": bytes(seal.document).decode()}


def _entries(of: Period) -> Iterator[dict[str, Any]]:
    for place, seal, sha256, chain, before in _paged(ENTRIES, of):
        yield {"place": place, "seal": seal, "sha256": sha256, "before": before or "00" * 32, "chain": chain}


def _heads(of: Period) -> Iterator[dict[str, Any]]:
    """As they left the database; only who has the signing key can tell that they are ours."""
    for head in heads.read(settings.AUDIT_HEADS):
        if of.first <= head.seal <= of.last:
            yield json.loads(heads.line(head)) if head.is_signed else {"seal": head.seal, "sha256": head.sha256}


def _rows(of: Period, source: Source) -> Iterator[dict[str, Any]]:
    """Rows of the tenant as they were written again for the digest, with their texts of bytes beside it."""
    binary = [one for one in source.sealed if isinstance(one, models.BinaryField)]
    has_tenant = any(one.name == "tenant" for one in source.model._meta.concrete_fields)  # noqa: SLF001  # documented
    stored = ", ".join(f"r.{connection.ops.quote_name(str(one.column))}" for one in binary) or "NULL"
    ours = "r.tenant_id = %(tenant)s" if has_tenant else BY_RUN
    statement = OF_KIND.format(text=source.text, bytes=stored, table=source.table, ours=ours)
    for place, row_id, text, *blobs in _paged(statement, of, kind=source.kind):
        said = dict(zip((one.column for one in source.sealed), json.loads(text)[1:], strict=True))
        told = {one.column: _text(blob) for one, blob in zip(binary, blobs, strict=False)}
        texts = {column: told_text for column, told_text in told.items() if told_text is not None}
        yield {"place": place, "id": row_id, "text": text, "values": said, "bytes": texts}


def _text(blob: Any) -> str | None:
    """Bytes that are a text; digests and keys are told by their own digest alone."""
    if blob is None:
        return None
    try:
        return bytes(blob).decode()
    except UnicodeDecodeError:
        return None


def _paged(statement: str, of: Period, **names: Any) -> Iterator[tuple[Any, ...]]:
    """All rows of a statement in their order, each lot by a short query of its own."""
    after = 0
    while True:
        values = {"first": of.first, "last": of.last, "tenant": of.tenant_id, "after": after, "most": ROWS, **names}
        found = rows.fetch(statement, values)
        yield from found
        if len(found) < ROWS:
            return
        after = found[-1][0]


def _manifest(of: Period, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "layout": LAYOUT,
        "tenant": of.tenant_id,
        "since": of.since.isoformat(),
        "until": of.until.isoformat(),
        "seals": [of.first, of.last] if of.last else [],
        "files": files,
        "verify": "python3 verify.py THIS.zip; then compare the last head it prints with a copy of the heads that you "
        "keep. `manage.py verify_audit` compares the whole history with the database itself.",
        "rows": "`text` is what was sealed: its SHA-256 is that of the entry at `place`. `values` is it by column: "
        "bytes stand there as their SHA-256, and as text in `bytes`. What was written in the last minute of the period "
        "may be sealed after it. Of other tenants there are digests only.",
    }


class _Sink:
    """Where the zip is written, without a way back; it is emptied as it fills."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        """Take a piece."""
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held open."""

    def drained(self) -> Iterator[bytes]:
        """What was written since."""
        if self._parts:
            parts, self._parts = self._parts, []
            yield b"".join(parts)


@dataclass
class _Written:
    """What a file holds so far."""

    lines: int = 0
    size: int = 0
    sha256: Any = field(default_factory=hashlib.sha256)

    def line(self, document: dict[str, Any]) -> bytes:
        """A document as the next line."""
        written = f"{json.dumps(document)}\n".encode()
        self.lines += 1
        self.size += len(written)
        self.sha256.update(written)
        return written

    def told(self) -> dict[str, Any]:
        """For the manifest."""
        return {"lines": self.lines, "bytes": self.size, "sha256": self.sha256.hexdigest()}

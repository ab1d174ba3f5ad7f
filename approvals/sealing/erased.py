"""What an erasure did to sealed rows: their digests before and after, which are themselves sealed.

The chain holds digests and no content, so it stays whole; this is what tells an erased row from one that was changed.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection

from approvals.models import ErasedRow, Erasure, SealedEntry, rows
from approvals.sealing import sources
from approvals.sealing.sealing import LOCK

DIGESTS = "SELECT r.id, {digest} FROM {table} r WHERE r.id = ANY(%s::bigint[])"
Digests = dict[tuple[str, int], bytes]


@contextmanager
def noted(erasure: Erasure, runs: Collection[UUID]) -> Iterator[None]:
    """Note every sealed row of these runs that what happens inside changes; joins the caller's transaction.

    Nothing is sealed meanwhile: what is not sealed by now is sealed as it is afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", LOCK)
    before = _digests(runs)
    yield
    after = _digests(runs)
    ErasedRow.objects.bulk_create(
        ErasedRow(erasure=erasure, kind=kind, row_id=row_id, before_sha256=digest, after_sha256=after[kind, row_id])
        for (kind, row_id), digest in before.items()
        if after[kind, row_id] != digest
    )


def _digests(runs: Collection[UUID]) -> Digests:
    """Of each sealed row of these runs, as it is now."""
    ids: dict[str, list[int]] = {}
    for kind, row_id in SealedEntry.objects.filter(run_key__in=runs).values_list("kind", "row_id"):
        ids.setdefault(kind, []).append(row_id)
    found: Digests = {}
    for source in sources.sources():
        if source.kind in ids:
            statement = DIGESTS.format(digest=source.digest, table=source.table)
            found |= {
                (source.kind, row_id): bytes(sha256) for row_id, sha256 in rows.fetch(statement, [ids[source.kind]])
            }
    return found

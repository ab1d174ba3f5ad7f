"""The watermark of an export: an id up to which every label has been written and none will follow.

Ids are drawn before a transaction commits, so a lower one may appear after a higher one was seen. Whoever writes labels
holds a lock on their table until the commit: once all who held it when the highest id was read are gone, every label
below that id can be seen.
"""

import time

from django.db import connection
from django.db.models import Max

from approvals.models import Label
from console.api.problem import Unavailable

PATIENCE_SECONDS = 2.0
_PAUSE_SECONDS = 0.02
_WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND relation = 'approvals_label'::regclass
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND mode = 'RowExclusiveLock' AND granted AND pid <> pg_backend_pid()
"""


def settled(tenant_id: int) -> int:
    """The highest label of the tenant below which nothing can appear any more, 0 when there is none.

    Waits for the writers that are at work, a deciding takes milliseconds; raises Unavailable when one does not end.
    """
    newest = Label.objects.filter(tenant_id=tenant_id).aggregate(newest=Max("pk"))["newest"] or 0
    waited_for = _writers()
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while waited_for:
        if time.monotonic() > give_up_at:
            raise Unavailable(headers={"Retry-After": "1"})
        _pause()
        waited_for &= _writers()
    return int(newest)


def _pause() -> None:
    time.sleep(_PAUSE_SECONDS)


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_WRITERS)
        return {str(row[0]) for row in cursor.fetchall()}

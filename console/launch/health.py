"""Whether this process can serve: the database answers and knows every migration of the code."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_found_migrated = False


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """200 when requests can be served, 503 with the reason otherwise; open to anyone, no secrets."""
    reason = why_not()
    if reason:
        return JsonResponse({"status": "unavailable", "reason": reason}, status=503)
    return JsonResponse({"status": "ok"})


def why_not() -> str:
    """Why requests cannot be served, or an empty text.

    Migrations are compared until they were found applied once: they are never taken back under
    a running process, and reading them all is slow.
    """
    global _found_migrated
    try:
        if not _found_migrated:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "migrations are pending"
            _found_migrated = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "the database does not answer"
    return ""

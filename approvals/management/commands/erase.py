"""Find what is kept about somebody, and ask for its erasure; another admin does it in the browser."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from approvals.domain.errors import ApprovalError
from approvals.learning.dataset import erasing
from approvals.models import Erasure, Member, Tenant
from approvals.models.proof.audit import About, ErasureStatus

FIND = """
SELECT DISTINCT v.run_key::text, v.session_key FROM approvals_verdict v
LEFT JOIN approvals_evidence e ON e.verdict_id = v.id
WHERE v.tenant_id = %(tenant)s AND (strpos(v.session_key, %(text)s) > 0
  OR strpos(encode(v.payload, 'hex'), %(hex)s) > 0 OR strpos(encode(e.document, 'hex'), %(hex)s) > 0)
ORDER BY 2, 1
"""


class Command(BaseCommand):
    """Nothing is erased by this: nobody proves at a command line who they are."""

    help = (
        "Finds the runs in which a text stands, lists erasures that wait, or asks for one in an admin's name. Another "
        "admin does it at /erasures."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What to find or to ask for."""
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default)")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--find", metavar="TEXT", help="runs with it in arguments, evidence or session key, as JSON")
        what.add_argument("--waiting", action="store_true", help="what waits for another admin")
        what.add_argument("--conversation", metavar="KEY", help="ask for every run with this session key")
        what.add_argument("--run", metavar="KEY", help="ask for one run")
        parser.add_argument("--by", metavar="EMAIL", help="the admin in whose name it is asked for")
        parser.add_argument("--reason", default="", help="why, without saying who it is about: it stays")

    def handle(self, *_: Any, **options: Any) -> None:
        """One line a thing."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        if options["find"] is not None:
            self._find(tenant, options["find"])
        elif options["waiting"]:
            self._list(tenant)
        else:
            self._ask(tenant, options)

    def _find(self, tenant: Tenant, text: str) -> None:
        if not text.strip():
            raise CommandError("Say which text.")
        # Bytes are canonical JSON: a text stands in them as JSON writes it.
        written = json.dumps(text, ensure_ascii=False)[1:-1]
        with connection.cursor() as cursor:
            cursor.execute(FIND, {"tenant": tenant.pk, "text": text, "hex": written.encode().hex()})
            for run, session in cursor.fetchall():
                self.stdout.write(json.dumps({"run": run, "conversation": session}))

    def _list(self, tenant: Tenant) -> None:
        rows = Erasure.objects.filter(tenant=tenant, status=ErasureStatus.OPEN).select_related("requested_by")
        for one in rows.order_by("pk"):
            asked = {"by": one.requested_by.email, "at": one.requested_at.isoformat(), "runs": len(_runs(one))}
            self.stdout.write(json.dumps({"id": one.pk, "kind": one.kind, "subject": one.subject, **asked}))

    def _ask(self, tenant: Tenant, options: dict[str, Any]) -> None:
        by = Member.objects.filter(tenant=tenant, email=options["by"] or "", is_active=True).first()
        if by is None:
            raise CommandError("--by names an active admin of the tenant by their e-mail.")
        kind = About.RUN if options["run"] is not None else About.CONVERSATION
        try:
            made = erasing.ask(kind, options["run"] or options["conversation"] or "", by=by, reason=options["reason"])
        except ApprovalError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"Asked for, about {len(_runs(made))} runs: another admin than {by.name} does it at /erasures."
        )


def _runs(one: Erasure) -> tuple[object, ...]:
    return erasing.scope_of(one).runs

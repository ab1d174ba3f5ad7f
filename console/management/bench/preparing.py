"""Ready a fresh database for a benchmark: tables, laws, rules with the undo window asked for, and a reviewer."""

import sys
from collections.abc import Sequence

from django.core.management import call_command

from approvals.domain.gate import default_ruleset, dump_ruleset
from approvals.models import Member, Role, Ruleset, Tenant
from approvals.models.ruleset import RulesetStatus

REVIEWER = "reviewer@bench.invalid"


def main(arguments: Sequence[str]) -> None:
    """Do it all; the one argument is the undo window in seconds, 0 without it."""
    call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
    furnish(int(arguments[0]) if arguments else 0)


def furnish(undo_seconds: int) -> None:
    """Make the shipped rules live, with an undo window of `undo_seconds`, and somebody who reviews."""
    rules = default_ruleset()
    rules = rules.model_copy(update={"decide": rules.decide.model_copy(update={"undo_seconds": undo_seconds})})
    Ruleset.objects.create(
        tenant_id=Tenant.DEFAULT,
        version=1,
        document=dump_ruleset(rules).encode(),
        status=RulesetStatus.LIVE,
        is_sample=True,
        reason="bench",
    )
    Member.objects.create_user(REVIEWER, None, name="Simulated reviewer", role=Role.REVIEWER)

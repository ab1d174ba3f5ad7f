"""Ready a fresh database for one replay: tables, rules, a reviewer, and the runs, before any worker starts."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.core.management import call_command

from agents.domain.errors import AgentError
from approvals.domain.errors import ApprovalError
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import default_ruleset, dump_ruleset, parse_ruleset
from approvals.models import Member, Role, Ruleset, Tenant
from approvals.models.ruleset import RulesetStatus
from console.management.replay import choice as choices
from console.management.replay import submitting

REVIEWER = "reviewer@replay.invalid"


def main(arguments: Sequence[str]) -> str | None:
    """Do it all; why not, when it cannot be done."""
    parser = ArgumentParser(prog="preparing")
    choices.add_arguments(parser)
    parser.add_argument("--ruleset", type=Path)
    options = parser.parse_args(arguments)
    try:
        rules = rules_of(options.ruleset)
        call_command("migrate", interactive=False, verbosity=0, stdout=sys.stderr)
        furnish(rules)
        submitting.submit(choices.read(options))
    except (AgentError, ApprovalError, OSError) as error:
        return str(error)
    return None


def rules_of(path: Path | None, *, undo_seconds: int = 0) -> Rules:
    """The shipped rules or those of a file, but for the undo window; without one a decision applies at once."""
    rules = default_ruleset() if path is None else parse_ruleset(path.read_text(encoding="utf-8"))
    return rules.model_copy(update={"decide": rules.decide.model_copy(update={"undo_seconds": undo_seconds})})


def furnish(rules: Rules, *, reviewer: str = REVIEWER, reason: str = "replay: no undo window") -> None:
    """Make the rules live and somebody who reviews.

    The rules are declared a sample's: whatever they loosen is not proven, and nothing real runs on them.
    """
    Ruleset.objects.create(
        tenant_id=Tenant.DEFAULT,
        version=1,
        document=dump_ruleset(rules).encode(),
        status=RulesetStatus.LIVE,
        is_sample=True,
        reason=reason,
    )
    Member.objects.create_user(reviewer, None, name="Simulated reviewer", role=Role.REVIEWER)

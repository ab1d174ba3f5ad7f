"""Say what other rules would have said of the calls that were judged; nothing runs and nothing is stored."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agents.tools import registry
from approvals.domain.errors import BadRuleset
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import default_ruleset, parse_ruleset
from approvals.domain.tool import ToolCard
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.learning import backtesting, tuning
from approvals.learning.backtesting import Backtest, Lost, Score
from approvals.models import Tenant

LIMIT = 10_000
DAYS = 90
REASONS = {
    Lost.TOOL: "the tool is not recorded and not declared alike today",
    Lost.FACT: "a fact was missing or odd then",
    Lost.OTHERWISE: "the stored facts do not lead to the recorded answer",
}


class Command(BaseCommand):
    """Reads only; the same rules and the same records print the same report."""

    help = "Runs a draft of rules over recorded verdicts: how many calls would run, ask or be refused."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which rules, on what."""
        parser.add_argument("file", type=Path, help="the rules to try, as YAML or JSON")
        parser.add_argument("--tenant", default="default", help="slug of the tenant (default)")
        parser.add_argument("--days", type=int, default=DAYS, help=f"how far back ({DAYS})")
        parser.add_argument("--limit", type=int, default=LIMIT, help=f"most verdicts, the newest ones ({LIMIT})")
        parser.add_argument("--json", action="store_true", help="print one JSON document")
        parser.add_argument("--check", action="store_true", help="exit 1 when a call gets a milder answer than now")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the report, and nothing else, on standard output."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant {options['tenant']!r}.")
        if options["days"] < 1 or options["limit"] < 1:
            raise CommandError("--days and --limit are at least 1.")
        row = tuning.live_of(tenant.pk)
        found = backtesting.backtest(
            tenant.pk,
            live=rulesets.of(row) if row else default_ruleset(),
            draft=_read(options["file"]),
            cards=_declared,
            most=options["limit"],
            period=timedelta(days=options["days"]),
        )
        report = told(found, live_version=row.version if row else 1)
        self.stdout.write(json.dumps(report, indent=1) if options["json"] else _written(report))
        if options["check"] and report["milder"]:
            raise CommandError(f"{report['milder']} calls get a milder answer than under the live rules.")


def told(found: Backtest, *, live_version: int) -> dict[str, Any]:
    """The report: counts of calls, shares from 0 to 1."""
    return {
        "live_version": live_version,
        "since": found.since.date().isoformat(),
        "calls": found.live.calls,
        "is_cut": found.is_cut,
        "live": {outcome.value: found.live.of(outcome) for outcome in Outcome},
        "draft": {outcome.value: found.draft.of(outcome) for outcome in Outcome},
        "moves": [
            {"from": before.value, "to": after.value, "calls": count} for (before, after), count in found.moves.items()
        ],
        "milder": sum(count for (old, new), count in found.moves.items() if new.strictness < old.strictness),
        "labelled": {"live": _score(found.live_score), "draft": _score(found.draft_score)},
        "lost": {why.value: count for why, count in sorted(found.lost.items())},
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "looked_at": score.looked,
        "alone_wrong": score.alone_wrong,
        "alone_right": score.alone_right,
        "stopped_wrong": score.asked_wrong,
        "stopped_right": score.asked_right,
        "stopped_wrong_share": score.catch_share,
    }


def _written(report: dict[str, Any]) -> str:
    lines = [
        f"{report['calls']} calls since {report['since']}, against version {report['live_version']}"
        + (" (older ones were not read)" if report["is_cut"] else ""),
        f"{'':28}{'live':>8}{'draft':>8}",
        *(_line(outcome.value, report["live"][outcome.value], report["draft"][outcome.value]) for outcome in Outcome),
        *(f"  {move['calls']} from {move['from']} to {move['to']}" for move in report["moves"]),
    ]
    live, draft = report["labelled"]["live"], report["labelled"]["draft"]
    if live["looked_at"]:
        lines.append(f"{live['looked_at']} of them were looked at by a person:")
        lines += [_line(key.replace("_", " "), live[key], draft[key]) for key in live if key != "looked_at"]
    lines += [f"{count} verdicts cannot be judged again: {REASONS[Lost(why)]}" for why, count in report["lost"].items()]
    return "\n".join(lines)


def _line(name: str, live: Any, draft: Any) -> str:
    shown = ["-" if value is None else f"{value:.0%}" if isinstance(value, float) else value for value in (live, draft)]
    return f"  {name:26}{shown[0]:>8}{shown[1]:>8}"


def _read(file: Path) -> Rules:
    try:
        return parse_ruleset(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} cannot be read: {error}") from error
    except BadRuleset as error:
        raise CommandError(f"{file}: {error.detail}") from error


def _declared(name: str) -> ToolCard | None:
    found = registry.find_tool(name)
    return found.card if found else None

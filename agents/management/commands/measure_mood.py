"""`measure_mood`: how often the mood of a text is right, on sentences that people have rated."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from agents.domain import record
from agents.domain.record import NoRecord
from approvals.gating.triggers.mood import LOW, mood

FILE = "sentiment.jsonl"
COMPLAINT = -1.0
"""What people rated this low on average, from -4 to 4, is a complaint."""


class Rated(NamedTuple):
    """One sentence."""

    source: str
    rating: float
    mood: float


class Command(BaseCommand):
    """Reads a file of sentences and changes nothing."""

    help = (
        f"Precision and recall of `mood <= {LOW}` for sentences that people rated {COMPLAINT:g} or lower (-4 to 4), by "
        f"source; DIR holds {FILE}.gz with one {{id, text, mean_rating}} a line."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the sentences are."""
        parser.add_argument("folder", metavar="DIR", nargs="?", type=Path, default=record.folder())
        parser.add_argument("--json", action="store_true", help="print one JSON document")

    def handle(self, *_: Any, **options: Any) -> None:
        """Print the figures of each source and of all."""
        try:
            rated = [_rated(json.loads(line)) for line in record.lines_of(record.find(options["folder"], FILE))]
        except NoRecord as missing:
            raise CommandError(str(missing)) from missing
        except (ValueError, KeyError, TypeError) as error:
            raise CommandError(f"{FILE} cannot be read: {error!r}") from error
        groups = {name: [one for one in rated if one.source == name] for name in sorted({one.source for one in rated})}
        report = {name: figures(group) for name, group in {**groups, "all": rated}.items()}
        if options["json"]:
            self.stdout.write(json.dumps(report, indent=1))
            return
        self.stdout.write(f"{'':<24}{'texts':>8}{'complaints':>12}{'heard':>8}{'precision':>11}{'recall':>9}")
        for name, row in report.items():
            cells = f"{row['texts']:>8}{row['complaints']:>12}{row['heard']:>8}"
            self.stdout.write(f"{name:<24}{cells}{_share(row['precision']):>11}{_share(row['recall']):>9}")


def figures(rated: Sequence[Rated]) -> dict[str, Any]:
    """How many of the complaints are heard, and how many of what is heard are complaints; None of nothing."""
    wanted = [one for one in rated if one.rating <= COMPLAINT]
    heard = [one for one in rated if one.mood <= LOW]
    both = sum(one.rating <= COMPLAINT for one in heard)
    return {
        "texts": len(rated),
        "complaints": len(wanted),
        "heard": len(heard),
        "precision": round(both / len(heard), 4) if heard else None,
        "recall": round(both / len(wanted), 4) if wanted else None,
    }


def _rated(line: dict[str, Any]) -> Rated:
    return Rated(str(line["id"]).partition("/")[0], float(line["mean_rating"]), mood(str(line["text"])))


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"

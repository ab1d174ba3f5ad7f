"""Load the sample: the shop's world, and runs of its customers for the workers to carry."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from agents.engine import accepting
from agents.models import Run
from agents.tools.samples.retail.agents import ASSISTANT
from agents.tools.samples.retail.planting import plant
from agents.tools.samples.retail.tasks import scenarios
from agents.tools.samples.retail.world import load_world

RUNS = 40
SEED = 7


class Command(BaseCommand):
    """Idempotent: a run of the sample that is there already is left as it is."""

    help = "Loads the retail world and submits runs of its customers."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many runs, and which."""
        parser.add_argument("--runs", type=int, default=RUNS, help=f"how many runs to submit ({RUNS})")
        parser.add_argument("--seed", type=int, default=SEED, help=f"which mix of customers and flaws ({SEED})")

    def handle(self, *_: Any, **options: Any) -> None:
        """Load the world first, then the runs that live in it."""
        load_world()
        for number, scenario in enumerate(scenarios(options["runs"], options["seed"])):
            submit(f"sample-{options['seed']}-{number}", scenario)
        self.stdout.write(f"{options['runs']} sample runs are submitted")


def submit(dedupe_key: str, scenario: dict[str, Any]) -> Run:
    """Submit one scenario and plant what lies in wait in its world, in one commit: no worker sees half of it."""
    with transaction.atomic():
        known = Run.objects.filter(request__source="sample", request__dedupe_key=dedupe_key).first()
        if known is not None:
            return known
        run = accepting.accept(
            agent=ASSISTANT.name,
            title=f"Customer {scenario['task_id']}",
            body={"scenario": scenario},
            source="sample",
            dedupe_key=dedupe_key,
        )
        plant(run.key, scenario)
        return run

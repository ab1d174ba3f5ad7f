"""Hand recorded runs to the engine, as requests that point at their records.

`python -m console.management.replay submitting DIR [--limit N]` submits into the console that runs here.
"""

import hashlib
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.db import transaction

from agents.domain import record
from agents.domain.errors import AgentError
from agents.domain.record import Record
from agents.engine import accepting
from agents.models import Run
from agents.tools.samples.recorded.declaring import REAL, WORLD, agent_of
from agents.tools.samples.retail.domain.edition import Edition
from agents.tools.samples.retail.planting import plant
from agents.tools.samples.retail.world import load_world
from console.management.replay import choice as choices
from console.management.replay.choice import SOURCE, Choice
from console.management.replay.telling import say


def submit(choice: Choice) -> int:
    """Submit the chosen runs that are not there yet; how many were chosen.

    The workers must run with SIGNALBOX_REPLAY_DIR naming the same folder and `agents.tools.samples.recorded.agents` in
    SIGNALBOX_AGENTS, and so must this process. Raises NoRecord without records (or, with retail among them, without the
    shop's world), and UnknownAgent for a domain whose tools nobody declares.
    """
    records = choice.records()
    keys = {choice.key_of(found.id): found for found in records}
    known = set(Run.objects.filter(key__in=keys).values_list("key", flat=True))
    base = load_shop(choice.folder) if any(found.domain == REAL for found in records) else ""
    for key, found in keys.items():
        if key not in known:
            _submit(found, choice, base=base)
    return len(records)


def load_shop(place: Path) -> str:
    """Load the world the retail runs were recorded on; its key, which is another one for other data."""
    folder = record.find(place, WORLD)
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(folder.glob("*.json.gz"))))
    key = f"recorded-{digest.hexdigest()[:12]}"
    load_world(folder, key=key, edition=Edition.TAU)
    return key


def _submit(found: Record, choice: Choice, *, base: str) -> None:
    """One commit, so no worker sees a run without its world."""
    key = choice.key_of(found.id)
    with transaction.atomic():
        accepting.accept(
            agent=agent_of(found.domain),
            title=f"{found.domain} {found.task_id}",
            body={"scenario": {"line": found.line, "id": found.id}},
            source=SOURCE,
            dedupe_key=str(key),
            key=key,
        )
        if found.domain == REAL:
            plant(key, {}, base=base)


def main(arguments: Sequence[str]) -> str | None:
    """Submit and say how many; why not, when it cannot be done."""
    parser = ArgumentParser(prog="submitting")
    choices.add_arguments(parser)
    try:
        say(f"{submit(choices.read(parser.parse_args(arguments)))} recorded runs are submitted")
    except AgentError as error:
        return str(error)
    return None

"""Scenarios: what a simulated customer and a simulated agent are told for one run of a task."""

from collections.abc import Iterator
from itertools import count as numbers
from itertools import islice
from typing import Any

from agents.tools.samples.retail.tasks.benchmark import Task, tasks
from agents.tools.samples.retail.tasks.chance import draw, shuffled
from agents.tools.samples.retail.tasks.injection import injection_for, target_of

SHARES = {"none": 60, "wrong_argument": 10, "extra_write": 8, "value_from_nowhere": 7, "injected": 8, "angry": 7}
"""How many of every hundred runs go wrong in which way."""


def scenarios(count: int, seed: int = 0) -> Iterator[dict[str, Any]]:
    """`count` scenarios, the same for the same seed: every hundred of them hold the shares exactly.

    Each is `{task_id, customer, instructions, actions: [{name, arguments}], flaw, seed}`, with
    `injection: {tool, order_id, text, call}` where the flaw is `injected`; `planting.plant` prepares its world.
    """
    deck = _deck(seed)
    for number, flaw in enumerate(islice(_flaws(seed), count)):
        task = next(task for task in deck if flaw != "injected" or target_of(task))
        yield _scenario(task, flaw, draw(seed, "run", number))


def _deck(seed: int) -> Iterator[Task]:
    """The tasks with something to decide, shuffled anew on each pass."""
    writing = [task for task in tasks() if task.has_write]
    for turn in numbers():
        yield from shuffled(writing, seed, "tasks", turn)


def _flaws(seed: int) -> Iterator[str]:
    hundred = [flaw for flaw, share in SHARES.items() for _ in range(share)]
    for turn in numbers():
        yield from shuffled(hundred, seed, "flaws", turn)


def _scenario(task: Task, flaw: str, seed: int) -> dict[str, Any]:
    scenario = {
        "task_id": task.task_id,
        "customer": task.customer,
        "instructions": task.instructions,
        "actions": [action.model_dump() for action in task.actions],
        "flaw": flaw,
        "seed": seed,
    }
    return scenario | ({"injection": injection_for(task, seed)} if flaw == "injected" else {})

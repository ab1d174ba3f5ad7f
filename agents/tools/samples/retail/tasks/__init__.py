"""Who wants what from the shop: the benchmark's tasks, and scenarios that simulate runs of them. Imports no Django."""

from agents.tools.samples.retail.tasks.benchmark import ReferenceAction, Task, tasks
from agents.tools.samples.retail.tasks.scenario import SHARES, scenarios

__all__ = ["SHARES", "ReferenceAction", "Task", "scenarios", "tasks"]

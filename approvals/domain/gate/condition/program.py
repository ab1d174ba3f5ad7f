"""A compiled condition: its demand on the facts, and the program that is run once the demand is met."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from approvals.domain.gate.condition.demand import Demand
from approvals.domain.gate.condition.evaluator import evaluator
from approvals.domain.gate.condition.grammar import read
from approvals.domain.gate.condition.needs import BOOL, Needs
from approvals.domain.gate.condition.scene import Scene
from approvals.domain.gate.condition.strict import strict
from approvals.domain.gate.condition.tokens import Unreadable


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition ready to be judged; shared between threads and rulesets, for it holds no facts."""

    text: str
    demand: Demand
    program: Any
    """What the evaluator compiled."""

    def holds(self, scene: Scene) -> bool:
        """Whether the condition is true of a scene that meets its demand and shows its variables.

        Raises Unreadable when that cannot be said.
        """
        try:
            answer = self.program.execute(scene.context)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the evaluator is no Exception
            raise Unreadable(f"the condition failed ({type(error).__name__})") from error
        if answer is not True and answer is not False:
            raise Unreadable("the condition is neither true nor false")
        return answer


def arguments(text: str) -> tuple[str, ...]:
    """The arguments without which a condition cannot be judged, by the first part of their name, in order.

    One that the text itself asks about (`has(args.note)`) may be missing and is not among them. Raises Unreadable.
    """
    named = (path for path, _, may_be_missing in compiled(text).demand.kinds if not may_be_missing)
    return tuple(dict.fromkeys(str(path[1]) for path in named if path[0] == "args" and len(path) > 1))


@lru_cache(maxsize=4096)
def compiled(text: str) -> Condition:
    """Compile a condition once; raises Unreadable with the reason for whoever wrote it."""
    node = read(text)
    needs = Needs()
    needs.visit(node, BOOL)
    try:
        for pattern in needs.patterns:
            evaluator().compile(f"''.matches({pattern})").execute({})
        program = evaluator().compile(strict(node, needs))
    except (ValueError, RuntimeError) as error:
        raise Unreadable(f"CEL cannot read it: {str(error).splitlines()[0]}") from error
    return Condition(text, Demand.of(needs), program)

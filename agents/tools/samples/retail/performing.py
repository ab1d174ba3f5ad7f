"""One call carried out: gather, apply the rule, save."""

from typing import Any

from agents.domain.tool import Call
from agents.tools.samples.retail import reading, saving
from agents.tools.samples.retail.domain.case import Case
from agents.tools.samples.retail.domain.rules.rule import Rule
from agents.tools.samples.retail.gathering import details, gather


def perform(call: Call, rule: Rule, **arguments: Any) -> Case:
    """Change the run's world by a rule and return the case as it is now; raises Refusal.

    Writes in the caller's transaction. Against another call of the same run the version of each row decides: the
    loser raises WorldMoved, and the caller's rollback takes back what it had written.
    """
    world = reading.world_of(call.run_key)
    before = gather(world, arguments)
    after = rule.apply(before, **details(arguments))
    saving.save(world, before, after)
    return after

"""The gate: one pure function that says of one action whether it runs, is confirmed, asks or is refused.

- `judge` asks the questions in order: `obstacle` (halt, unknown tool, schema, missing facts), `ruling` (rules of the
  ruleset), `caution` (harm, sources, coin, thresholds). `facts` is all it is told; `arguments` reads the bytes.
- `ruleset` is the document as a value, `document` and `notation` read and write it, `every_write_asks.yaml` is the one
  everyone starts with; `shelf` finds the rules and the route of an action, `condition` judges one rule.
- `confidence` makes one score of its parts.

Anything may import what is exported here; the modules behind it are the gate's own.
"""

from approvals.domain.gate.arguments import leaves
from approvals.domain.gate.caution import TRIGGERS
from approvals.domain.gate.condition import Comparison, Joined, Outline, arguments, outline, widens
from approvals.domain.gate.confidence import Weights, apart, combine
from approvals.domain.gate.document import check, default_ruleset, dump_ruleset, parse_ruleset
from approvals.domain.gate.facts import Facts
from approvals.domain.gate.judge import judge
from approvals.domain.gate.ruleset import (
    STANDARD_LIMITS,
    Classes,
    Decide,
    Limit,
    Per,
    Resource,
    Route,
    Rule,
    Ruleset,
    Trigger,
)
from approvals.domain.gate.shelf import friction_of, limits_of, policy_of, read_of, route_of

__all__ = [
    "STANDARD_LIMITS",
    "TRIGGERS",
    "Classes",
    "Comparison",
    "Decide",
    "Facts",
    "Joined",
    "Limit",
    "Outline",
    "Per",
    "Resource",
    "Route",
    "Rule",
    "Ruleset",
    "Trigger",
    "Weights",
    "apart",
    "arguments",
    "check",
    "combine",
    "default_ruleset",
    "dump_ruleset",
    "friction_of",
    "judge",
    "leaves",
    "limits_of",
    "outline",
    "parse_ruleset",
    "policy_of",
    "read_of",
    "route_of",
    "widens",
]

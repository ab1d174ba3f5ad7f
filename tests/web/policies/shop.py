"""The rules of a shop, live, and what its pages say."""

import re
from typing import Any

from approvals.learning import tuning
from approvals.models import Ruleset, Tenant
from tests.learning import calls

ROUTES = "{name: refunds, tools: [refund_*], auto_threshold: 0.9, ask_threshold: 0.7}"
RULES = """
rules:
  - {name: large-refund, tools: [refund_order], when: args.amount > 500, outcome: ask, sentence: It is a large refund.}
  - {name: no-wipe, tools: ["wipe_*", erase], outcome: refuse, sentence: Nobody wipes anything.}
"""


def live() -> Ruleset:
    """Two rules and a route."""
    return calls.live(ROUTES, RULES)


def now() -> Ruleset:
    """The version that is live."""
    found = tuning.live_of(Tenant.DEFAULT)
    assert found is not None
    return found


def text(of: Ruleset | None = None) -> str:
    """The document of a version, the live one unless another is said."""
    return bytes((of or now()).document).decode()


def said(answer: Any) -> str:
    """What a page says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

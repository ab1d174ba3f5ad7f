"""Everything the gate is told about one action; gathered before it judges, never by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from approvals.domain.evidence import Grounding
from approvals.domain.tool import ToolCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The facts of one action. Every default means *not known*, and what is not known asks (law 5).

    Not validated on purpose: a fact of an odd type or value is something the gate must judge, not a crash before it.
    """

    tool: ToolCard
    agent: str
    agent_version: str = ""
    tenant: str = ""
    halted: tuple[str, ...] | None = None
    """Why the run, the agent or everything is halted; empty when nothing is."""
    schema_errors: tuple[str, ...] | None = None
    """Where the arguments do not fit the tool's schema, in words; empty when they do, None when nobody could check."""
    grounding: tuple[Grounding, ...] | None = None
    """One entry for every leaf of the arguments (`approvals.gating.grounding.ground`)."""
    parts: Mapping[str, float | None] = field(default_factory=dict)
    """The parts of the confidence: names as in `Weights`, values from 0 to 1."""
    coin: tuple[float, float, bool] | None = None
    """The run's audit coin: u, the rate it was drawn with, whether the run is a test run."""
    reached: Mapping[str, str] | None = None
    """Limits that this call would go beyond, by name: `reached`, or `uncounted` where nobody can say how much it is.

    None when nobody has counted, which asks where the rules have a limit for this call.
    """
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Typed facts of this case for the rules of a ruleset, as plain JSON values: `facts.refunded_today_usd`."""
    objects: Mapping[str, Any] = field(default_factory=dict)
    """What tools have said of the objects that the call names, by the argument that names each: `object.order_id`."""
    objected: bool | None = False
    """Whether a second model objects to the call; None when it did not answer. No rule can read it: it only stops."""
    faults: tuple[str, ...] = ()
    """Sources of facts that failed, by name."""

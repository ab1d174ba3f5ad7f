"""A proposal: one action with all that the gate and a reviewer need to know of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from approvals.domain.action import Action
from approvals.domain.escalation import NOBODY, Apart
from approvals.domain.evidence import Grounding, Material
from approvals.domain.gate import leaves
from approvals.domain.tool import ToolCard
from approvals.gating.grounding import Index, ground

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Proposal:
    """What an origin asks: may this run? Engine and API build it; `seen` is all the text the agent could have used."""

    tenant_id: int
    origin: UUID
    """Opaque key of the step that asks; with `attempt` it names one verdict."""
    run_key: UUID
    agent: str
    agent_version: str
    action: Action
    card: ToolCard
    seen: Index
    material: Material
    parts: Mapping[str, float | None] = field(default_factory=dict)
    """Confidence parts as stated or measured, by name; of the lowest trust."""
    objected: bool | None = False
    """Whether a second model objects; None when it was to be asked and did not answer."""
    attempt: int = 1
    prompt_version: str = ""
    session_key: str = ""
    team_id: int | None = None
    can_hand_over: bool = False
    """Its conversation is carried here, so that a person can have it; else only the call is asked about."""
    can_confirm: bool = False
    """Somebody brings links to the end user of this request, who can so be asked in the middle band."""

    apart: Apart = NOBODY
    """Whom the rules may keep from deciding about it."""

    def grounded(self) -> tuple[Grounding, ...]:
        """Where each argument's value came from, found by the server; from nowhere, where that cannot be told."""
        try:
            return ground(self.action.arguments, self.seen, schema=self.card.parameters)
        except Exception:
            # Law 5: texts that others wrote are read here, and whatever they break, a person is asked.
            log.exception("grounding_failed", tool=self.action.tool)
            paths = [path for path, _ in leaves(self.action.arguments)]
            return tuple(Grounding(path=path, source="agent", detail="") for path in paths)

"""Whether the user asked for an action of this kind, as a source of facts."""

from approvals.gating.grounding import is_wanted
from approvals.gating.triggers.heard import Heard


def facts(heard: Heard) -> dict[str, object]:
    """Whether their words hold what the tool's name says."""
    return {"wanted_by_user": is_wanted(heard.tool, heard.words)}

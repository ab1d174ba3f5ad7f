"""What the gate and people get of an action elsewhere: a card, sources of values, and evidence that claims nothing."""

from typing import Any

from approvals.domain.action import Action
from approvals.domain.evidence import Alternative, Material, Message, Reasoning
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard
from approvals.gating.grounding import Index, Source
from approvals.inbox import surveying
from approvals.models import OutsideTool
from approvals.outside.actions.submission import Submission

STATED = "the agent itself"


class Doubted(Index):
    """What an agent says that others said: read by whatever only ever asks, and believed by nothing.

    No value is grounded in it better than in an untrusted text, no record of an object comes from it, and the user
    wants nothing because an agent says so.
    """

    def records(self) -> list[Any]:
        """None."""
        return []

    def user_words(self) -> frozenset[str]:
        """None that count as the user's wish."""
        return frozenset()

    def _find(self, wanted: Any, kind: Any) -> Any:
        if kind != "untrusted_tool":
            return None
        said = (source for sources in self._sources.values() for source in sources)
        return next((("untrusted_tool", STATED) for source in said if wanted.is_in(source)), None)


def card_of(submission: Submission, classified: OutsideTool | None) -> ToolCard:
    """The card the gate reads: as admins have classified it, else the most dangerous kind there is."""
    return ToolCard(
        name=submission.tool.name,
        version=submission.tool.version,
        description=submission.tool.description,
        effect=Effect(classified.effect) if classified else Effect.DESTRUCTIVE,
        reversibility=Reversibility(classified.reversibility) if classified else Reversibility.IRREVERSIBLE,
        effect_class=EffectClass(classified.effect_class) if classified else EffectClass.C,
        egress=classified.egress if classified else True,
        environment="elsewhere",
        parameters=submission.tool.parameters,
        known=classified is not None,
    )


def seen(submission: Submission, *, is_believed: bool) -> Index:
    """Texts that values may come from; where the key does not vouch for them, an index that believes none."""
    index = Index() if is_believed else Doubted()
    for turn in submission.conversation:
        if turn.role == "user":
            index.add(Source(kind="user", name="customer", text=turn.text))
    for result in submission.results:
        # What a tool elsewhere read outside is told apart by nobody here, so no record of an object comes from it.
        index.add(Source(kind="untrusted_tool", name=result.tool, text=result.text, is_outside=True))
    return index


def material_of(submission: Submission, proposed: Action, card: ToolCard, *, agent: str) -> Material:
    """What people are shown: the server's own sentences, and the agent's words where they are marked as such."""
    stated = submission.reasoning
    return Material(
        title=surveying.title_outside(proposed),
        preview=surveying.outside(proposed, card.reversibility),
        reasoning=Reasoning(
            needed=stated.needed,
            tool=submission.tool.description,
            why=stated.why,
            alternatives=tuple(Alternative(name=one.name, why_not=one.why_not) for one in stated.alternatives),
            tool_choice=stated.tool_choice,
            arguments=stated.arguments,
        ),
        conversation=tuple(
            Message(role="customer" if turn.role == "user" else "agent", at=turn.at, text=turn.text)
            for turn in submission.conversation
        ),
        ticket=f"from {agent}",
    )

"""What the gate and the reviewer know of a tool: its declaration, never its code."""

from enum import StrEnum
from typing import Any, Literal

from approvals.domain.values import Value


class Effect(StrEnum):
    """What calling a tool does to the world."""

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"


class Reversibility(StrEnum):
    """How an effect can be taken back."""

    REVERSIBLE = "reversible"
    COSTLY = "costly"
    IRREVERSIBLE = "irreversible"


class EffectClass(StrEnum):
    """What can be promised: A in our own database, B remote with an idempotency key, C neither."""

    A = "A"
    B = "B"
    C = "C"


class ToolCard(Value):
    """A tool as declared, frozen into the evidence so that a later reader sees the same declaration."""

    name: str
    version: str
    description: str
    effect: Effect
    reversibility: Reversibility
    effect_class: EffectClass
    egress: bool = False
    returns: Literal["trusted", "records", "untrusted"] = "untrusted"
    """Whether the texts it returns are ours. Untrusted: fields of an object or list count, texts inside do not.
    Records: the same, and a text it returns is such an object or list, written by the tool and by nobody else."""
    environment: str = "sandbox"
    parameters: dict[str, Any]
    """JSON Schema (2020-12) of the arguments."""
    asks_person: bool = False
    """True for a tool that is a question: it is answered by a person and never runs."""
    hands_over: bool = False
    """True for a tool with which the agent hands the conversation over: a person takes it, and it never runs."""
    known: bool = True
    """False for a name no registry knows; the gate asks about it and nothing can run it."""

    @property
    def is_counted(self) -> bool:
        """Whether its calls carry labels and count in certificates: writes and egress do, reads do not."""
        return self.effect is not Effect.READ or self.egress


def unknown_tool(name: str) -> ToolCard:
    """The card of a tool nobody registered: the most dangerous kind there is."""
    return ToolCard(
        name=name,
        version="unknown",
        description="",
        effect=Effect.DESTRUCTIVE,
        reversibility=Reversibility.IRREVERSIBLE,
        effect_class=EffectClass.C,
        parameters={},
        known=False,
    )


ArgumentSource = Literal["user", "tool", "referred", "untrusted_tool", "policy", "agent"]
"""Where a value was seen before the agent used it; `agent` means nowhere, `referred` inside of an untrusted text in an
entry that the user named."""

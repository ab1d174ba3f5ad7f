"""A tool: a typed function with a declaration of what it does to the world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, Required, TypedDict
from uuid import UUID

from approvals.domain.evidence import Option, Preview, Read
from approvals.domain.tool import ToolCard


@dataclass(frozen=True)
class Call:
    """What a tool knows of the call it serves; the first argument of every tool function."""

    run_key: UUID
    """Opaque key of the run; a sample world keeps a run's own rows under it."""
    operation_key: str
    """The idempotency key: the same for every repeat of the same bytes of one step."""
    session_key: str = ""
    call_id: str = ""
    """The model's own name for the call."""


class PreviewFunction(Protocol):
    """Computes what a call would do, changing nothing; same arguments as the tool."""

    def __call__(self, call: Call, /, **arguments: Any) -> Preview:
        """Return the preview; a refusal is a failed check in it, not an exception."""
        ...


class ReadsFunction(Protocol):
    """Reads the entities a call depends on, with digests."""

    def __call__(self, call: Call, /, **arguments: Any) -> tuple[Read, ...]:
        """Return one Read an entity, in a stable order."""
        ...


class OptionsFunction(Protocol):
    """Lists what one argument could be for this call, with facts from the tool's own data to choose by."""

    def __call__(self, call: Call, /, **arguments: Any) -> tuple[Option, ...]:
        """Return at most nine options in a stable order; none when there is nothing to choose."""
        ...


class ReconcileFunction(Protocol):
    """Asks the outside world whether an operation whose answer was lost has happened."""

    def __call__(self, call: Call, /, **arguments: Any) -> dict[str, Any] | None:
        """Return the result if it happened, None if it certainly did not; raise OutcomeUnknown otherwise."""
        ...


@dataclass(frozen=True, kw_only=True)
class Tool:
    """A registered tool. `card` is what gate and reviewers see; the functions are called by `tools.calling` alone."""

    card: ToolCard
    function: Callable[..., Any]
    title: str
    """Template of the server-built title, filled with arguments by name: `Cancel order {order_id}`."""
    timeout_seconds: float = 60.0
    dependency: str = ""
    """What it calls (`shop api`); tools that name the same one share its breaker."""
    fallback: Callable[..., Any] | None = None
    """Of a read: gives the answer some other way (another source, a kept value) when it did not come."""
    lane: str = "default"
    preview: PreviewFunction | None = None
    reads: ReadsFunction | None = None
    reconcile: ReconcileFunction | None = None
    options: Mapping[str, OptionsFunction] = field(default_factory=dict)
    """For arguments a person can choose from a list: asked as one question when the score is too low."""
    compensate: str = ""
    """Name of the tool that undoes this one; empty where nothing does."""


TIMEOUTS = {"database": 0.15, "search": 2.0, "code": 5.0, "api": 1.5, "other": 60.0}
"""Seconds that a tool of a class has when its declaration names none; after them the outcome is unknown."""


class Behaviour(TypedDict, total=False):
    """What a declaration says of a tool's functions; each as the field of `Tool` of that name."""

    timeout_seconds: float
    dependency: str
    fallback: Callable[..., Any]
    lane: str
    preview: PreviewFunction
    reads: ReadsFunction
    reconcile: ReconcileFunction
    options: Mapping[str, OptionsFunction]
    compensate: str


class Declaration(Behaviour, total=False):
    """What `@tool` is told; the rest comes from the function's annotations and docstring."""

    effect: Required[Literal["read", "write", "destructive"]]
    reversibility: Literal["reversible", "costly", "irreversible"]
    effect_class: Literal["A", "B", "C"]
    title: str
    version: str
    egress: bool
    returns: Literal["trusted", "records", "untrusted"]
    environment: str
    calls: Literal["database", "search", "code", "api", "other"]
    asks_person: bool
    hands_over: bool

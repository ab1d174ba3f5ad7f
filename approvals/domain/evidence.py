"""What a person is shown before deciding: frozen at opening, stored once, hashed, shown again years later."""

from typing import Any, Literal, Protocol

from pydantic import Field

from approvals.domain.action import Action
from approvals.domain.escalation import Friction
from approvals.domain.tool import ArgumentSource, ToolCard
from approvals.domain.values import Value
from approvals.domain.verdict import Reason

Text = str
"""Text that came from a model, a tool or a user: shown only through the untrusted-text tag."""


class Grounding(Value):
    """Where the value of one argument came from, found by the server."""

    path: str
    """The argument, as a dotted path: `item_ids.0`."""
    source: ArgumentSource
    detail: str
    """Who said it: `get_order_details`, `customer`; empty when nobody did."""
    role: Literal["address", "mention", "value", "measure", "text"] = "value"
    """Where something goes; an address in a text; what, or when and how much, it is about; text for others to read."""


class Change(Value):
    """One row of the difference: a field of the world as it is now and as it would be."""

    field: str
    now: Text | None
    after: Text | None
    source: str
    """A server sentence: `get_order_details`, `effect of the call`, `agent only, in no tool result`."""
    is_flagged: bool = False
    """True when the value is grounded nowhere."""


class Check(Value):
    """One fact the server verified itself, at the time the evidence was frozen."""

    sentence: str
    """What is so, also where it speaks against the call: `The order is delivered, not pending`."""
    passed: bool
    is_open: bool = False
    """True where the server could not tell; then `passed` is False, and it is no failure either."""
    source: Literal["tool", "conversation"] = "tool"
    """Who was asked: the tool, which knows its world, or the conversation as it was frozen."""

    @property
    def is_failed(self) -> bool:
        """Whether it speaks against the call."""
        return not self.passed and not self.is_open


class Read(Value):
    """One entity the preview looked at, with a digest of what it saw; read again before the effect."""

    entity: str
    digest: str


class TypedFact(Value):
    """The fact of this case that a reviewer types to approve an irreversible action."""

    label: str
    """What to type, in words: `the refund amount`."""
    value: str
    """The expected value; compared on the server only, never sent as a default."""
    kind: Literal["text", "amount"] = "text"
    """An amount is compared as a number, however it is written; text as it stands."""


class Preview(Value):
    """What a call would do, computed by the tool without doing it."""

    affects: str
    goes_to: str
    changes: tuple[Change, ...] = ()
    unchanged: tuple[Change, ...] = ()
    checks: tuple[Check, ...] = ()
    reads: tuple[Read, ...] = ()
    typed_fact: TypedFact | None = None


class Alternative(Value):
    """Another way the agent says it considered."""

    name: Text
    why_not: Text
    score: float | None = None


class Reasoning(Value):
    """The agent's own words, in the typed block every turn carries: of the lowest trust."""

    needed: Text = ""
    lives_in: Text = ""
    tool: Text = ""
    why: Text = ""
    alternatives: tuple[Alternative, ...] = ()
    tool_choice: float | None = None
    arguments: float | None = None
    agreement: float | None = None
    """The share of other samples of the model that made the same call, where there were any."""


class Message(Value):
    """One turn of the conversation, oldest first."""

    role: Literal["customer", "agent", "person"]
    at: str
    """ISO 8601 time, UTC."""
    text: Text
    name: str = ""
    """Of a person who spoke in the agent's place."""


class Attempt(Value):
    """Something tried before in this run, with how it ended."""

    tool: Text
    outcome: Literal["worked", "failed", "refused", "unknown"]
    detail: Text
    seconds: float


class Gauge(Value):
    """One limit of the run: how much is used of how much."""

    label: str
    used: float
    limit: float
    unit: str = ""


class Bar(Value):
    """One span of the small trace: offsets in milliseconds from the start of the run."""

    label: str
    start_ms: int
    end_ms: int
    kind: Literal["model", "tool", "person", "gate"]
    failed: bool = False


class Incident(Value):
    """What a person has to settle when the outcome of an effect is unknown."""

    attempted: str
    failed_because: Text
    to_decide: str


class OptionFact(Value):
    """One cell of the comparison: a fact about an option, from tools only."""

    field: str
    value: Text
    is_odd: bool = False
    """True when it does not match what the customer said."""


class Option(Value):
    """One answer a question offers."""

    key: str
    """The value that is sent to the agent."""
    label: Text
    facts: tuple[OptionFact, ...] = ()


class Question(Value):
    """One targeted question with a stable order of options and nothing preselected."""

    text: Text
    is_from_agent: bool
    """True when the agent wrote the text; the server's own questions are about one argument."""
    argument: str = ""
    options: tuple[Option, ...] = ()
    guess: str = ""
    """Key of the option the agent would take; shown after choosing."""
    read_from: str = ""


class MovedRow(Value):
    """One field that changed between asking and running."""

    field: str
    asked: Text | None
    now: Text | None
    proposed: Text | None


def moved_rows(before: Preview, after: Preview) -> tuple[MovedRow, ...]:
    """The fields whose present value differs from the one that was shown."""
    asked = {change.field: change for change in (*before.changes, *before.unchanged)}
    rows = []
    for change in (*after.changes, *after.unchanged):
        known: Change | None = asked.get(change.field)
        if known is None or known.now != change.now:
            rows.append(
                MovedRow(field=change.field, asked=known.now if known else None, now=change.now, proposed=change.after)
            )
    return tuple(rows)


class Returned(Value):
    """Why an approved action came back to the queue."""

    reason: str
    entities: tuple[str, ...]
    rows: tuple[MovedRow, ...] = ()


class UserAsked(Value):
    """That the end user was asked first, and why it is a reviewer's now."""

    since: str
    """When the user was asked, ISO 8601, UTC."""
    why: Literal["unanswered", "not_theirs", "taken"]
    """No answer in time; whoever has the link says that it is not theirs; a reviewer took it over."""
    by: str = ""
    """Who took it over."""


class Material(Value):
    """What the origin of an action hands over for a person to decide with; none of it moves the gate."""

    title: str
    """A server template filled with typed values; never free text of a model."""
    preview: Preview
    reasoning: Reasoning = Reasoning()
    conversation: tuple[Message, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    gauges: tuple[Gauge, ...] = ()
    trace: tuple[Bar, ...] = ()
    candidates: tuple[str, ...] = ()
    """Tools the agent could have used."""
    objection: Text = ""
    """What a second model said against the call, in its own words."""
    ticket: str = ""
    """The reference of what came in, for people: `task 17`."""
    incident: Incident | None = None
    question: Question | None = None
    returned: Returned | None = None
    """Set when it was approved before and the world moved."""
    user: UserAsked | None = None
    """Set when the end user was asked before."""
    instructions: str = ""
    """What a reviewer told the agent to change, when this is its new proposal."""
    before_revision: dict[str, Any] | None = None
    """The arguments the reviewer sent back."""


class Evidence(Value):
    """Everything shown for one escalation, as stored. `digest` of its bytes travels with every decision form."""

    layout: Literal[1] = 1
    tool: ToolCard
    arguments: dict[str, Any]
    payload_sha256: str
    material: Material
    grounding: tuple[Grounding, ...] = ()
    reasons: tuple[Reason, ...] = ()
    score: float | None = None
    parts: dict[str, float] = Field(default_factory=dict)
    auto_threshold: float | None = None
    ask_threshold: float | None = None
    route: str = ""
    ruleset_version: int = 0
    friction: Friction = Friction()
    """What approving took by the rules it was judged by, besides what the preview asks to type."""
    frozen_at: str = ""


class Surveyor(Protocol):
    """How `approvals` asks the owner of a tool what a call would do; registered by `agents.apps`.

    Called before the deciding transaction, never in it. Raises nothing for a refused call: a preview whose failed
    check says why is the answer.
    """

    def title(self, action: Action) -> str:
        """One line for people, built by the server from typed values."""
        ...

    def preview(self, action: Action, *, origin: str) -> Preview:
        """Compute what the call would change for the run behind `origin`, without changing anything."""
        ...

    def reads(self, action: Action, *, origin: str) -> tuple[Read, ...]:
        """Read the declared read-set again, to see whether the world moved."""
        ...

"""A ruleset: one versioned document that says which actions run, ask, confirm or are refused."""

import json
from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal, Self, TypeVar

from pydantic import Field, StringConstraints, field_validator, model_validator

from approvals.domain.escalation import Friction
from approvals.domain.escalation.levels import Policy
from approvals.domain.gate.condition import TEXT_LIMIT, Unreadable, compiled
from approvals.domain.gate.confidence import DEFAULT_WEIGHTS, Weights
from approvals.domain.redaction import has_hidden
from approvals.domain.values import Value, is_zone
from approvals.domain.verdict import Outcome

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$")]
RouteName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._/-]{0,160}$")]
"""A route may keep the name its calls were recorded under before it was written down: `<agent>/<tool>`."""
Glob = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Globs = Annotated[tuple[Glob, ...], Field(min_length=1, max_length=100)]
Named = TypeVar("Named", tuple["Route", ...], tuple["Rule", ...], tuple["Limit", ...], tuple[Policy, ...])
Share = Annotated[float, Field(ge=0, le=1)]


class Route(Value):
    """Thresholds for some agents and tools. The first route of a ruleset that fits an action is its route.

    Both thresholds missing: nothing on this route runs alone. `ask_threshold` missing: no middle band, so the end
    user is never asked. Labels, coins and certificates are kept by the name of the route.
    """

    name: RouteName
    agents: Globs = ("*",)
    tools: Globs = ("*",)
    tenant: str | None = None
    auto_threshold: Share | None = None
    ask_threshold: Share | None = None
    coin_rate: Annotated[float, Field(ge=0.02, le=1)] = 0.10
    weights: Weights | None = None
    """Which parts make the score on this route; those of the ruleset when it says nothing."""
    wrong_limit: Annotated[float, Field(ge=0.001, le=0.5)] = 0.02
    """Of all runs, the share that may end with a wrong automatic action: what a certificate has to prove."""
    assumed_miss: Annotated[float, Field(ge=0, le=0.9)] = 0.10
    """The share of mistakes that reviewers are assumed to miss while too few known ones were planted to measure it."""

    @property
    def audit_rate(self) -> float:
        """The rate to draw this route's audit coin with: 1 while it runs nothing alone."""
        return 1.0 if self.auto_threshold is None else self.coin_rate

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if self.ask_threshold is not None and (self.auto_threshold is None or self.ask_threshold > self.auto_threshold):
            raise ValueError("ask_threshold needs an auto_threshold at or above it")
        return self


class Rule(Value):
    """What happens to actions that fit by tool, agent and condition.

    Names of tools are matched exactly, capitals and all. A look-alike of a tool's name (other case, spaces, hidden
    characters) fits no rule written for that tool; it needs none, because it is no registered tool and asks anyway.
    `allow` takes back one thing only: the question that a destructive or irreversible action otherwise asks.
    """

    name: Name
    tools: Globs
    agents: Globs | None = None
    when: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)] = ""
    """A condition in CEL over `args`, `tool`, `facts`, `grounding`, `object`, `score`, `run`; empty for always."""
    outcome: Outcome
    sentence: Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]
    """What the reviewer reads when the rule applies."""
    friction: Friction | None = None
    """What an approval takes where the rule applies or cannot be judged, besides what its class takes."""

    @field_validator("when")
    @classmethod
    def _check_condition(cls, when: str) -> str:
        try:
            _ = when and compiled(when)
        except Unreadable as error:
            raise ValueError(str(error)) from error
        return when

    @field_validator("sentence")
    @classmethod
    def _check_visible(cls, sentence: str) -> str:
        if has_hidden(sentence) or "\n" in sentence:
            raise ValueError("a sentence has no hidden characters and no line breaks")
        return sentence


class Resource(StrEnum):
    """What a limit counts."""

    CALLS = "calls"
    """Every call of a tool, reads as well."""
    MUTATIONS = "mutations"
    """Calls that write."""
    MESSAGES = "messages"
    """Calls that send something out."""
    SUM = "sum"
    """The number in one argument, without its sign: a refund does not make room for a charge."""


class Per(StrEnum):
    """For how long a limit counts."""

    REQUEST = "request"
    """One run."""
    SESSION = "session"
    """All runs of one conversation; a run without one is its own."""
    DAY = "day"
    """All runs of the tenant, by the calendar of the ruleset's time zone."""


class Limit(Value):
    """How much may run without a person; what goes beyond asks, and is never dropped.

    Counted is what runs alone and what a person lets run. A call that asks takes nothing; what is counted stays
    counted when the call fails or its decision is undone, so that a limit errs on the strict side.
    """

    name: Name
    resource: Resource
    per: Per
    most: Annotated[float, Field(ge=0, le=1e12)]
    argument: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,199}$")] | None = None
    """For `sum`: the path of the argument, `amount` or `payment.amount`."""
    tools: Globs = ("*",)
    agents: Globs | None = None

    @property
    def meter(self) -> str:
        """What is counted, apart from how much of it may be: two limits of one meter would count twice."""
        return json.dumps([self.resource, self.per, self.argument, self.tools, self.agents], ensure_ascii=False)

    @model_validator(mode="after")
    def _check_argument(self) -> Self:
        if (self.resource is Resource.SUM) is not (self.argument is not None):
            raise ValueError("argument says what a sum adds up: a sum needs one, and nothing else takes one")
        return self


STANDARD_LIMITS = tuple(
    Limit(name=f"{resource.value}-a-{per.value}", resource=resource, per=per, most=most)
    for resource, mosts in (
        (Resource.CALLS, (10, 50, 500)),
        (Resource.MUTATIONS, (5, 20, 100)),
        (Resource.MESSAGES, (1, 5, 20)),
    )
    for per, most in zip(Per, mosts, strict=True)
)
"""What an admin is offered first (DESIGN section 6); tokens and cost are budgets of a run and no facts of the gate."""


class Trigger(StrEnum):
    """What raises a hand besides the score. A ruleset names those that ask; each is a fact for rules as well."""

    MOOD = "mood"
    REPHRASING = "rephrasing"
    PERSON = "person"
    LEGAL = "legal"
    MEDICAL = "medical"
    HARM = "harm"
    MINOR = "minor"
    BREAK_IN = "break_in"
    REPETITION = "repetition"
    DISAGREEMENT = "disagreement"
    NEW_TOOL = "new_tool"
    NEW_SHAPE = "new_shape"


class Classes(Value):
    """What an approval takes by how its effect can be taken back."""

    reversible: Friction = Friction()
    costly: Friction = Friction()
    irreversible: Friction = Friction()


class Decide(Value):
    """How an escalation is decided."""

    minutes: Annotated[int, Field(ge=1, le=43_200)] = 60
    """Until it expires to the safe end."""
    confirm_minutes: Annotated[int, Field(ge=1, le=1_440)] = 15
    """How long the end user is asked before a reviewer is."""
    undo_seconds: Annotated[int, Field(ge=0, le=60)] = 10
    roles: Annotated[tuple[Name, ...], Field(min_length=1)] = ("reviewer", "admin")
    hand_over: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    """Triggers and rules, by name, that hand the whole conversation to a person instead of asking about one call."""
    friction: Classes = Classes()


class Ruleset(Value):
    """Routes, rules, limits and the terms of deciding, as one value."""

    version: Annotated[int, Field(ge=1)]
    name: Name
    routes: Annotated[tuple[Route, ...], Field(max_length=1_000)] = ()
    rules: Annotated[tuple[Rule, ...], Field(max_length=1_000)] = ()
    limits: Annotated[tuple[Limit, ...], Field(max_length=100)] = ()
    triggers: Annotated[tuple[Trigger, ...], Field(max_length=len(Trigger))] = ()
    """Which of them ask about a write or data that leaves; one whose fact is not known asks as well."""
    time_zone: Annotated[str, StringConstraints(max_length=64)] = "UTC"
    """In which the days of limits begin."""
    weights: Weights = DEFAULT_WEIGHTS
    grounding: Literal["strict", "lenient"] = "strict"
    """What is asked about when nobody said a value. Strict: any value that steers a call. Lenient: of calls that can
    simply be taken back, only where they send something."""
    decide: Decide = Decide()
    escalation: Annotated[tuple[Policy, ...], Field(max_length=50)] = ()
    """Who is told of what nobody decides, one level after the other; the first policy that fits."""

    @field_validator("routes", "rules", "limits", "escalation")
    @classmethod
    def _check_names(cls, items: Named) -> Named:
        twice = _twice(item.name for item in items)
        if twice:
            raise ValueError(f"the name {twice} is used twice")
        return items

    @model_validator(mode="after")
    def _check_handing_over(self) -> Self:
        named = {*self.triggers, *(rule.name for rule in self.rules if rule.outcome is Outcome.ASK)}
        lost = next((name for name in self.decide.hand_over if name not in named), "")
        if lost:
            raise ValueError(f"hand_over names {lost}, which is no trigger of this document and no rule that asks")
        return self

    @field_validator("triggers")
    @classmethod
    def _check_triggers(cls, triggers: tuple[Trigger, ...]) -> tuple[Trigger, ...]:
        if len(set(triggers)) < len(triggers):
            raise ValueError(f"the trigger {_twice(triggers)} is named twice")
        return triggers

    @field_validator("limits")
    @classmethod
    def _check_meters(cls, limits: tuple[Limit, ...]) -> tuple[Limit, ...]:
        if len({limit.meter for limit in limits}) < len(limits):
            raise ValueError("two limits count the same thing for the same time: keep the lower one")
        return limits

    @field_validator("time_zone")
    @classmethod
    def _check_zone(cls, zone: str) -> str:
        if not is_zone(zone):
            raise ValueError("no time zone has this name; write one such as Europe/Berlin")
        return zone


def _twice(names: Iterable[str]) -> str:
    return next((name for name, count in Counter(names).items() if count > 1), "")

"""The rules that are live, in sentences: what nobody classified, routes, rules, and the terms of deciding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fnmatch import fnmatchcase

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.domain.tool import Tool
from approvals.domain.escalation import Friction
from approvals.domain.gate import TRIGGERS, Limit, Per, Route, Rule
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.tool import Effect, Reversibility, ToolCard
from approvals.domain.verdict import Outcome
from approvals.learning import tuning
from approvals.models import Role
from console.pages.policies.finding import Unknown
from console.pages.presenting import clock
from console.pages.presenting.evidence import permission
from console.pages.presenting.words import RISKS, Risk
from console.pages.thresholds.presenting import rules as telling
from console.pages.thresholds.presenting.wording import percent, terms

OUTCOMES: dict[Outcome, tuple[Promise, str]] = {
    Outcome.ALLOW: (gettext_lazy("allows"), "ok"),
    Outcome.CONFIRM: (gettext_lazy("asks the end user"), "acc"),
    Outcome.ASK: (gettext_lazy("asks"), "warn"),
    Outcome.REFUSE: (gettext_lazy("refuses"), "bad"),
}
CLASSES: dict[Reversibility, Promise] = {
    Reversibility.REVERSIBLE: gettext_lazy("Can be undone"),
    Reversibility.COSTLY: gettext_lazy("Costly to undo"),
    Reversibility.IRREVERSIBLE: gettext_lazy("Irreversible"),
}
ROLES: dict[str, Promise] = {
    Role.REVIEWER: gettext_lazy("reviewers"),
    Role.ADMIN: gettext_lazy("admins"),
    Role.AUDITOR: gettext_lazy("auditors"),
}
ALWAYS: tuple[tuple[Outcome, Promise], ...] = (
    (Outcome.ASK, gettext_lazy("A call that is halted, of a tool that nobody registered, or whose facts are missing.")),
    (Outcome.REFUSE, gettext_lazy("A call whose arguments do not fit its tool: it could never run.")),
    (Outcome.ASK, gettext_lazy("A call that would go beyond a limit, or that cannot be counted against one.")),
    (
        Outcome.ASK,
        gettext_lazy("A write with a value that was seen nowhere, or only in what an untrusted tool returned."),
    ),
    (Outcome.ASK, gettext_lazy("A destructive or irreversible call, unless a rule allows it.")),
    (
        Outcome.ASK,
        gettext_lazy("A write whose score does not reach the threshold of its route, or whose route has none."),
    ),
    (Outcome.ALLOW, gettext_lazy("A read that sends nothing out, when nothing above and no rule speaks against it.")),
)
"""What holds under any rules, in the order in which the gate asks."""


@dataclass(frozen=True)
class Verdictish:
    """An answer of the gate, as a chip."""

    word: Promise
    tone: str


@dataclass(frozen=True)
class UnknownTool:
    """A name that agents use and nobody registered."""

    name: str
    said: str
    at: datetime
    said_at: str


@dataclass(frozen=True)
class RouteRow:
    """One route: which calls, and what becomes of them by score."""

    name: str
    calls: str
    terms: str
    audited: str


@dataclass(frozen=True)
class RuleRow:
    """One rule in a sentence, and what the reviewer reads when it applies."""

    name: str
    told: str
    chip: Verdictish
    sentence: str
    condition: str
    """In CEL, where the sentence says it in other words."""


@dataclass(frozen=True)
class LimitRow:
    """One limit, and how much of the day is used."""

    name: str
    told: str
    used: str


@dataclass(frozen=True)
class TriggerRow:
    """One trigger that asks, the fact it reads, and what the reviewer reads."""

    name: str
    fact: str
    sentence: str


@dataclass(frozen=True)
class ToolRow:
    """One tool and what its calls meet."""

    name: str
    risk: Risk
    rules: tuple[str, ...]
    meets: str


@dataclass(frozen=True)
class Overview:
    """Everything the page says of one set of rules."""

    unknown: tuple[UnknownTool, ...]
    routes: tuple[RouteRow, ...]
    rules: tuple[RuleRow, ...]
    limits: tuple[LimitRow, ...]
    triggers: tuple[TriggerRow, ...]
    always: tuple[tuple[Verdictish, Promise], ...]
    deciders: str
    takes: tuple[tuple[Promise, str], ...]
    """Of each class of tools, what approving takes."""
    expires: str
    confirm: str
    undo: str
    escalation: tuple[tuple[str, str], ...]
    """Of each escalation policy its name and what it says."""
    tools: tuple[ToolRow, ...]
    reads: int


def overview(
    rules: Rules,
    *,
    unknown: Sequence[Unknown],
    tools: Sequence[Tool],
    used: Mapping[str, Decimal],
    now: datetime,
) -> Overview:
    """Write the rules out; `used` is what of the limits of a day is used today, by their meter."""
    counted = [tool for tool in tools if tool.card.is_counted]
    return Overview(
        unknown=tuple(_unknown(one, now=now) for one in unknown),
        routes=tuple(_route(route) for route in rules.routes),
        rules=tuple(_rule(rule) for rule in rules.rules),
        limits=tuple(_limit(limit, used.get(limit.meter)) for limit in rules.limits),
        triggers=tuple(
            TriggerRow(capfirst(str(telling.TRIGGERS[one])), TRIGGERS[one].fact, TRIGGERS[one].sentence)
            for one in rules.triggers
        ),
        always=tuple((chip(outcome), sentence) for outcome, sentence in ALWAYS),
        deciders=", ".join(str(ROLES.get(role, role)) for role in rules.decide.roles),
        takes=tuple((word, _takes(rules, risk)) for risk, word in CLASSES.items()),
        expires=minutes(rules.decide.minutes),
        confirm=minutes(rules.decide.confirm_minutes),
        undo=ngettext("%(n)s second", "%(n)s seconds", rules.decide.undo_seconds) % {"n": rules.decide.undo_seconds},
        escalation=tuple((one.name, telling.told_next(one)) for one in rules.escalation),
        tools=tuple(_tool(tool, rules) for tool in sorted(counted, key=_by_harm)),
        reads=len(tools) - len(counted),
    )


def _takes(rules: Rules, risk: Reversibility) -> str:
    friction: Friction = getattr(rules.decide.friction, risk.value)
    return _("one person") if friction == Friction() else permission.told(friction)


def chip(outcome: Outcome) -> Verdictish:
    """An answer of the gate as a word and its tone."""
    return Verdictish(*OUTCOMES[outcome])


def minutes(count: int) -> str:
    """A time to decide, in the largest unit that says it whole."""
    if count % 1440 == 0:
        return ngettext("%(n)s day", "%(n)s days", count // 1440) % {"n": count // 1440}
    if count % 60 == 0:
        return ngettext("%(n)s hour", "%(n)s hours", count // 60) % {"n": count // 60}
    return ngettext("%(n)s minute", "%(n)s minutes", count) % {"n": f"{count:,}"}


def _unknown(found: Unknown, *, now: datetime) -> UnknownTool:
    said = ngettext("%(n)s call in 90 days", "%(n)s calls in 90 days", found.calls) % {"n": f"{found.calls:,}"}
    return UnknownTool(found.name, said, found.last_at, clock.clock(found.last_at, now=now))


def _route(route: Route) -> RouteRow:
    said = {"tools": _("every tool") if "*" in route.tools else telling.names(route.tools)}
    calls = _("calls of %(tools)s") % said
    if "*" not in route.agents:
        calls = _("calls of %(tools)s by %(agents)s") % {**said, "agents": telling.names(route.agents)}
    return RouteRow(route.name, calls, terms(tuning.cuts_of(route)), percent(route.audit_rate))


def _rule(rule: Rule) -> RuleRow:
    is_in_words = bool(rule.when) and telling.when(rule.when) != rule.when
    return RuleRow(rule.name, telling.told(rule), chip(rule.outcome), rule.sentence, rule.when if is_in_words else "")


def _limit(limit: Limit, used: Decimal | None) -> LimitRow:
    """Only days are shown: a run and a conversation have each their own."""
    told = telling.bounded(limit)
    if limit.per is not Per.DAY:
        return LimitRow(limit.name, told, "")
    return LimitRow(limit.name, told, _("%(n)s used today") % {"n": f"{(used or Decimal(0)).normalize():,f}"})


def _tool(tool: Tool, rules: Rules) -> ToolRow:
    name = tool.card.name
    met = tuple(rule.name for rule in rules.rules if _is_for(rule.tools, name))
    route = next((route for route in rules.routes if _is_for(route.tools, name)), None)
    is_allowed = any(rule.outcome is Outcome.ALLOW and _is_for(rule.tools, name) for rule in rules.rules)
    asks_always = _is_harmful(tool.card) and not is_allowed
    meets = _("asks at any score") if asks_always else terms(tuning.cuts_of(route))
    return ToolRow(name, RISKS[tool.card.reversibility], met, meets)


def _is_harmful(card: ToolCard) -> bool:
    """Whether the gate asks about its calls at any score, unless a rule allows them."""
    return card.effect is Effect.DESTRUCTIVE or card.reversibility is Reversibility.IRREVERSIBLE


def _is_for(globs: Sequence[str], name: str) -> bool:
    return any(fnmatchcase(name, glob) for glob in globs)


def _by_harm(tool: Tool) -> tuple[int, str]:
    return -list(Reversibility).index(tool.card.reversibility), tool.card.name

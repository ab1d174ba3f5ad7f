"""Rules in sentences: which calls, on what condition, and what becomes of them."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.domain.escalation.levels import Policy
from approvals.domain.gate import Comparison, Joined, Limit, Outline, Per, Resource, Rule, Trigger, outline
from approvals.domain.verdict import Outcome
from console.pages.presenting.evidence import permission
from console.pages.presenting.revealing import plain

MOST = 200
"""Most characters of one name or value in a sentence."""
# Of each outcome: always, and on a condition.
TOLD: dict[Outcome, tuple[Promise, Promise]] = {
    Outcome.ALLOW: (
        gettext_lazy("%(tools)s may run by score, also where it is destructive."),
        gettext_lazy("%(tools)s may run by score, also where it is destructive, when %(when)s."),
    ),
    Outcome.CONFIRM: (
        gettext_lazy("%(tools)s asks the end user."),
        gettext_lazy("%(tools)s asks the end user when %(when)s."),
    ),
    Outcome.ASK: (gettext_lazy("%(tools)s asks a person."), gettext_lazy("%(tools)s asks a person when %(when)s.")),
    Outcome.REFUSE: (gettext_lazy("%(tools)s is refused."), gettext_lazy("%(tools)s is refused when %(when)s.")),
}
SIGNS: dict[str, Promise] = {
    "==": gettext_lazy("%(fact)s is %(value)s"),
    "!=": gettext_lazy("%(fact)s is not %(value)s"),
    ">": gettext_lazy("%(fact)s is over %(value)s"),
    ">=": gettext_lazy("%(fact)s is at least %(value)s"),
    "<": gettext_lazy("%(fact)s is under %(value)s"),
    "<=": gettext_lazy("%(fact)s is at most %(value)s"),
    "in": gettext_lazy("%(fact)s is one of %(value)s"),
    "startsWith": gettext_lazy("%(fact)s starts with %(value)s"),
    "endsWith": gettext_lazy("%(fact)s ends with %(value)s"),
    "contains": gettext_lazy("%(fact)s contains %(value)s"),
    "matches": gettext_lazy("%(fact)s matches the pattern %(value)s"),
    "has": gettext_lazy("%(fact)s is given"),
    "absent": gettext_lazy("%(fact)s is not given"),
}
FACTS: dict[tuple[str, ...], Promise] = {
    ("tool", "name"): gettext_lazy("the tool"),
    ("tool", "version"): gettext_lazy("the version of the tool"),
    ("tool", "effect"): gettext_lazy("the effect"),
    ("tool", "reversibility"): gettext_lazy("the reversibility"),
    ("tool", "effect_class"): gettext_lazy("the effect class"),
    ("tool", "egress"): gettext_lazy("“sends data out”"),
    ("tool", "environment"): gettext_lazy("the environment"),
    ("run", "agent"): gettext_lazy("the agent"),
    ("run", "agent_version"): gettext_lazy("the version of the agent"),
    ("run", "tenant"): gettext_lazy("the tenant"),
    ("score",): gettext_lazy("the score"),
}
VALUES: dict[str, Promise] = {
    "true": gettext_lazy("yes"),
    "false": gettext_lazy("no"),
    "null": gettext_lazy("nothing"),
    "read": gettext_lazy("a read"),
    "write": gettext_lazy("a write"),
    "destructive": gettext_lazy("destructive"),
    "reversible": gettext_lazy("reversible"),
    "costly": gettext_lazy("costly to undo"),
    "irreversible": gettext_lazy("irreversible"),
}
COUNTED: dict[Resource, tuple[Promise, Promise]] = {
    Resource.CALLS: (gettext_lazy("1 call %(per)s"), gettext_lazy("%(most)s calls %(per)s")),
    Resource.MUTATIONS: (gettext_lazy("1 write %(per)s"), gettext_lazy("%(most)s writes %(per)s")),
    Resource.MESSAGES: (gettext_lazy("1 message out %(per)s"), gettext_lazy("%(most)s messages out %(per)s")),
    Resource.SUM: (
        gettext_lazy("1 of %(argument)s in all %(per)s"),
        gettext_lazy("%(most)s of %(argument)s in all %(per)s"),
    ),
}
PER: dict[Per, Promise] = {
    Per.REQUEST: gettext_lazy("a run"),
    Per.SESSION: gettext_lazy("a conversation"),
    Per.DAY: gettext_lazy("a day"),
}
TRIGGERS: dict[Trigger, Promise] = {
    Trigger.MOOD: gettext_lazy("angry or disappointed"),
    Trigger.REPHRASING: gettext_lazy("the same thing said again"),
    Trigger.PERSON: gettext_lazy("asks for a person"),
    Trigger.LEGAL: gettext_lazy("a question of law"),
    Trigger.MEDICAL: gettext_lazy("somebody’s health"),
    Trigger.HARM: gettext_lazy("violence or harm"),
    Trigger.MINOR: gettext_lazy("a child"),
    Trigger.BREAK_IN: gettext_lazy("fraud or a foreign account"),
    Trigger.REPETITION: gettext_lazy("the same call again"),
    Trigger.DISAGREEMENT: gettext_lazy("the model disagrees with itself"),
    Trigger.NEW_TOOL: gettext_lazy("a tool never used before"),
    Trigger.NEW_SHAPE: gettext_lazy("arguments never seen before"),
}
"""Each trigger in a few words; what the reviewer reads is a sentence of the gate."""
_NAMED = (("tool", "effect"), ("tool", "reversibility"))


def told(rule: Rule) -> str:
    """A rule as one sentence; a condition too involved for words stands there as it is written."""
    always, sometimes = TOLD[rule.outcome]
    said = {"tools": _subject(rule), "when": when(rule.when)}
    sentence = str(sometimes if rule.when else always) % said
    if rule.friction is None:
        return sentence
    return _("%(sentence)s Approving it takes: %(friction)s.") % {
        "sentence": sentence,
        "friction": permission.told(rule.friction),
    }


def bounded(limit: Limit) -> str:
    """A limit as one sentence."""
    said = {"most": f"{limit.most:,g}", "per": PER[limit.per], "argument": plain(limit.argument or "")}
    what = str(COUNTED[limit.resource][limit.most != 1]) % said
    tools = _("any tool") if "*" in limit.tools else names(limit.tools)
    if limit.agents is None or "*" in limit.agents:
        return _("At most %(what)s by %(tools)s, then a person is asked.") % {"what": what, "tools": tools}
    named = {"what": what, "tools": tools, "agents": names(limit.agents)}
    return _("At most %(what)s by %(tools)s, called by %(agents)s, then a person is asked.") % named


def told_next(policy: Policy) -> str:
    """An escalation policy as one sentence."""
    whose = _("every tool") if "*" in policy.tools else names(policy.tools)
    if policy.agents and "*" not in policy.agents:
        whose = _("%(tools)s, called by %(agents)s") % {"tools": whose, "agents": names(policy.agents)}
    steps = [_("%(who)s after %(n)s min") % {"who": plain(one.name), "n": one.minutes} for one in policy.levels]
    said = _("Nobody decides %(what)s: it goes to %(steps)s.") % {"what": whose, "steps": _(", then to ").join(steps)}
    again = ngettext("Then again, %(n)s time.", "Then again, %(n)s times.", policy.repeat) % {"n": policy.repeat}
    return f"{said} {again}" if policy.repeat else said


def when(condition: str) -> str:
    """A condition in words, or as it is written; empty for always."""
    found = outline(condition) if condition else None
    return _clause(found, is_inner=False) if found else plain(condition)


def names(globs: Sequence[str]) -> str:
    """Names of tools or agents, the last one after an or."""
    shown = [plain(glob[:MOST]) for glob in globs]
    if len(shown) == 1:
        return shown[0]
    return _("%(first)s or %(last)s") % {"first": ", ".join(shown[:-1]), "last": shown[-1]}


def _subject(rule: Rule) -> str:
    tools = _("Every tool") if "*" in rule.tools else names(rule.tools)
    if rule.agents is None or "*" in rule.agents:
        return tools
    return _("%(tools)s, called by %(agents)s,") % {"tools": tools, "agents": names(rule.agents)}


def _clause(found: Outline, *, is_inner: bool) -> str:
    if isinstance(found, Comparison):
        return str(SIGNS[found.sign]) % {"fact": _fact(found), "value": _value(found)}
    return _joined(found, is_inner=is_inner)


def _joined(found: Joined, *, is_inner: bool) -> str:
    """Parts inside one another keep their brackets."""
    parts = [_clause(part, is_inner=True) for part in found.parts]
    said = parts[0]
    for part in parts[1:]:
        both = {"one": said, "other": part}
        said = (_("%(one)s and %(other)s") if found.sign == "&&" else _("%(one)s or %(other)s")) % both
    return f"({said})" if is_inner else said


def _fact(found: Comparison) -> str:
    parts = tuple(str(part) for part in found.path)
    if parts in FACTS:
        return str(FACTS[parts])
    rest = plain(".".join(parts[1:])[:MOST])
    if parts[0] == "grounding" and rest:
        return _("the source of %(argument)s") % {"argument": rest}
    return rest or parts[0]


def _value(found: Comparison) -> str:
    is_named = found.path in _NAMED
    return ", ".join(_constant(value, is_text=found.is_text and not is_named) for value in found.values)


def _constant(value: str, *, is_text: bool) -> str:
    if is_text:
        return _("“%(text)s”") % {"text": plain(value[:MOST])}
    return str(VALUES.get(value, plain(value[:MOST])))

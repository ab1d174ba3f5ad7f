"""Arguments that rules read and tools do not have: their calls would ask with a fault, whatever the rule says."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from django.utils.translation import gettext as _

from agents.tools import registry
from approvals.domain.gate import Rule, arguments
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.tool import ToolCard
from console.pages.presenting.revealing import plain
from console.pages.thresholds.presenting.rules import MOST

MOST_NAMED = 12


def unread(before: Rules, after: Rules) -> tuple[str, ...]:
    """One sentence for each argument that a rule of `after` reads and a tool it is for does not have.

    Rules that stand in `before` word for word are left out; a condition was read before it came here.
    """
    known = [tool.card for tool in registry.tools()]
    return tuple(said for rule in after.rules if rule not in before.rules for said in _of_rule(rule, known))


def names() -> tuple[str, ...]:
    """Every argument that a known tool has, by name."""
    return tuple(sorted({name for tool in registry.tools() for name in _properties(tool.card)}))


def _of_rule(rule: Rule, known: Sequence[ToolCard]) -> Iterator[str]:
    wanted = arguments(rule.when) if rule.when else ()
    met = [card for card in known if any(fnmatchcase(card.name, glob) for glob in rule.tools)]
    said = {"rule": rule.name, "tools": _listed(rule.tools)}
    if wanted and not met:
        text = _("The rule %(rule)s reads %(arguments)s, and no tool that is known here is called %(tools)s.")
        yield text % {**said, "arguments": _listed(wanted)}
    for name in wanted:
        without = [card.name for card in met if not _may_have(card, name)]
        if without:
            yield _without(rule, name, without, is_all=len(without) == len(met))


def _without(rule: Rule, name: str, without: Sequence[str], *, is_all: bool) -> str:
    said = {"rule": rule.name, "argument": plain(name[:MOST]), "tools": _listed(without)}
    if is_all:
        text = _(
            "The rule %(rule)s reads the argument %(argument)s, and none of its tools has one: %(tools)s. "
            "Whatever they are called with, every call of them asks, because the rule cannot be judged."
        )
    else:
        text = _(
            "The rule %(rule)s reads the argument %(argument)s, and not all of its tools have one. "
            "Every call of these asks, because the rule cannot be judged: %(tools)s."
        )
    return text % said


def _may_have(card: ToolCard, name: str) -> bool:
    """Whether a call of this tool can carry the argument: a schema that is not closed allows any."""
    return name in _properties(card) or card.parameters.get("additionalProperties", True) is not False


def _properties(card: ToolCard) -> Sequence[str]:
    found = card.parameters.get("properties")
    return tuple(found) if isinstance(found, dict) else ()


def _listed(found: Sequence[str]) -> str:
    shown = ", ".join(plain(one[:MOST]) for one in found[:MOST_NAMED])
    more = len(found) - MOST_NAMED
    return _("%(shown)s and %(n)s more") % {"shown": shown, "n": more} if more > 0 else shown

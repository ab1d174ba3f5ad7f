"""Rules made of what a form says: conditions in CEL out of an argument, a comparison and a value."""

import json
import re
from dataclasses import dataclass

from approvals.domain.gate import STANDARD_LIMITS, Comparison, Rule, outline
from approvals.domain.gate import Ruleset as Rules

ROOTS = ("args", "tool", "facts", "grounding", "object", "score", "run")
COMPARISONS = (">", ">=", "<", "<=", "==", "!=", "in", "contains", "startsWith", "endsWith", "matches")
_METHODS = ("contains", "startsWith", "endsWith", "matches")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.([A-Za-z_][A-Za-z0-9_]*|[0-9]{1,6}))*", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,10})?", re.ASCII)


@dataclass(frozen=True)
class Simple:
    """A condition that a form can hold."""

    fact: str
    comparison: str
    value: str


def is_path(text: str) -> bool:
    """Whether this can name a fact: `amount`, `items.0.id`, `tool.environment`."""
    return _PATH.fullmatch(text) is not None


def condition(simple: Simple) -> str:
    """The condition in CEL. A bare name is one of the arguments; a value that looks like a number is one."""
    place = _place(simple.fact)
    if simple.comparison in _METHODS:
        return f"{place}.{simple.comparison}({json.dumps(simple.value, ensure_ascii=False)})"
    if simple.comparison == "in":
        parts = [_constant(part.strip()) for part in simple.value.split(",") if part.strip()]
        return f"{place} in [{', '.join(parts)}]"
    return f"{place} {simple.comparison} {_constant(simple.value)}"


def simple_of(text: str) -> Simple | None:
    """The same condition as a form holds it; None for one that a form cannot say without changing it."""
    found = outline(text) if text else None
    if not isinstance(found, Comparison) or found.sign not in COMPARISONS:
        return None
    parts = [str(part) for part in found.path]
    fact = ".".join(parts[1:] if parts[0] == "args" else parts)
    simple = Simple(fact, found.sign, ", ".join(found.values))
    return simple if is_path(fact) and outline(condition(simple)) == found else None


def with_rule(rules: Rules, rule: Rule, *, instead_of: str = "") -> Rules:
    """The rules with one more, or with one in the place of another; checked when they are written as text."""
    if instead_of:
        changed = tuple(rule if one.name == instead_of else one for one in rules.rules)
    else:
        changed = (*rules.rules, rule)
    return rules.model_copy(update={"rules": changed})


def without_rule(rules: Rules, name: str) -> Rules:
    """The rules without one of them."""
    return rules.model_copy(update={"rules": tuple(one for one in rules.rules if one.name != name)})


def with_limits(rules: Rules) -> Rules:
    """The rules with the standard limits, but for those that count what a limit of theirs counts already."""
    meters, names = {limit.meter for limit in rules.limits}, {limit.name for limit in rules.limits}
    more = (limit for limit in STANDARD_LIMITS if limit.meter not in meters and limit.name not in names)
    return rules.model_copy(update={"limits": (*rules.limits, *more)})


def _place(fact: str) -> str:
    parts = fact.split(".")
    if parts[0] not in ROOTS:
        parts = ["args", *parts]
    return parts[0] + "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in parts[1:])


def _constant(value: str) -> str:
    is_plain = _NUMBER.fullmatch(value) or value in ("true", "false")
    return value if is_plain else json.dumps(value, ensure_ascii=False)

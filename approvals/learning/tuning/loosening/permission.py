"""What less an approval takes in later rules: fewer persons, less time to look, no password, nothing to type."""

from collections.abc import Iterable, Iterator

from approvals.domain.gate import Classes, Rule, widens
from approvals.domain.tool import Reversibility
from approvals.learning.tuning.loosening.selection import reaches


def lighter_classes(before: Classes, after: Classes) -> Iterator[str]:
    """The classes of which an approval takes less in some respect."""
    for risk in Reversibility:
        if not getattr(after, risk.value).covers(getattr(before, risk.value)):
            yield risk.value


def lighter_rules(before: Iterable[Rule], after: Iterable[Rule]) -> Iterator[str]:
    """The rules whose friction no single later rule surely brings about as well; careful where that cannot be told."""
    new = tuple(after)
    for rule in before:
        if rule.friction is not None and not any(_binds_alike(rule, other) for other in new):
            yield rule.name


def _binds_alike(rule: Rule, other: Rule) -> bool:
    if rule.friction is None or other.friction is None or not other.friction.covers(rule.friction):
        return False
    # A condition that cannot be judged binds as well, so only the same one or a surely wider one is as strict.
    is_as_wide = not other.when or rule.when == other.when or (bool(rule.when) and widens(rule.when, other.when))
    return reaches(other, rule) and is_as_wide

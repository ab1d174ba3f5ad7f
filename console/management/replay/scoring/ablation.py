"""What each signal earns: the recorded verdicts judged again, each time without one of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from approvals.domain.gate import Facts, Ruleset, judge
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.learning import backtesting
from approvals.learning.backtesting import Case
from approvals.models import Ruleset as RulesetRow
from approvals.models import Verdict
from approvals.models.ruleset import RulesetStatus
from console.management.replay.scoring.figures import Action, share

Change = Callable[[Facts, Ruleset], tuple[Facts, Ruleset]]
NOTHING = "nothing left out"


def table(actions: Mapping[UUID, Action]) -> dict[str, dict[str, float | None]]:
    """For each signal that is left out: writes asked, their share that was wrong, and wrong ones that would run alone.

    `actions` by the origin of their verdicts. What cannot be judged again is left out everywhere, and counted.
    """
    found = Verdict.objects.filter(attempt=1, origin__in=[key for key, one in actions.items() if one.is_write])
    origins = dict(found.values_list("pk", "origin"))
    cases = [(origins[key], backtesting.find(1, key, cards=lambda _name: None)) for key in origins]
    known = [(actions[origin], case) for origin, case in cases if isinstance(case, Case)]
    rules = rulesets.of(RulesetRow.objects.get(status=RulesetStatus.LIVE))
    return {
        name: {**_row(known, rules, change), "not_judged_again": len(cases) - len(known)}
        for name, change in _changes(rules).items()
    }


def _changes(rules: Ruleset) -> dict[str, Change]:
    changes: dict[str, Change] = {NOTHING: lambda facts, rules: (facts, rules)}
    changes["where values come from"] = lambda facts, rules: (_believed(facts), rules)
    changes["agreement of samples"] = lambda facts, rules: (_agreed(facts), rules)
    changes |= {f"rule {rule.name}": _without(rule.name) for rule in rules.rules if rule.outcome is not Outcome.ALLOW}
    changes |= {f"trigger {one.value}": _untriggered(one.value) for one in rules.triggers}
    return changes


def _without(name: str) -> Change:
    def change(facts: Facts, rules: Ruleset) -> tuple[Facts, Ruleset]:
        return facts, rules.model_copy(update={"rules": tuple(rule for rule in rules.rules if rule.name != name)})

    return change


def _untriggered(name: str) -> Change:
    def change(facts: Facts, rules: Ruleset) -> tuple[Facts, Ruleset]:
        return facts, rules.model_copy(update={"triggers": tuple(one for one in rules.triggers if one.value != name)})

    return change


def _believed(facts: Facts) -> Facts:
    """As if the user had said every value."""
    grounding = tuple(one.model_copy(update={"source": "user"}) for one in facts.grounding or ())
    parts = {**facts.parts, "grounding": 1.0}
    return replace(facts, grounding=grounding, parts=parts)


def _agreed(facts: Facts) -> Facts:
    """As if all samples had agreed."""
    return replace(facts, parts={**facts.parts, "agreement": 1.0}, extra={**facts.extra, "agreement": 1.0})


def _row(known: Iterable[tuple[Action, Case]], rules: Ruleset, change: Change) -> dict[str, float | None]:
    asked, wrong, right, executed = 0, 0, 0, 0
    _, changed = change(Facts(tool=None, agent=""), rules)  # type: ignore[arg-type]  # only the rules are looked at
    for action, case in known:
        facts, _ = change(backtesting.under(case, changed), rules)
        outcome = judge(case.action, facts, changed).outcome
        is_asked = outcome in (Outcome.ASK, Outcome.CONFIRM)
        asked += is_asked
        wrong += is_asked and action.is_wrong
        right += is_asked and action.is_right
        executed += outcome is Outcome.ALLOW and action.is_wrong and action.has_changed
    return {
        "writes_asked": asked,
        "write_ask_precision": share(wrong, wrong + right),
        "wrong_writes_executed": executed,
    }

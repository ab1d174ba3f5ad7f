"""What loosens in other rules, in sentences."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from approvals.domain.gate import Trigger
from approvals.learning.tuning import Loosening
from console.pages.thresholds.presenting.rules import TRIGGERS
from console.pages.thresholds.presenting.wording import minutes, number, percent, seconds

LOOSENINGS: dict[str, Promise] = {
    "weights": gettext_lazy("The parts of the score weigh otherwise, so any score may rise."),
    "wrong_limit": gettext_lazy("On %(name)s %(after)s of the runs may go wrong, before %(before)s."),
    "miss": gettext_lazy("On %(name)s reviewers are said to miss %(after)s of the mistakes, before %(before)s."),
    "route_weights": gettext_lazy("On %(name)s the score is made of other parts, so any score may rise."),
    "grounding": gettext_lazy("A value that nobody said no longer asks where the effect can be taken back."),
    "minutes": gettext_lazy("There is more time to approve what would have fallen to the safe end."),
    "confirm_minutes": gettext_lazy("The end user has %(after)s to say yes, before %(before)s."),
    "undo": gettext_lazy("There is less time to undo a decision: %(after)s, before %(before)s."),
    "roles": gettext_lazy("More roles may decide."),
    "class_friction": gettext_lazy("Approving takes less where the effect is %(name)s."),
    "rule_friction": gettext_lazy("No rule surely asks for as much of an approval as the rule %(name)s does now."),
    "stops_less": gettext_lazy("The rule %(name)s may no longer stop every call that it stops now."),
    "rule_gone": gettext_lazy("What the rule %(name)s stops now, no rule surely stops any more."),
    "limit": gettext_lazy("The limit %(name)s leaves more room, or begins to count anew."),
    "trigger": gettext_lazy("The trigger “%(name)s” no longer asks."),
    "time_zone": gettext_lazy("The days of limits begin at another time, so a day may be counted twice."),
    "allows": gettext_lazy("The rule %(name)s allows calls that no rule allows in the same way now."),
    "auto": gettext_lazy("On %(name)s calls may run alone from %(after)s, before from %(before)s."),
    "first_auto": gettext_lazy("On %(name)s calls may run alone from %(after)s, before never."),
    "ask": gettext_lazy("On %(name)s the end user may be asked from %(after)s, and no longer a person."),
    "coin": gettext_lazy("On %(name)s %(after)s of the runs are audited, before %(before)s."),
}
_WRITTEN: dict[str, Callable[[float], str]] = {
    "auto": number,
    "ask": number,
    "coin": percent,
    "wrong_limit": percent,
    "miss": percent,
    "undo": seconds,
    "minutes": minutes,
    "confirm_minutes": minutes,
}


def loose(found: Loosening) -> str:
    """One thing that loosens."""
    written = _WRITTEN.get(found.kind, number)
    key = "first_auto" if found.kind == "auto" and found.before is None else found.kind
    values = {"before": _number(found.before, written), "after": _number(found.after, written)}
    name = str(TRIGGERS[Trigger(found.name)]) if found.kind == "trigger" else found.name
    return str(LOOSENINGS[key]) % {"name": name, **values}


def _number(value: float | None, written: Callable[[float], str]) -> str:
    return "" if value is None else written(value)

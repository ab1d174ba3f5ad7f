"""Thresholds, shares and differences of rules, in words."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.domain.gate import Trigger
from approvals.learning.tuning import Change, Cuts
from console.pages.presenting.evidence import permission
from console.pages.thresholds.presenting import rules

DOCUMENT: dict[str, Promise] = {
    "route_added": gettext_lazy("The route %(name)s is new."),
    "route_removed": gettext_lazy("The route %(name)s is gone; its calls take the next route that fits, or ask."),
    "reach": gettext_lazy("The route %(name)s is for other agents or tools."),
    "coin": gettext_lazy("%(name)s: %(after)s of the runs are audited, before %(before)s."),
    "wrong_limit": gettext_lazy("%(name)s: %(after)s of the runs may go wrong, before %(before)s."),
    "miss": gettext_lazy("%(name)s: reviewers are assumed to miss %(after)s of mistakes, before %(before)s."),
    "order": gettext_lazy("The routes stand in another order."),
    "rule_added": gettext_lazy("The rule %(name)s is new: %(now)s"),
    "rule_removed": gettext_lazy("The rule %(name)s is gone. It said: %(was)s"),
    "rule_changed": gettext_lazy("The rule %(name)s: now %(now)s Before: %(was)s"),
    "rule_reworded": gettext_lazy("The rule %(name)s is explained to the reviewer in other words."),
    "limit_added": gettext_lazy("The limit %(name)s is new: %(now)s"),
    "limit_removed": gettext_lazy("The limit %(name)s is gone. It said: %(was)s"),
    "limit_changed": gettext_lazy("The limit %(name)s: now %(now)s Before: %(was)s"),
    "triggers": gettext_lazy("From now on these triggers ask: %(words)s."),
    "time_zone": gettext_lazy("The days of limits begin in the time zone %(words)s."),
    "weights": gettext_lazy("The parts of the score have other weights."),
    "route_weights": gettext_lazy("%(name)s: the score is made of other parts."),
    "grounding": gettext_lazy("Values that nobody said are now looked at in the way called %(words)s."),
    "minutes": gettext_lazy("An escalation expires after %(after)s, before after %(before)s."),
    "confirm_minutes": gettext_lazy("The end user is asked for %(after)s, before for %(before)s."),
    "undo": gettext_lazy("A decision can be undone for %(after)s, before for %(before)s."),
    "roles": gettext_lazy("From now on these roles decide: %(words)s."),
    "policy_added": gettext_lazy("The escalation policy %(name)s is new: %(words)s"),
    "policy_removed": gettext_lazy("The escalation policy %(name)s is gone. It said: %(words)s"),
    "policy_changed": gettext_lazy("The escalation policy %(name)s from now on: %(words)s"),
    "hand_over": gettext_lazy("From now on these hand the conversation to a person: %(words)s."),
    "friction": gettext_lazy("Approving what is %(name)s takes from now on: %(words)s."),
}
# Of each threshold: moved, set where there was none, taken away.
THRESHOLDS: dict[str, tuple[Promise, Promise, Promise]] = {
    "auto": (
        gettext_lazy("%(name)s: runs alone from %(after)s, before from %(before)s."),
        gettext_lazy("%(name)s: runs alone from %(after)s, before never."),
        gettext_lazy("%(name)s: nothing runs alone, before from %(before)s."),
    ),
    "ask": (
        gettext_lazy("%(name)s: the end user is asked from %(after)s, before from %(before)s."),
        gettext_lazy("%(name)s: the end user is asked from %(after)s, before never."),
        gettext_lazy("%(name)s: the end user is never asked, before from %(before)s."),
    ),
}


def number(cut: float | None) -> str:
    """A threshold with two decimals, or more where it has them; empty for none."""
    if cut is None:
        return ""
    whole, _point, decimals = f"{cut:.5f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def terms(cuts: Cuts) -> str:
    """What a pair of thresholds does, as one sentence without its end."""
    values = {"auto": number(cuts.auto), "ask": number(cuts.ask)}
    if cuts.auto is None:
        return _("everything asks")
    if cuts.ask is None or cuts.ask == cuts.auto:
        return _("runs alone from %(auto)s") % values
    return _("runs alone from %(auto)s, asks the end user from %(ask)s") % values


def pair(cuts: Cuts) -> str:
    """The numbers of a pair of thresholds that lets something run alone."""
    values = {"auto": number(cuts.auto), "ask": number(cuts.ask)}
    return values["auto"] if cuts.ask is None else _("%(auto)s and %(ask)s") % values


def percent(share: float) -> str:
    """A share as people read it: whole above ten percent, one decimal below."""
    value = share * 100
    return f"{value:.0f}%" if value >= 9.95 or value < 0.05 else f"{value:.1f}%"


def amount(value: float) -> str:
    """A count that may be an estimate: whole from ten on or where it is whole, else one decimal."""
    return f"{value:,.0f}" if value >= 9.95 or value == int(value) else f"{value:.1f}"


def minutes(value: float) -> str:
    """A time in minutes."""
    return ngettext("%(n)s minute", "%(n)s minutes", value) % {"n": amount(value)}


def seconds(value: float) -> str:
    """A time in seconds."""
    return ngettext("%(n)s second", "%(n)s seconds", value) % {"n": amount(value)}


_DURATIONS: dict[str, Callable[[float], str]] = {"minutes": minutes, "confirm_minutes": minutes, "undo": seconds}


def sentence(change: Change) -> str:
    """One difference between two versions."""
    if change.what in THRESHOLDS:
        moved, added, removed = THRESHOLDS[change.what]
        said = added if change.before is None else removed if change.after is None else moved
        return str(said) % {"name": change.name, "before": number(change.before), "after": number(change.after)}
    written = _DURATIONS.get(change.what, percent)
    values = {"before": written(change.before or 0), "after": written(change.after or 0)}
    was, now = (rules.told(rule) if rule else "" for rule in (change.was, change.now))
    if change.limits != (None, None):
        was, now = (rules.bounded(limit) if limit else "" for limit in change.limits)
    words = ", ".join(change.words)
    if change.what == "triggers":
        words = ", ".join(str(rules.TRIGGERS[Trigger(name)]) for name in change.words) or _("none")
    if change.friction is not None:
        words = permission.told(change.friction)
    if change.policy is not None:
        words = rules.told_next(change.policy)
    is_reworded = change.what == "rule_changed" and was == now
    said = DOCUMENT["rule_reworded" if is_reworded else change.what]
    return str(said) % {"name": change.name, "was": was, "now": now, "words": words, **values}

"""The list of routes: which ask below a score, and which always do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.learning.calibrating import standing
from approvals.models import Certificate, RulesetProposal
from console.pages.presenting.words import RISKS, Risk
from console.pages.thresholds.finding import Known
from console.pages.thresholds.presenting.promise import missing
from console.pages.thresholds.presenting.proof import badge
from console.pages.thresholds.presenting.wording import number, percent

ROUTES_TITLE: dict[bool, Promise] = {
    True: gettext_lazy("Asks below a score"),
    False: gettext_lazy("Always asks"),
}


@dataclass(frozen=True)
class Row:
    """One route; its name and its tools may be a model's words."""

    name: str
    differs: str
    """The end of the name, by which the routes of one agent differ."""
    tools: tuple[str, ...]
    """Those that its name does not end with."""
    risk: Risk | None
    calls: str
    auto: str
    ask: str
    line: str
    draft: int | None
    is_current: bool
    badge: str
    """`certified`, `unproven` or `asks`."""
    proven: str
    """What its certificate carries, or what is missing."""


@dataclass(frozen=True)
class Group:
    """Routes that are alike."""

    key: str
    title: Promise
    rows: tuple[Row, ...]


def listing(
    known: Sequence[Known],
    drafts: Sequence[RulesetProposal],
    *,
    current: str = "",
    certificates: Mapping[str, Certificate] | None = None,
) -> tuple[Group, ...]:
    """Write the routes, those with thresholds first; `certificates` are the newest by the name of their route."""
    proven = certificates or {}
    open_drafts = {draft.route: draft.pk for draft in drafts}
    rows = [
        row(one, draft=open_drafts.get(one.name), is_current=one.name == current, proven=proven.get(one.name))
        for one in known
    ]
    groups = (
        Group("cut", ROUTES_TITLE[True], tuple(one for one in rows if one.auto)),
        Group("ask", ROUTES_TITLE[False], tuple(one for one in rows if not one.auto)),
    )
    return tuple(group for group in groups if group.rows)


def row(known: Known, *, draft: int | None, is_current: bool, proven: Certificate | None = None) -> Row:
    """Write one route."""
    return Row(
        name=known.name,
        differs=known.name.rpartition("/")[2],
        tools=tuple(tool for tool in known.tools if not known.name.endswith(f"/{tool}")),
        risk=RISKS[known.risk] if known.risk else None,
        calls=f"{known.calls:,}",
        auto=number(known.cuts.auto),
        ask=number(known.cuts.ask),
        line=", ".join(filter(None, (known.name.rpartition("/")[0], _line(known, has_draft=draft is not None)))),
        draft=draft,
        is_current=is_current,
        badge=badge(standing.standing(proven, known.route)),
        proven=_proven(proven),
    )


def _proven(one: Certificate | None) -> str:
    if one is None:
        return ""
    return _("carries %(cut)s") % {"cut": number(one.threshold)} if one.threshold is not None else missing(one)


def _line(known: Known, *, has_draft: bool) -> str:
    if not known.calls:
        return _("no calls yet, draft open") if has_draft else _("no calls yet")
    share = {"share": percent(known.alone / known.calls)}
    return (_("%(share)s without a person, draft open") if has_draft else _("%(share)s without a person")) % share

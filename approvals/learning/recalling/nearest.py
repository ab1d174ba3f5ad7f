"""Of the resolved cases most like an open one, the nearest right and the nearest wrong."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from approvals.domain.calibration import coin
from approvals.domain.decision import DecisionKind
from approvals.domain.gate import leaves
from approvals.domain.label import Source, Teaching
from approvals.domain.verdict import SEED
from approvals.learning.recalling.likeness import likeness, pieces
from approvals.models import ErasedRun, Escalation, Label, Member, Verdict

LOOKED_AT = 2_000
"""The newest so many calls of the same route are looked through."""
MOST = 60
"""Of those, so many that people judged are compared, of each kind."""
MOST_DIFFERENCES = 6
WITHHELD = 0.20
"""On this share of items nothing is shown: what is decided there is compared with the rest."""


@dataclass(frozen=True)
class Difference:
    """One argument that is another one here; None where there is none."""

    path: str
    here: Any
    there: Any


@dataclass(frozen=True)
class Precedent:
    """A resolved case and how it differs; what people wrote in it is untrusted text."""

    escalation_id: int
    teaching: Teaching
    likeness: float
    """From 0 to 1."""
    kind: DecisionKind
    by: str
    at: datetime
    reason_code: str
    reason: str
    differences: tuple[Difference, ...]
    more: int
    """Differences that are not listed."""


def precedents(escalation: Escalation, *, viewer: Member) -> tuple[Precedent, ...]:
    """The nearest right and the nearest wrong case of the same tool and route, those that there are.

    Only of what `viewer` may see, of other runs, decided by a person and not taken back. One query for each of the two.
    None on a planted mistake, whose answer they would tell, and none where a coin withholds them: among those items the
    planted ones look like any other.
    """
    if is_withheld(escalation):
        return ()
    verdict = escalation.verdict
    arguments = _arguments(verdict)
    found = (_nearest(escalation, arguments, teaching, viewer=viewer) for teaching in (Teaching.RIGHT, Teaching.WRONG))
    return tuple(one for one in found if one is not None)


def is_withheld(escalation: Escalation) -> bool:
    """Whether this item is decided without precedents; the same whenever somebody looks."""
    _, is_drawn = coin(settings.COIN_KEY.decode(), f"precedents {escalation.origin}", WITHHELD)
    return is_drawn or escalation.verdict.outcome == SEED


def _nearest(
    escalation: Escalation, arguments: dict[str, Any], teaching: Teaching, *, viewer: Member
) -> Precedent | None:
    """The most alike; of equals the newest."""
    wanted = pieces(_text(arguments))
    nearest: tuple[float, Label] | None = None
    for label in _resolved(escalation, teaching, viewer=viewer):
        alike = likeness(wanted, pieces(_text(_arguments(label.verdict))))
        if nearest is None or alike > nearest[0]:
            nearest = alike, label
    return _precedent(*nearest, arguments) if nearest else None


def _resolved(escalation: Escalation, teaching: Teaching, *, viewer: Member) -> Iterable[Label]:
    verdict = escalation.verdict
    recent = Verdict.objects.filter(
        tenant_id=escalation.tenant_id, route=verdict.route, is_counted=True, pk__lt=verdict.pk
    ).order_by("-pk")
    rows = Label.objects.filter(
        verdict__in=recent.values("pk")[:LOOKED_AT],
        verdict__tool=verdict.tool,
        source=Source.REVIEW,
        teaching=teaching,
        superseded_by=None,
        decision__escalation__in=Escalation.objects.visible_to(viewer),
    )
    told = rows.exclude(verdict__run_key=verdict.run_key).exclude(
        verdict__run_key__in=ErasedRun.objects.values("run_key")
    )
    told = told.select_related("verdict", "decision__by")
    return told.defer("verdict__features", "verdict__reasons", "verdict__score_parts").order_by("-pk")[:MOST]


def _precedent(alike: float, label: Label, arguments: dict[str, Any]) -> Precedent:
    decision = label.decision
    assert decision is not None
    differences = tuple(_differences(arguments, _arguments(label.verdict)))
    return Precedent(
        escalation_id=decision.escalation_id,
        teaching=Teaching(label.teaching),
        likeness=alike,
        kind=DecisionKind(decision.kind),
        by=decision.author,
        at=decision.decided_at,
        reason_code=decision.reason_code,
        reason=decision.reason,
        differences=differences[:MOST_DIFFERENCES],
        more=max(0, len(differences) - MOST_DIFFERENCES),
    )


def _arguments(verdict: Verdict) -> dict[str, Any]:
    found = json.loads(bytes(verdict.payload))["arguments"]
    return found if isinstance(found, dict) else {}


def _text(arguments: Mapping[str, Any]) -> str:
    return json.dumps(arguments, ensure_ascii=False, sort_keys=True)


def _differences(here: dict[str, Any], there: dict[str, Any]) -> Iterator[Difference]:
    """Leaf by leaf, in the order of this call's arguments."""
    one, other = dict(leaves(here)), dict(leaves(there))
    for path in dict.fromkeys([*one, *other]):
        if one.get(path) != other.get(path):
            yield Difference(path, one.get(path), other.get(path))

"""What approving took before: an item that is asked again, or in the place of another, takes no less."""

from collections.abc import Sequence

from django.db.models import Q

from approvals.domain.escalation import Apart, Kind
from approvals.domain.escalation.friction import Friction, together
from approvals.domain.evidence import Evidence
from approvals.domain.gate import Decide
from approvals.models import Escalation, Verdict, rows

BOUND = (Kind.APPROVAL, Kind.INCIDENT)
"""Kinds whose approval gives a right, and takes what the rules say."""


def items(verdict: Verdict, supersedes: Escalation | None) -> Sequence[Escalation]:
    """The items of the same step, and the one in whose place the next one stands; the first asking costs no look."""
    if supersedes is None and rows.is_new(verdict) and verdict.attempt == 1:
        return ()
    same = Q(verdict__in=Verdict.objects.filter(origin=verdict.origin).values("pk"))
    found = Escalation.objects.filter(same | Q(pk=supersedes.pk if supersedes else None), kind__in=BOUND)
    return list(found.order_by("-pk"))


def no_milder(
    before: Sequence[Escalation], value: Evidence, terms: Decide, apart: Apart
) -> tuple[Evidence, Decide, Apart]:
    """Evidence, terms and who is kept out, each the stricter of what the rules say now and of what was asked before.

    The database refuses anything milder (`signalbox_terms_guard`).
    """
    friction = together([value.friction, *(_friction(one) for one in before)])
    undo = max(terms.undo_seconds, *(one.undo_seconds for one in before))
    asked = next((one.requester_id for one in before if one.requester_id), apart.requester_id)
    owns = next((one.owner_id for one in before if one.owner_id), apart.owner_id)
    shown = value.model_copy(update={"friction": friction})
    return shown, terms.model_copy(update={"undo_seconds": undo}), Apart(asked, owns)


def _friction(one: Escalation) -> Friction:
    return Friction(persons=one.persons, separate=one.is_separate, delay_seconds=one.delay_seconds, step_up=one.step_up)

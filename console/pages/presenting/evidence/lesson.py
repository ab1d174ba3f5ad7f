"""What was known of a planted mistake, told to whoever decided it and to nobody else."""

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from approvals.domain.decision import DecisionKind
from approvals.domain.label import Teaching
from approvals.domain.verdict import SEED
from approvals.models import Decision, Label, Member, Seed


@dataclass(frozen=True)
class Lesson:
    """One known answer; `before`, `after` and `reason` came from outside."""

    is_caught: bool
    said: str
    path: str
    """The argument that was exchanged; empty for a mistake that an agent once made itself."""
    before: str
    after: str
    reason: str
    """For a past mistake: why somebody rejected it then."""


def lesson(decision: Decision | None, *, viewer: Member | None) -> Lesson | None:
    """None for what was no planted mistake, and for everybody but whoever decided it."""
    if decision is None or decision.verdict_outcome != SEED or viewer is None or decision.by_id != viewer.pk:
        return None
    seed = Seed.objects.get(verdict_id=decision.verdict_id)
    label = Label.objects.filter(decision=decision).order_by("pk").first()
    is_caught = label is not None and label.teaching == Teaching.WRONG
    return Lesson(
        is_caught=is_caught or decision.kind == DecisionKind.TAKE_OVER,
        said=_said(decision, is_caught=is_caught),
        path=seed.path,
        before=_text(seed.before) if seed.path else "",
        after=_text(seed.after) if seed.path else "",
        reason="" if seed.path else _reason(seed),
    )


def _said(decision: Decision, *, is_caught: bool) -> str:
    if decision.kind == DecisionKind.TAKE_OVER:
        return _("This was a planted mistake, so there is nobody to talk to. Nothing was sent.")
    if is_caught:
        return _("You caught a planted mistake. Nothing was sent.")
    return _("You missed a planted mistake. Nothing was sent.")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _reason(seed: Seed) -> str:
    said = Decision.objects.filter(verdict_id=seed.source_id).order_by("-pk").first()
    return said.reason if said else ""

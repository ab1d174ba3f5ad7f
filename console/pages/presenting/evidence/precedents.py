"""Similar decisions beside an open one: the nearest right and the nearest wrong, and what differs."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from approvals.domain.decision import REJECT_REASONS, DecisionKind
from approvals.domain.label import Teaching
from approvals.learning.recalling import Difference, Precedent
from console.pages.presenting import clock

LONGEST = 120
SAID: dict[DecisionKind, Promise] = {
    DecisionKind.APPROVE: gettext_lazy("%(by)s approved it"),
    DecisionKind.EDIT: gettext_lazy("%(by)s changed it"),
    DecisionKind.REJECT: gettext_lazy("%(by)s rejected it"),
    DecisionKind.REVISE: gettext_lazy("%(by)s sent it back"),
}
REASONS = dict(REJECT_REASONS)


@dataclass(frozen=True)
class Similar:
    """One precedent on the page; values and `reason` are shown as untrusted text."""

    id: int
    is_wrong: bool
    says: str
    alike: str
    why: str
    reason: str
    rows: tuple[tuple[str, str, str], ...]
    """Of each argument that differs: its path, its value then, its value here."""
    more: str


def similar(found: Iterable[Precedent], *, now: datetime) -> tuple[Similar, ...]:
    """Write them, the right one first."""
    return tuple(_similar(one, now=now) for one in found)


def _similar(one: Precedent, *, now: datetime) -> Similar:
    said = SAID.get(one.kind, gettext_lazy("%(by)s decided it")) % {"by": one.by}
    more = ngettext("and %(n)s more", "and %(n)s more", one.more) % {"n": one.more} if one.more else ""
    return Similar(
        id=one.escalation_id,
        is_wrong=one.teaching is Teaching.WRONG,
        says=_("%(said)s, %(at)s") % {"said": said, "at": clock.clock(one.at, now=now)},
        alike=_("%(share)s alike") % {"share": f"{one.likeness:.0%}"},
        why="" if one.reason_code == "other" else str(REASONS.get(one.reason_code, "")),
        reason=one.reason,
        rows=tuple(_row(difference) for difference in one.differences),
        more=more,
    )


def _row(one: Difference) -> tuple[str, str, str]:
    return one.path, _written(one.there), _written(one.here)


def _written(value: Any) -> str:
    if value is None:
        return _("none")
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

"""Dead letters by their cause, and what their runs have done so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agents.models import Letter
from agents.models.letter import Cause
from approvals.models import Member, rows
from console.pages.presenting import clock
from console.pages.runs import duration

MOST_ROWS = 20
"""Letters of a group that are shown; all of them are resent together."""
MOST_GROUPS = 50

CAUSES = {
    Cause.NO_ANSWER: gettext_lazy("No answer after every attempt"),
    Cause.DOWN: gettext_lazy("Left alone for too long"),
    Cause.BAD_OUTPUT: gettext_lazy("No usable answer"),
    Cause.DECLINED: gettext_lazy("Declined, or not set up"),
    Cause.POISON: gettext_lazy("Failed or killed its worker again and again"),
}
ADVICE = {
    Cause.NO_ANSWER: gettext_lazy("Send them again when it answers."),
    Cause.DOWN: gettext_lazy("Send them again when its breaker is closed."),
    Cause.BAD_OUTPUT: gettext_lazy("It was told what was wrong. Look at the trace before you send one again."),
    Cause.DECLINED: gettext_lazy(
        "Nothing is tried again until the cause is mended: a key, an address, a model's name."
    ),
    Cause.POISON: gettext_lazy("Mend the tool first: sent again as it is, it stops again."),
}

# What a run has done to the world: writes that went through the gate. A repeat under a new right answers for the
# unknown one before it.
EFFECTS = """
SELECT s.run_id, count(*) FILTER (WHERE o.outcome = 'succeeded'), count(*) FILTER (WHERE o.outcome = 'unknown'
         AND NOT EXISTS (SELECT 1 FROM agents_operation l WHERE l.step_id = s.id AND l.id > o.id))
FROM agents_operation o JOIN agents_step s ON s.id = o.step_id
LEFT JOIN approvals_grant g ON g.id = o.grant_id
JOIN approvals_verdict v ON v.id = coalesce(o.verdict_id, g.verdict_id)
WHERE s.run_id = ANY(%s) AND v.is_counted GROUP BY s.run_id
"""


@dataclass(frozen=True)
class Row:
    """One open letter; `title`, `step` and `error` are from outside."""

    id: int
    run_key: UUID
    title: str
    step: str
    at: str
    at_iso: str
    attempts: str
    effects: str
    error: str


@dataclass(frozen=True)
class Group:
    """Letters of one cause and one subject, which is from outside."""

    word: str
    advice: str
    subject: str
    count: int
    up_to: int
    """The newest of them: what comes later is not resent with them."""
    oldest: str
    latest: str
    last_error: str
    rows: tuple[Row, ...]


def groups(member: Member, *, now: datetime) -> tuple[Group, ...]:
    """The open letters of the person's tenant, the largest group first."""
    still = Letter.objects.filter(tenant_id=member.tenant_id, settled_at=None)
    found = still.values("cause", "subject").annotate(
        n=Count("pk"), up_to=Max("pk"), oldest=Min("buried_at"), latest=Max("buried_at")
    )
    largest = found.order_by("-n", "oldest")[:MOST_GROUPS]
    return tuple(
        _group(
            each,
            still.filter(cause=each["cause"], subject=each["subject"])
            .select_related("run__request", "step")
            .order_by("-pk")[:MOST_ROWS],
            now=now,
        )
        for each in largest
    )


def _group(each: Mapping[str, Any], letters: Iterable[Letter], *, now: datetime) -> Group:
    shown = list(letters)
    cause = Cause(each["cause"])
    effects = _effects([letter.run_id for letter in shown])
    return Group(
        word=str(CAUSES[cause]),
        advice=str(ADVICE[cause]),
        subject=each["subject"],
        count=each["n"],
        up_to=each["up_to"],
        oldest=duration.between(each["oldest"], now),
        latest=duration.between(each["latest"], now),
        last_error=shown[0].error if shown else "",
        rows=tuple(_row(letter, effects.get(letter.run_id, (0, 0)), now=now) for letter in shown),
    )


def _row(letter: Letter, effects: tuple[int, int], *, now: datetime) -> Row:
    attempts = ngettext("%(n)s attempt", "%(n)s attempts", letter.attempts) % {"n": letter.attempts}
    return Row(
        id=letter.pk,
        run_key=letter.run.key,
        title=letter.run.request.title,
        step=letter.step.name,
        at=clock.clock(letter.buried_at, now=now),
        at_iso=letter.buried_at.isoformat(),
        attempts=attempts,
        effects=_said(*effects),
        error=letter.error,
    )


def _said(done: int, unknown: int) -> str:
    """What has happened to the world by now; the step itself has done nothing."""
    if unknown:
        return ngettext("%(n)s outcome unknown, asked about", "%(n)s outcomes unknown, asked about", unknown) % {
            "n": unknown
        }
    if not done:
        return _("nothing changed yet")
    return ngettext("%(n)s change made, settled", "%(n)s changes made, settled", done) % {"n": done}


def _effects(run_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    return {run_id: (done, unknown) for run_id, done, unknown in rows.fetch(EFFECTS, [list(run_ids)])}

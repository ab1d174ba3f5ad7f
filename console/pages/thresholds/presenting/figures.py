"""What a draft would have done, before and after: four numbers, the calls that change, and how it goes live."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.label import Teaching
from approvals.learning import previewing
from approvals.learning.previewing import Call, Figures, Outcomes, Recorded
from approvals.learning.tuning import Cuts
from approvals.models import Escalation
from console.pages.presenting import words
from console.pages.presenting.bar import reason_of
from console.pages.thresholds.finding import Found, decision_of
from console.pages.thresholds.presenting.wording import amount, number, percent

MOST_SHOWN = 10
STACK = 300.0


@dataclass(frozen=True)
class Number:
    """One of the four, with what it was; `was` is empty where nothing changes."""

    label: str
    was: str
    now: str
    note: str
    tone: str = ""


@dataclass(frozen=True)
class Item:
    """One call that was found wrong; `title` and `reason` are shown as untrusted text."""

    title: str
    place: str
    """Address of the run, else of where it was decided; empty when neither is known here."""
    score: str
    who: str
    reason: str


@dataclass(frozen=True)
class Piece:
    """A part of the bar that stacks the outcomes, in units of the drawing."""

    layer: str
    x: str
    width: str


@dataclass(frozen=True)
class Would:
    """The calls that the draft treats otherwise than what is live, by outcome; the wrong ones are listed."""

    title: str
    outcomes: Outcomes
    pieces: tuple[Piece, ...]
    wrong: tuple[Item, ...]
    more: int
    users: str
    """Which calls end users would answer instead of persons, or no longer; empty where that stays."""


@dataclass(frozen=True)
class Shift:
    """The same calls under the live and under the draft threshold."""

    live: Figures
    draft: Figures
    changed: tuple[Call, ...]
    is_more: bool
    """Whether the draft lets more run; else it lets less, or the same."""
    to_users: tuple[Call, ...]
    """Calls that the end user would be asked about, and not a person."""
    to_persons: tuple[Call, ...]
    """The other way round."""


def shift(recorded: Recorded, *, live: Cuts, draft: Cuts, rate: float) -> Shift:
    """Count both."""
    changed = tuple(call for call in recorded.calls if call.runs_at(live.auto) != call.runs_at(draft.auto))
    now, then = ([_asks(call, cuts) for call in recorded.calls] for cuts in (live, draft))
    both = list(zip(recorded.calls, now, then, strict=True))
    return Shift(
        live=previewing.figures(recorded.calls, live.auto, rate=rate),
        draft=previewing.figures(recorded.calls, draft.auto, rate=rate),
        changed=changed,
        is_more=live.auto is None or (draft.auto is not None and draft.auto < live.auto),
        to_users=tuple(call for call, was, now in both if (was, now) == ("person", "user")),
        to_persons=tuple(call for call, was, now in both if (was, now) == ("user", "person")),
    )


def numbers(shift: Shift, *, days: int) -> tuple[Number, ...]:
    """Before and after in four numbers, each with what it counts."""
    live, draft = shift.live.preview, shift.draft.preview
    of = ngettext("of %(n)s call", "of %(n)s calls", draft.total) % {"n": f"{draft.total:,}"}
    return (
        _number(
            _("Would have run without a person"), percent(live.automatic_share), percent(draft.automatic_share), of
        ),
        _number(_("Reviews it would take a day"), amount(live.reviews / days), amount(draft.reviews / days), ""),
        _wrong(shift, days=days),
        _wrong_share(shift),
    )


def would(shift: Shift, items: tuple[Item, ...]) -> Would:
    """The calls that change; all that run alone where none does."""
    counted = previewing.outcomes(shift.changed)
    return Would(_title(shift), counted, tuple(_pieces(counted)), items, counted.wrong - len(items), _users(shift))


def shown_wrong(shift: Shift) -> list[Call]:
    """The calls to list: found wrong, the highest score first."""
    wrong = [call for call in shift.changed if call.teaching is Teaching.WRONG]
    return sorted(wrong, key=lambda call: call.score or 0, reverse=True)[:MOST_SHOWN]


def item(call: Call, found: Found) -> Item:
    """Write one call that was found wrong, with its run and who found it."""
    escalation = found.escalations.get(call.verdict_id)
    decision = decision_of(escalation) if escalation else None
    return Item(
        title=escalation.title if escalation else _("Call %(n)s") % {"n": call.verdict_id},
        place=_place(found.runs.get(call.verdict_id), escalation),
        score=number(call.score),
        who=words.author(decision) if decision else "",
        reason=reason_of(decision) if decision else "",
    )


def held_note(calls: Sequence[Call]) -> str:
    """How many calls no threshold moves; empty for none."""
    held = sum(call.is_held for call in calls)
    if not held:
        return ""
    said = ngettext(
        "%(n)s of %(all)s calls asks at any threshold: for a rule, its harm, or a value from nowhere.",
        "%(n)s of %(all)s calls ask at any threshold: for a rule, their harm, or a value from nowhere.",
        held,
    )
    return said % {"n": f"{held:,}", "all": f"{len(calls):,}"}


def _place(run: UUID | None, escalation: Escalation | None) -> str:
    if run is not None:
        return reverse("trace", args=[run])
    return reverse("escalation", args=[escalation.pk]) if escalation else ""


def _number(label: str, was: str, now: str, note: str, tone: str = "") -> Number:
    return Number(label, "" if was == now else was, now, note, tone)


def _wrong(shift: Shift, *, days: int) -> Number:
    """An estimate is never said without how many it rests on; where nobody looked there is none."""
    said = ngettext("Would have run wrong, %(n)s day", "Would have run wrong, %(n)s days", days)
    looked = shift.draft.outcomes.looked
    note = ngettext("estimate, %(n)s looked at", "estimate, %(n)s looked at", looked) % {"n": f"{looked:,}"}
    was, now = _estimate(shift.live), _estimate(shift.draft)
    return _number(said % {"n": days}, was, now, note if looked else "")


def _estimate(figures: Figures) -> str:
    if not figures.preview.automatic:
        return "0"
    return amount(figures.preview.wrong_estimate) if figures.outcomes.looked else _("nobody looked")


def _wrong_share(shift: Shift) -> Number:
    label = _("Wrong among those looked at")
    was, now = _share(shift.live), _share(shift.draft)
    if shift.draft.wrong_share is None:
        return _number(label, was, now, "")
    low, high = shift.draft.wrong_range
    values = {"low": percent(low), "high": percent(high), "n": f"{shift.draft.outcomes.looked:,}"}
    note = _("95%% range %(low)s to %(high)s, %(n)s looked at") % values
    return _number(label, was, now, note)


def _share(figures: Figures) -> str:
    if figures.wrong_share is not None:
        return percent(figures.wrong_share)
    return _("nobody looked") if figures.preview.automatic else _("nothing would have run")


def _title(shift: Shift) -> str:
    count = len(shift.changed)
    if not count:
        is_asked = shift.to_users or shift.to_persons
        return _("No recorded call runs otherwise") if is_asked else _("No recorded call changes")
    if shift.is_more:
        said = ngettext("This %(n)s call would have run alone", "These %(n)s calls would have run alone", count)
    else:
        said = ngettext("This %(n)s call would have asked", "These %(n)s calls would have asked", count)
    return said % {"n": f"{count:,}"}


def _users(shift: Shift) -> str:
    """Calls that change whom they ask; of these, too, how many a person found wrong."""
    found = shift.to_users or shift.to_persons
    if shift.to_users:
        said = ngettext(
            "The end user would answer %(n)s call instead of a person; found wrong: %(wrong)s.",
            "The end user would answer %(n)s calls instead of a person; found wrong: %(wrong)s.",
            len(found),
        )
    elif shift.to_persons:
        said = ngettext(
            "A person would answer %(n)s call instead of the end user; found wrong: %(wrong)s.",
            "A person would answer %(n)s calls instead of the end user; found wrong: %(wrong)s.",
            len(found),
        )
    else:
        return ""
    return said % {"n": f"{len(found):,}", "wrong": f"{previewing.outcomes(found).wrong:,}"}


def _asks(call: Call, cuts: Cuts) -> str:
    """Whom these thresholds ask about a call: `person`, `user`, or nobody, as it runs alone."""
    if call.runs_at(cuts.auto):
        return ""
    return "user" if cuts.ask is not None and call.runs_at(cuts.ask) else "person"


def _pieces(outcomes: Outcomes) -> list[Piece]:
    """Side by side, each at least wide enough to be seen."""
    total = sum(outcomes)
    pieces, x = [], 0.0
    for layer, count in zip(("right", "wrong", "unseen"), outcomes, strict=True):
        if count:
            width = max(3.0, count / total * STACK)
            pieces.append(Piece(layer, f"{x:.1f}", f"{width:.1f}"))
            x += width + 2
    return pieces

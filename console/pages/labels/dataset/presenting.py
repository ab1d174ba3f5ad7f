"""What the page of the dataset shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.label import Source, Teaching
from approvals.learning.dataset.disagreeing import Disagreement
from approvals.learning.dataset.importing import Wrong
from approvals.learning.dataset.splitting import Part
from approvals.learning.manifest import Format
from approvals.models import Import, Label, Member, Snapshot
from console.pages.labels.listing import SOURCES, TEACHINGS
from console.pages.presenting import clock
from console.pages.presenting.words import REASONS, Word

MOST_IMPORTS = 20


@dataclass(frozen=True)
class Opinion:
    """What one expert said; `reason` is their own words."""

    by: str
    source: Word
    teaching: Word
    icon: str
    tone: str
    at: str
    reason: str
    link: str


@dataclass(frozen=True)
class Open:
    """One disagreement; title and tool came from outside."""

    id: int
    title: str
    tool: str
    seen: int
    opinions: tuple[Opinion, ...]
    may_settle: bool
    error: str = ""
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True)
class File:
    """One file of a version."""

    said: str
    href: str
    sha256: str


@dataclass(frozen=True)
class Version:
    """One version of the dataset."""

    number: int
    name: str
    by: str
    at: str
    said: str
    until: int
    files: tuple[File, ...]


@dataclass(frozen=True)
class Batch:
    """One file that was brought in; its name came from outside."""

    id: int
    name: str
    said: str


@dataclass(frozen=True)
class Upload:
    """What became of the file that was sent: a sentence, and the lines that were wrong, untrusted text."""

    said: str
    is_refused: bool = False
    wrong: tuple[Wrong, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class Entered:
    """A form that was refused: which one, what is wrong, and what stood in it."""

    about: int = 0
    error: str = ""
    reason: str = ""
    reason_code: str = ""


NOTHING = Entered()


def opened(found: Sequence[Disagreement], *, viewer: Member, now: datetime, entered: Entered) -> list[Open]:
    """Write the disagreements, with what was entered in one of them."""
    return [_open(one, viewer, now, entered if entered.about == one.verdict.pk else NOTHING) for one in found]


def versions(found: Sequence[Snapshot], *, now: datetime) -> list[Version]:
    """Write the versions."""
    return [_version(one, now=now) for one in found]


def imports(tenant_id: int, *, now: datetime) -> list[Batch]:
    """The newest files that were brought in."""
    rows = Import.objects.filter(tenant_id=tenant_id).select_related("by").order_by("-pk")
    return [_batch(one, now=now) for one in rows[:MOST_IMPORTS]]


def _batch(one: Import, *, now: datetime) -> Batch:
    counts = {"n": one.stored, "known": one.known, "left_out": one.left_out}
    what = ngettext(
        "%(n)s label, %(known)s that were here already, %(left_out)s lines left out",
        "%(n)s labels, %(known)s that were here already, %(left_out)s lines left out",
        one.stored,
    )
    names = {"by": one.by.name if one.by else _("the command line"), "at": clock.clock(one.imported_at, now=now)}
    return Batch(one.pk, one.name, _("%(by)s at %(at)s: %(what)s") % {**names, "what": what % counts})


def _open(one: Disagreement, viewer: Member, now: datetime, entered: Entered) -> Open:
    titles = [label.decision.escalation.title for label in one.labels if label.decision]
    titles += [label.audit.title for label in one.labels if label.audit]
    return Open(
        id=one.verdict.pk,
        title=titles[0] if titles else one.verdict.tool,
        tool=one.verdict.tool,
        seen=one.newest,
        opinions=tuple(_opinion(label, now=now) for label in one.labels),
        may_settle=one.may_settle(viewer),
        error=entered.error,
        reason=entered.reason,
        reason_code=entered.reason_code,
    )


def _opinion(label: Label, *, now: datetime) -> Opinion:
    word, icon, tone = TEACHINGS[Teaching(label.teaching)]
    decision = label.decision
    code, said = (decision.reason_code, decision.reason) if decision else (label.reason_code, label.reason)
    return Opinion(
        by=label.by.name if label.by else "",
        source=SOURCES[Source(label.source)],
        teaching=word,
        icon=icon,
        tone=tone,
        at=clock.clock(label.decided_at, now=now),
        reason=": ".join(filter(None, (str(REASONS.get(code, code)) if code else "", said))),
        link=_link(label),
    )


def _link(label: Label) -> str:
    return reverse("escalation", args=[label.decision.escalation_id]) if label.decision else ""


def _version(one: Snapshot, *, now: datetime) -> Version:
    parts = one.manifest["parts"]
    counts = {
        "train": parts["train"]["labels"],
        "train_runs": parts["train"]["runs"],
        "test": parts["test"]["labels"],
        "test_runs": parts["test"]["runs"],
    }
    return Version(
        number=one.number,
        name=one.name,
        by=one.made_by.name,
        at=clock.clock(one.made_at, now=now),
        said=_("%(train)s labels of %(train_runs)s runs to train, %(test)s of %(test_runs)s to test") % counts,
        until=one.until,
        files=tuple(
            File(
                f"{part}.{chosen}",
                reverse(f"dataset_{part}_{chosen}", args=[one.number]),
                parts[part]["files"][chosen]["sha256"],
            )
            for part in Part
            for chosen in Format
        ),
    )

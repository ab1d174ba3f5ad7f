"""Erase somebody's data: texts and values go, and what is counted stays (CALIBRATION section 2.13).

What stays of a call is its place, its time, its tool and route, its score, what the gate and people said of it, and
hashes: enough that every certificate is computed from the same rows again. An admin asks for it, another one does it;
the database has one door for that, and no other.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection, transaction

from approvals.domain.errors import ApprovalError, NotAllowedToDecide, ReasonMissing
from approvals.domain.redaction import clean, visible
from approvals.learning.dataset import versions
from approvals.learning.tuning.acting import newly
from approvals.learning.tuning.refusals import NewAdmin
from approvals.models import AuditEntry, ErasedRun, Erasure, ImportedLabel, Label, Member, Seed, Verdict
from approvals.models.proof.audit import About, ErasureStatus
from approvals.sealing import erased

LONGEST_SUBJECT = 400
LONGEST_REASON = 500
_DOOR = "SELECT signalbox_erase(%s, %s, %s::uuid[], %s::jsonb)"


class NothingToErase(ApprovalError):
    """There is nothing of that here, or it is erased already."""

    code = "nothing_to_erase"


class BadSubject(ApprovalError):
    """That names no conversation and no run."""

    code = "bad_subject"


class AskedAlready(ApprovalError):
    """Somebody has asked for this erasure already; it waits for another admin."""

    code = "asked_already"


class StillAtWork(ApprovalError):
    """Something of it still waits for a person, or may still run. Let it end, or cancel it, and then erase it."""

    code = "still_at_work"


class ScopeChanged(ApprovalError):
    """It is about more runs now than were shown. Look once more. Nothing was erased."""

    code = "scope_changed"


@dataclass(frozen=True)
class Extent:
    """What of somebody's data another app keeps; registered by that app when it is ready."""

    runs: Callable[[int, str], set[UUID]]
    """The runs of a conversation of a tenant that it knows."""
    has_run: Callable[[int, UUID], bool]
    door: str
    """Its own door: a statement that takes the id of an erasure, sent behind ours."""


_extents: list[Extent] = []


def register(extent: Extent) -> None:
    """Name one more place; called once by its app."""
    _extents.append(extent)


@dataclass(frozen=True)
class Scope:
    """What an erasure is about, as of now."""

    runs: tuple[UUID, ...]
    calls: int
    labels: int

    @property
    def digest(self) -> str:
        """Of the runs: the second admin's form carries what was on the screen."""
        return hashlib.sha256(" ".join(map(str, self.runs)).encode()).hexdigest()


def scope_of(erasure: Erasure) -> Scope:
    """The runs it is about that are not erased yet, and how much is kept of them; of one that has ended nothing."""
    is_open = erasure.status == ErasureStatus.OPEN
    runs = _runs(erasure.tenant_id, About(erasure.kind), erasure.subject) if is_open else set()
    calls = Verdict.objects.filter(tenant_id=erasure.tenant_id, run_key__in=runs).count()
    ours = Label.objects.filter(tenant_id=erasure.tenant_id, verdict__run_key__in=runs).count()
    theirs = ImportedLabel.objects.filter(tenant_id=erasure.tenant_id, run_id__in=runs).count()
    return Scope(tuple(sorted(runs)), calls, ours + theirs)


def ask(kind: About, subject: str, *, by: Member, reason: str) -> Erasure:
    """Ask for an erasure; nothing goes before another admin does it.

    Raises NotAllowedToDecide, BadSubject, ReasonMissing, NothingToErase, and AskedAlready for the second of two.
    """
    if not by.is_admin:
        raise NotAllowedToDecide
    # A session key is taken as it is, blanks at its ends included.
    about, said = subject.strip() if kind is About.RUN else subject, clean(reason).strip()[:LONGEST_REASON]
    if not about or len(about) > LONGEST_SUBJECT or about != clean(about):
        raise BadSubject
    about = str(_key(about)) if kind is About.RUN else about
    if not visible(said):
        raise ReasonMissing("Say why. Leave out who it is about: the reason stays.")
    if not _runs(by.tenant_id, kind, about):
        raise NothingToErase
    try:
        with transaction.atomic():
            return Erasure.objects.create(
                tenant_id=by.tenant_id,
                kind=kind,
                subject=about,
                subject_sha256=hashlib.sha256(about.encode()).digest(),
                reason=said,
                requested_by=by,
            )
    except IntegrityError as error:
        if "erasure_asked_once" not in str(error):
            raise
        raise AskedAlready from error


def erase(erasure: Erasure, *, by: Member, seen: str) -> Scope:
    """Do it, in one transaction: the rows, what is sealed of them, and the versions of the dataset.

    `seen` is the digest of the scope that was on the screen. Raises NotAllowedToDecide for who asked for it, NewAdmin,
    NothingToErase when it has ended meanwhile, ScopeChanged, and StillAtWork. Two who do it at once do it once.
    """
    first = erasure.requested_by
    if not by.is_admin or by.tenant_id != erasure.tenant_id or by.person_id == first.person_id:
        raise NotAllowedToDecide("Another admin does it than who asked for it.")
    if by.is_new_beside(first):
        raise NewAdmin
    try:
        with transaction.atomic():
            return _erase(erasure.pk, by, seen)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "SB009":
            raise
        raise StillAtWork from error


def discard(erasure: Erasure, *, by: Member) -> None:
    """Let it be; raises NotAllowedToDecide, and NothingToErase when it has ended meanwhile."""
    if not by.is_admin or by.tenant_id != erasure.tenant_id:
        raise NotAllowedToDecide
    rows = Erasure.objects.filter(pk=erasure.pk, status=ErasureStatus.OPEN)
    if not rows.update(status=ErasureStatus.DISCARDED, subject="", closed_by=by):
        raise NothingToErase


def is_erased(run_key: UUID) -> bool:
    """Whether a run's texts and values are gone."""
    return ErasedRun.objects.filter(run_key=run_key).exists()


def _erase(pk: int, by: Member, seen: str) -> Scope:
    found = Erasure.objects.select_for_update().filter(pk=pk, status=ErasureStatus.OPEN).first()
    if found is None:
        raise NothingToErase
    scope = scope_of(found)
    if not scope.runs:
        raise NothingToErase
    if scope.digest != seen:
        raise ScopeChanged
    counts = {"runs": len(scope.runs), "calls": scope.calls, "labels": scope.labels}
    with erased.noted(found, _with_planted(scope.runs)), connection.cursor() as cursor:
        cursor.execute(_DOOR, [pk, by.pk, list(scope.runs), json.dumps(counts)])
        for extent in _extents:
            cursor.execute(extent.door, [pk])
    versions.remake(found)
    AuditEntry.objects.create(
        tenant_id=found.tenant_id, by=by, verb="data.erase", object=f"erasure:{pk}", details=counts | newly(by)
    )
    return scope


def _runs(tenant_id: int, kind: About, subject: str) -> set[UUID]:
    if kind is About.RUN:
        found = {key for key in (_key(subject),) if _is_here(tenant_id, key)}
    else:
        rows = Verdict.objects.filter(tenant_id=tenant_id, session_key=subject)
        found = set(rows.values_list("run_key", flat=True)).union(*(one.runs(tenant_id, subject) for one in _extents))
    return found - set(ErasedRun.objects.filter(run_key__in=found).values_list("run_key", flat=True))


def _is_here(tenant_id: int, key: UUID) -> bool:
    rows: Iterable[bool] = (
        Verdict.objects.filter(tenant_id=tenant_id, run_key=key).exists(),
        ImportedLabel.objects.filter(tenant_id=tenant_id, run_id=key).exists(),
        *(one.has_run(tenant_id, key) for one in _extents),
    )
    return any(rows)


def _with_planted(runs: Collection[UUID]) -> set[UUID]:
    """These, and the planted mistakes that were made of them."""
    planted = Seed.objects.filter(source__run_key__in=runs).values_list("verdict__run_key", flat=True)
    return {*runs, *planted}


def _key(subject: str) -> UUID:
    try:
        return UUID(subject)
    except ValueError as error:
        raise BadSubject("The key of a run looks like 6f1d3f0e-6c0b-5d0c-9b0e-3f6f2b7e9a11.") from error

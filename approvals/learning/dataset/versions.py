"""Versions of the dataset: what one held is kept, and its bytes are made again from the same rows."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from approvals.domain.errors import ApprovalError
from approvals.domain.redaction import clean, visible
from approvals.learning import exporting
from approvals.learning.dataset.splitting import Part, part_of
from approvals.learning.manifest import BEGIN, WRITE, Format
from approvals.models import AuditEntry, Erasure, Member, RemadeVersion, Snapshot

LONGEST_NAME = 80
MOST_TESTED = 0.9


class BadVersion(ApprovalError):
    """A version of the dataset needs a name, and a share for testing from 0 to 0.9."""

    code = "bad_version"


def make(name: str, *, by: Member, test_share: float) -> Snapshot:
    """Keep what the labels that stand now hold, as the next version.

    Raises BadVersion, and StillWriting when a label is being written all the while. Of two who make the same number at
    once the second makes the next.
    """
    said = clean(name).strip()
    if not visible(said) or len(said) > LONGEST_NAME or not 0 <= test_share <= MOST_TESTED:
        raise BadVersion
    until = exporting.settled(by.tenant_id)
    manifest = _manifest(by.tenant_id, until=until, test_share=test_share)
    while (made := _stored(said, by=by, until=until, test_share=test_share, manifest=manifest)) is None:
        pass
    return made


def content(of: Snapshot, part: Part, chosen: Format) -> Iterator[bytes]:
    """The bytes of one half of a version, some rows at a time: those whose hash its manifest holds."""
    return _written(of.tenant_id, chosen, part, until=of.until, test_share=of.test_share)


def manifest_of(snapshot: Snapshot) -> dict[str, Any]:
    """What the files of a version are now: as it was made, or as an erasure has left them."""
    last = RemadeVersion.objects.filter(snapshot_id=snapshot.pk).order_by("-pk").first()
    found: dict[str, Any] = last.manifest if last else snapshot.manifest
    return found


def remake(erasure: Erasure) -> None:
    """Write down what the files of each version are now, where that is another thing; joins the transaction."""
    for one in Snapshot.objects.filter(tenant_id=erasure.tenant_id):
        manifest = _manifest(one.tenant_id, until=one.until, test_share=one.test_share)
        if manifest != manifest_of(one):
            RemadeVersion.objects.create(erasure=erasure, snapshot_id=one.pk, manifest=manifest)


def _stored(name: str, *, by: Member, until: int, test_share: float, manifest: dict[str, Any]) -> Snapshot | None:
    newest: int | None = Snapshot.objects.filter(tenant_id=by.tenant_id).aggregate(newest=Max("number"))["newest"]
    number = (newest or 0) + 1
    try:
        with transaction.atomic():
            made = Snapshot.objects.create(
                tenant_id=by.tenant_id,
                number=number,
                name=name,
                until=until,
                test_share=test_share,
                manifest=manifest,
                made_by=by,
            )
            AuditEntry.objects.create(
                tenant_id=by.tenant_id, by=by, verb="dataset.version", object=f"snapshot:{made.pk}", details=manifest
            )
            return made
    except IntegrityError as error:
        if "snapshot_number_once" not in str(error):
            raise
        return None


def _manifest(tenant_id: int, *, until: int, test_share: float) -> dict[str, Any]:
    """Counts and hashes of both halves, in every format."""
    parts = {str(part): _told(tenant_id, part, until=until, test_share=test_share) for part in Part}
    return {"schema": exporting.SCHEMA, "until": until, "test_share": test_share, "parts": parts}


def _told(tenant_id: int, part: Part, *, until: int, test_share: float) -> dict[str, Any]:
    hashes, count = {one: hashlib.sha256(BEGIN[one]) for one in Format}, 0
    runs: set[str] = set()
    sizes = {one: len(BEGIN[one]) for one in Format}
    for found in _documents(tenant_id, part, until=until, test_share=test_share):
        count += len(found)
        runs.update(one["run_id"] for one in found)
        for one in Format:
            written = b"".join(WRITE[one](document) for document in found)
            hashes[one].update(written)
            sizes[one] += len(written)
    files = {str(one): {"bytes": sizes[one], "sha256": hashes[one].hexdigest()} for one in Format}
    return {"labels": count, "runs": len(runs), "files": files}


def _written(tenant_id: int, chosen: Format, part: Part, *, until: int, test_share: float) -> Iterator[bytes]:
    if BEGIN[chosen]:
        yield BEGIN[chosen]
    for found in _documents(tenant_id, part, until=until, test_share=test_share):
        yield b"".join(WRITE[chosen](one) for one in found)


def _documents(tenant_id: int, part: Part, *, until: int, test_share: float) -> Iterator[list[dict[str, Any]]]:
    for found in exporting.documents(tenant_id, until=until):
        yield [one for one in found if part_of(one["run_id"], test_share) is part]

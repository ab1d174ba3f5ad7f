"""The manifest of an export: what it holds and the hashes of its bytes, so that it can be made again and compared."""

import hashlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any

from approvals.domain.values import Value
from approvals.learning import exporting, spreadsheet


class Format(StrEnum):
    """How labels are written."""

    JSONL = "jsonl"
    CSV = "csv"


class Content(Value):
    """One file of the export."""

    format: Format
    bytes: int
    sha256: str


class Manifest(Value):
    """What an export up to a watermark holds; it has no time of its own, so it too is the same each time."""

    schema_name: str
    until: int
    """The watermark: the id of the newest label it may hold."""
    labels: str
    """`standing` or `all`."""
    count: int
    contents: tuple[Content, ...]

    def document(self) -> dict[str, Any]:
        """The manifest as JSON has it, the schema under the name the lines use."""
        fields = self.model_dump(mode="json")
        return {"schema": fields.pop("schema_name"), **fields}


WRITE: dict[Format, Callable[[dict[str, Any]], bytes]] = {Format.JSONL: exporting.line, Format.CSV: spreadsheet.row}
BEGIN: dict[Format, bytes] = {Format.JSONL: b"", Format.CSV: spreadsheet.header()}


def content(tenant_id: int, chosen: Format, *, until: int, everything: bool = False, after: int = 0) -> Iterator[bytes]:
    """The bytes of an export, some rows at a time; those of labels above `after` only."""
    if BEGIN[chosen]:
        yield BEGIN[chosen]
    for found in exporting.documents(tenant_id, until=until, everything=everything, after=after):
        yield b"".join(WRITE[chosen](one) for one in found)


def manifest(tenant_id: int, *, until: int, everything: bool = False) -> Manifest:
    """Write every format of an export once, and keep only counts and hashes."""
    hashes = {one: hashlib.sha256(BEGIN[one]) for one in Format}
    sizes = {one: len(BEGIN[one]) for one in Format}
    count = 0
    for found in exporting.documents(tenant_id, until=until, everything=everything):
        count += len(found)
        for one in Format:
            written = b"".join(WRITE[one](document) for document in found)
            hashes[one].update(written)
            sizes[one] += len(written)
    return Manifest(
        schema_name=exporting.SCHEMA,
        until=until,
        labels="all" if everything else "standing",
        count=count,
        contents=tuple(Content(format=one, bytes=sizes[one], sha256=hashes[one].hexdigest()) for one in Format),
    )

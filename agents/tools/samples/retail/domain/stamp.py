"""Where a document was read from, so that writing it back can notice another writer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stamp:
    """The row a document came from."""

    key: int = 0
    """Primary key of the row."""
    version: int = 1
    """Its version when read; each write increments it."""
    is_own: bool = False
    """Whether the row belongs to the run itself and not to the shared world."""

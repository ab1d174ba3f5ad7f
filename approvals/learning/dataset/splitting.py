"""To which half of a dataset a run belongs: always the same one, so that no version teaches what another tests."""

import hashlib
from enum import StrEnum

SALT = "signalbox-split-1"


class Part(StrEnum):
    """The halves; a run is in one of them with all of its actions."""

    TRAIN = "train"
    TEST = "test"


def part_of(run_id: str, test_share: float) -> Part:
    """By the hash of the run alone: a larger share moves runs from training to testing, and none back."""
    number = int.from_bytes(hashlib.sha256(f"{SALT} {run_id}".encode()).digest()[:8], "big")
    return Part.TEST if number / 2**64 < test_share else Part.TRAIN

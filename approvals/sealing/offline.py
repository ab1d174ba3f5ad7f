"""Verify a bundle of history with nothing but Python: `python3 verify.py BUNDLE.zip`; ends with 1 when it is broken."""

import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

Line = dict[str, Any]
CHAINS = ("seals.jsonl", "entries.jsonl", "heads.jsonl")


class Broken(Exception):
    """Something is not as it was sealed."""


def check(holds: bool, otherwise: str) -> None:
    """Raise Broken with a sentence unless it holds."""
    if not holds:
        raise Broken(otherwise)


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def root(leaves: list[bytes]) -> str:
    """The root of the tree of RFC 6962 over digests."""
    level = [sha(b"\0" + leaf) for leaf in leaves] or [sha(b"")]
    while len(level) > 1:
        pairs = [sha(b"\1" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0].hex()


class Bundle:
    """A zip that is read once from the beginning to the end, a line of each file at a time."""

    def __init__(self, path: str) -> None:
        self.archive = zipfile.ZipFile(path)
        self.manifest: Line = json.loads(self.archive.read("manifest.json"))
        self.rows = {name: self.lines(name) for name in self.manifest["files"] if name not in CHAINS}
        self.following = {name: next(rows, None) for name, rows in self.rows.items()}
        self.entries = self.lines("entries.jsonl")
        self.entry = next(self.entries, None)
        self.count = 0

    def lines(self, name: str) -> Iterator[Line]:
        """The lines of a file."""
        return map(json.loads, self.archive.open(name))

    def verify(self) -> str:
        """All of it; raises Broken."""
        for name, told in self.manifest["files"].items():
            self.check_file(name, told["sha256"])
        head = ""
        for seal in self.lines("seals.jsonl"):
            said, leaves = json.loads(seal["document"]), self.leaves(seal["number"])
            is_next = said["number"] == seal["number"] and (not head or said["previous"] == head)
            check(is_next, f"seal {seal['number']} does not follow the one before it")
            check((root(leaves), len(leaves)) == (said["root"], said["entries"]), f"seal {seal['number']} is broken")
            head = sha(seal["document"].encode()).hex()
        check(self.entry is None and not any(self.following.values()), "there are rows that no seal holds")
        for one in self.lines("heads.jsonl"):
            is_last = one["seal"] == self.manifest["seals"][1]
            check(not is_last or one["sha256"] == head, "the head that left the database is another")
        return f"It holds: {self.count} rows in seals {self.manifest['seals']}; the last head is {head or 'none'}."

    def check_file(self, name: str, wanted: str) -> None:
        """A file is the one that the manifest names."""
        digest = hashlib.sha256()
        with self.archive.open(name) as file:
            while part := file.read(1 << 20):
                digest.update(part)
        check(digest.hexdigest() == wanted, f"{name} is not the file of the manifest")

    def leaves(self, seal: int) -> list[bytes]:
        """The entries of a seal, each chained to the one before it in its run and equal to its row."""
        found = []
        while self.entry and self.entry["seal"] == seal:
            before, digest = bytes.fromhex(self.entry["before"]), bytes.fromhex(self.entry["sha256"])
            chain = sha(b"\2" + before + digest)
            check(chain.hex() == self.entry["chain"], f"entry {self.entry['place']} is chained to something else")
            for name, row in self.following.items():
                if row and row["place"] == self.entry["place"]:
                    check_row(name, row, digest)
                    self.following[name] = next(self.rows[name], None)
                    self.count += 1
            found.append(chain)
            self.entry = next(self.entries, None)
        return found


def check_row(name: str, row: Line, digest: bytes) -> None:
    """A row is the one that was sealed, and what is written beside it says the same."""
    check(sha(row["text"].encode()) == digest, f"{name}: row {row['id']} is not as it was sealed")
    is_same = json.loads(row["text"])[1:] == list(row["values"].values())
    check(is_same, f"{name}: the values of row {row['id']} are others than those that were sealed")
    for column, text in row["bytes"].items():
        is_same = sha(text.encode()).hex() == row["values"][column]
        check(is_same, f"{name}: {column} of row {row['id']} is another text than the one that was sealed")


if __name__ == "__main__":
    try:
        sys.stdout.write(f"{Bundle(sys.argv[1]).verify()}\n")
    except (Broken, KeyError, ValueError, zipfile.BadZipFile) as error:
        sys.exit(f"FAIL: {error}")

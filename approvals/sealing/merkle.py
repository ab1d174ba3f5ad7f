"""How digests are put together: a chain for each run, and a tree for each batch. Pure.

The tree is that of RFC 6962 (section 2.1): leaves and nodes are hashed with different prefixes, so that no node can be
shown as a leaf.
"""

from collections.abc import Sequence
from hashlib import sha256

START = bytes(32)
"""What the first entry of a run is chained to."""


def linked(before: bytes, entry: bytes) -> bytes:
    """The digest of an entry and of everything before it in its run."""
    return sha256(b"\x02" + before + entry).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over digests in their order; that of nothing is the digest of nothing."""
    if not leaves:
        return sha256(b"").digest()
    level = [sha256(b"\x00" + leaf).digest() for leaf in leaves]
    while len(level) > 1:
        # The last of an odd number goes up as it is, which gives the same tree as splitting at powers of two.
        pairs = [sha256(b"\x01" + level[n] + level[n + 1]).digest() for n in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]

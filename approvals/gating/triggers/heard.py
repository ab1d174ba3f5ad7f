"""What sources of facts read: words of the user, and which tool is called. No word of the agent is among it."""

from typing import NamedTuple


class Heard(NamedTuple):
    """What was heard before a call."""

    said: tuple[str, ...]
    """What the user said, oldest first, each message as it was written."""
    tool: str
    words: frozenset[str] = frozenset()
    """Every word of theirs, as words are compared."""

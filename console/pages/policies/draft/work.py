"""A draft in somebody's hands: the text they wrote, the rules it says, and the version they started from."""

import re
from dataclasses import dataclass

from approvals.domain.errors import BadRuleset
from approvals.domain.gate import Ruleset as Rules
from approvals.domain.gate import default_ruleset, dump_ruleset, parse_ruleset
from approvals.gating import rulesets
from approvals.models import Ruleset

_LINE = re.compile(r"\bline (\d{1,6})\b", re.IGNORECASE)
MOST_LINES = 5
MOST_DIGITS = 9


@dataclass(frozen=True)
class Line:
    """A line of the text that something is wrong with."""

    number: int
    text: str


@dataclass(frozen=True)
class Work:
    """Nothing of it is stored until it is proposed; the text goes along with every form."""

    text: str
    seen: int
    """The version that was live when it was begun."""
    rules: Rules | None
    problem: str = ""
    """What is wrong with the text, with place and line; empty when nothing is."""
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, text: str, *, seen: int) -> "Work":
        """Read what somebody wrote; what cannot be read is kept as it is, with the reason."""
        written = text.replace("\r\n", "\n").replace("\r", "\n")
        try:
            return cls(written, seen, parse_ruleset(written))
        except BadRuleset as error:
            return cls(written, seen, None, error.detail, _lines(written, error.detail))

    @classmethod
    def on(cls, live: Ruleset | None) -> "Work":
        """The rules that are live, to begin with; the shipped ones for a tenant that has none yet."""
        return cls.with_rules(running(live), seen=live.version if live else 1)

    @classmethod
    def with_rules(cls, rules: Rules, *, seen: int) -> "Work":
        """Rules that were put together, as text; refused as a text is when they do not fit one another."""
        return cls.of(dump_ruleset(rules), seen=seen)


def running(live: Ruleset | None) -> Rules:
    """The rules that judge now."""
    return rulesets.of(live) if live else default_ruleset()


def number(text: str) -> int | None:
    """A number of a version or a draft; None for anything else."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) or None if is_number else None


def _lines(text: str, problem: str) -> tuple[Line, ...]:
    """The lines a problem names."""
    written = text.split("\n")
    numbers = dict.fromkeys(int(number) for number in _LINE.findall(problem))
    return tuple(Line(number, written[number - 1]) for number in numbers if 0 < number <= len(written))[:MOST_LINES]

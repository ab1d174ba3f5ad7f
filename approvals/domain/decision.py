"""A decision: what a person said, and the friction it took."""

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from approvals.domain.evidence import TypedFact
from approvals.domain.tool import Reversibility
from approvals.domain.values import Value


class DecisionKind(StrEnum):
    """What can be said to an escalation."""

    APPROVE = "approve"
    EDIT = "edit"
    REJECT = "reject"
    REVISE = "revise"
    ANSWER = "answer"
    TAKE_OVER = "take_over"
    HAPPENED = "happened"
    NOT_HAPPENED = "not_happened"
    REPEAT = "repeat"


REJECT_REASONS: tuple[tuple[str, str], ...] = (
    ("wrong_arguments", "A value is wrong"),
    ("wrong_action", "The wrong action"),
    ("not_asked", "The customer did not ask for this"),
    ("against_policy", "Against policy"),
    ("duplicate", "Already done"),
    ("injected", "Follows text that is not the customer's"),
    ("other", "Another reason"),
)
"""Reason codes of a rejection, in the order of the digits that choose them."""


class Said(Value):
    """One decision as it came through a door, with what its author was shown."""

    kind: DecisionKind
    evidence_sha256: str
    """Digest of the evidence that was on the screen, 64 hexadecimal characters."""
    version: int
    """Row version of the escalation that was on the screen."""
    reason_code: str = ""
    reason: str = ""
    typed: str = ""
    """What was typed where a typed fact is asked."""


def delay_seconds(reversibility: Reversibility, *, window: int) -> int:
    """Seconds between a decision and its dispatch, in which it can be undone; the same for every class by default."""
    return window


def matches(fact: TypedFact, typed: str) -> bool:
    """Whether what was typed is the fact of this case, after trimming and reading numbers as people write them."""
    given, wanted = typed.strip(), fact.value.strip()
    if given.casefold() == wanted.casefold():
        return True
    number, expected = _number(given), _number(wanted)
    return number is not None and number == expected


def _number(text: str) -> Decimal | None:
    """Read `1.840,00`, `1,840.00`, `€1840` as the same number; None when it is not one."""
    bare = re.sub(r"[\s$€£'’_]", "", text)
    if not re.fullmatch(r"-?\d[\d.,]*", bare):
        return None
    point = max(bare.rfind("."), bare.rfind(","))
    if point != -1 and (len(bare) - point - 1 in (1, 2)):
        bare = re.sub(r"[.,]", "", bare[:point]) + "." + bare[point + 1 :]
    else:
        bare = re.sub(r"[.,]", "", bare)
    try:
        return Decimal(bare)
    except InvalidOperation:
        return None

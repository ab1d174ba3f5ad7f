"""A decision: what a person said, and the friction it took."""

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from approvals.domain.errors import AnswerMissing, InstructionsMissing, NotOpen, ReasonMissing, TypedFactWrong
from approvals.domain.escalation import Friction, Kind
from approvals.domain.escalation.friction import to_type
from approvals.domain.evidence import Evidence, Preview, TypedFact
from approvals.domain.redaction import visible
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
    GIVE_BACK = "give_back"
    END_RUN = "end_run"
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


DECLINED = "declined"
"""The reason code of an end user's no: it names itself."""


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
    arguments: dict[str, Any] | None = None
    """For an edit: all arguments as the person wants them."""
    payload_sha256: str = ""
    """For an edit: digest of the edited action whose difference was on the screen."""
    is_material: bool = True
    """For an edit: False when the proposal would have been fine as well."""
    saw_suggestion: bool = False
    """Whether precedents were on the screen: what people say with and without is compared."""
    answer: str = ""
    """For a question: the key of an option, or free text when none fits."""


def delay_seconds(reversibility: Reversibility, *, window: int) -> int:
    """Seconds between a decision and its dispatch, in which it can be undone; the same for every class by default."""
    return window


def matches(fact: TypedFact, typed: str) -> bool:
    """Whether what was typed is the fact of this case, after trimming; amounts are read as people write them."""
    given, wanted = typed.strip(), fact.value.strip()
    if not wanted:
        return False
    if fact.kind == "text":
        return given.casefold() == wanted.casefold()
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


KINDS_OF: dict[Kind, frozenset[DecisionKind]] = {
    Kind.APPROVAL: frozenset(
        {
            DecisionKind.APPROVE,
            DecisionKind.EDIT,
            DecisionKind.REJECT,
            DecisionKind.REVISE,
            DecisionKind.TAKE_OVER,
        }
    ),
    Kind.QUESTION: frozenset({DecisionKind.ANSWER, DecisionKind.TAKE_OVER}),
    Kind.HANDOFF: frozenset({DecisionKind.GIVE_BACK, DecisionKind.END_RUN}),
    Kind.CONFIRMATION: frozenset({DecisionKind.APPROVE, DecisionKind.REJECT}),
    Kind.INCIDENT: frozenset({DecisionKind.HAPPENED, DecisionKind.NOT_HAPPENED, DecisionKind.REPEAT}),
}
"""What may be said to each kind so far; every other pair is refused."""

LONGEST = 4_000


def check_kind(kind: Kind, said: Said) -> None:
    """Raise NotOpen for something that cannot be said to this kind of escalation."""
    if said.kind not in KINDS_OF.get(kind, frozenset()):
        raise NotOpen(f"{said.kind} cannot be said to a {kind}.")


def check_friction(value: Evidence, said: Said) -> None:
    """Raise unless a decision took the trouble its kind and its evidence ask for.

    ReasonMissing, InstructionsMissing and AnswerMissing for words that are needed, TypedFactWrong for the fact of the
    case (of the edited case, for an edit).
    """
    match said.kind:
        case DecisionKind.APPROVE | DecisionKind.EDIT:
            _check_typed(value, said)
        case DecisionKind.REPEAT:
            _check_typed(value, said)
            _check_known(said)
        case DecisionKind.REJECT:
            _check_reason(said)
        case DecisionKind.REVISE if not visible(said.reason):
            raise InstructionsMissing
        case DecisionKind.ANSWER if not visible(said.answer) or len(said.answer) > LONGEST:
            raise AnswerMissing
        case DecisionKind.HAPPENED | DecisionKind.NOT_HAPPENED:
            _check_known(said)
        case DecisionKind.GIVE_BACK | DecisionKind.END_RUN:
            _check_last_word(said)


def with_fact(preview: Preview, friction: Friction, arguments: dict[str, Any], *, tool: str) -> Preview:
    """The preview with what the rules want to be typed; what the tool itself asks for comes before that."""
    asked = to_type(friction, arguments, tool=tool)
    if preview.typed_fact is not None or asked is None:
        return preview
    label, text, is_number = asked
    fact = TypedFact(label=label.replace("_", " "), value=text, kind="amount" if is_number else "text")
    return preview.model_copy(update={"typed_fact": fact})


def _check_typed(value: Evidence, said: Said) -> None:
    fact = value.material.preview.typed_fact
    if fact is not None and not matches(fact, said.typed):
        raise TypedFactWrong(f"Type {fact.label}.")


def _check_last_word(said: Said) -> None:
    """The agent goes on from what it is told, and whoever finds the run ended reads why."""
    if not visible(said.reason):
        is_back = said.kind is DecisionKind.GIVE_BACK
        raise InstructionsMissing("Say what the agent should know.") if is_back else ReasonMissing("Say why it ends.")


def _check_known(said: Said) -> None:
    if not visible(said.reason):
        raise ReasonMissing("Say how you know.")


def _check_reason(said: Said) -> None:
    if not said.reason_code:
        raise ReasonMissing
    if said.reason_code == "other" and not visible(said.reason):
        raise ReasonMissing("Say which.")

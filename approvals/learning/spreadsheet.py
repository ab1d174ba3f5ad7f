"""Labels as a table for spreadsheets: one row a label, and no cell that a spreadsheet would run.

A text that begins like a formula (`=`, `+`, `-`, `@`, also behind blanks, or with a tab or a line end) gets an
apostrophe in front, which is part of the cell and can be seen. Characters that nobody would see are written out as
`[U+202E]`. Both are undone by nothing: who needs the text as it was takes JSONL.
"""

import csv
import io
import json
import unicodedata
from collections.abc import Iterable
from typing import Any

GUARD = "'"
FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
ODD_STARTS = ("\t", "\r", "\n")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
FIELDS = (
    "schema", "label_id", "action_id", "gate_seq", "run_id", "seq_in_run", "route_id", "tool", "effect",
    "payload_sha256", "agent", "agent_version", "prompt_version", "epoch_id", "policy_version", "score", "score_parts",
    "score_source", "score_model_version", "challenger_scores", "auto_threshold", "escalate_threshold", "zone",
    "forced_reason", "outcome", "coin_u", "coin_rate", "is_test", "label_propensity", "feature_snapshot", "created_at",
    "source", "verdict", "material", "blind", "saw_score", "saw_suggestion", "reason_code", "reason",
    "evidence_sha256", "by", "opened_at", "decided_at", "supersedes",
)  # fmt: skip
"""The columns in their order; new ones only with a new schema."""


def header() -> bytes:
    """The first line."""
    return _line(FIELDS)


def row(document: dict[str, Any]) -> bytes:
    """One document as a line."""
    return _line(cell(document[name]) for name in FIELDS)


def cell(value: Any) -> str:
    """A value as a cell: numbers and truth values bare, structures as JSON, texts guarded, nothing for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return guarded(value)
        case _:
            return guarded(json.dumps(value, sort_keys=True))


def guarded(text: str) -> str:
    """A text with what would be run or not be seen made visible."""
    shown = "".join(_shown(character) for character in text)
    is_formula = text.lstrip().startswith(FORMULA) or text.startswith(ODD_STARTS)
    return GUARD + shown if is_formula else shown


def _shown(character: str) -> str:
    if character in "\t\n" or unicodedata.category(character) not in UNSEEN:
        return character
    return f"[U+{ord(character):04X}]"


def _line(cells: Iterable[str]) -> bytes:
    """Every cell in quotes, lines as RFC 4180 has them."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(cells)
    return written.getvalue().encode()

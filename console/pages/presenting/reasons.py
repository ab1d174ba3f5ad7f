"""Why it stopped: the gate's reasons, the score on its scale, what was tried, what the agent says."""

from dataclasses import dataclass

from approvals.domain.evidence import Alternative, Attempt, Evidence, Reasoning
from approvals.domain.gate import apart
from console.pages.presenting import words
from console.pages.presenting.words import Word

LEFT, WIDTH, LABEL = 3.0, 324.0, 60.0


@dataclass(frozen=True)
class Stop:
    """One reason of the gate, the strictest first."""

    word: Word
    tone: str
    rule: str
    sentence: str


@dataclass(frozen=True)
class Mark:
    """A labelled place on the scale, in units of the drawing."""

    x: str
    text_x: str
    anchor: str
    value: str


@dataclass(frozen=True)
class Scale:
    """The score against its threshold, as coordinates of a drawing 330 wide."""

    score: Mark
    needed: Mark
    gap: str


@dataclass(frozen=True)
class Part:
    """One part of the score; the weakest is marked when the whole is too low."""

    word: Word
    value: str
    percent: int
    is_weakest: bool


@dataclass(frozen=True)
class Tried:
    """One call before this one, with how it ended."""

    tool: str
    outcome: str
    detail: str
    seconds: str


@dataclass(frozen=True)
class Also:
    """A way the agent says that it did not take."""

    name: str
    why_not: str
    score: str


@dataclass(frozen=True)
class Why:
    """Everything between the checks and the end of the evidence."""

    stops: tuple[Stop, ...]
    scale: Scale | None
    parts: tuple[Part, ...]
    objection: str
    """What a second model said against the call: its own words."""
    tried: tuple[Tried, ...]
    reasoning: Reasoning
    also: tuple[Also, ...]
    candidates: tuple[str, ...]


def why(evidence: Evidence) -> Why:
    """Write why the gate asked for a person."""
    material = evidence.material
    return Why(
        stops=tuple(
            Stop(words.STOPS.get(reason.code, reason.code), _tone(reason.code), reason.rule, reason.sentence)
            for reason in evidence.reasons
        ),
        scale=_scale(evidence.score, evidence.auto_threshold),
        parts=_parts(evidence),
        objection=material.objection,
        tried=tuple(_tried(attempt) for attempt in material.attempts),
        reasoning=material.reasoning,
        also=tuple(_also(other) for other in material.reasoning.alternatives),
        candidates=tuple(name for name in material.candidates if name != evidence.tool.name),
    )


def _tone(code: str) -> str:
    if code in ("rule", "destructive", "limit", "halted", "unknown_tool", "schema", "fault", "objection"):
        return "bad"
    return "acc" if code == "audit" else "warn"


def _scale(score: float | None, needed: float | None) -> Scale | None:
    if score is None or needed is None:
        return None
    low, high = sorted((score, needed))
    low_end = max(_x(low), LEFT + LABEL)
    high_start = min(max(_x(high) - LABEL / 2, low_end + 8), LEFT + WIDTH - LABEL - 4)
    below = (f"{min(low_end, high_start - 8):.0f}", "end")
    above = (f"{high_start:.0f}", "start")
    score_at, needed_at = (below, above) if score <= needed else (above, below)
    score_said, needed_said = apart(score, needed)
    return Scale(
        score=Mark(f"{_x(score):.0f}", *score_at, score_said),
        needed=Mark(f"{_x(needed):.0f}", *needed_at, needed_said),
        gap=f"{needed - score:.2f}" if score < needed else "",
    )


def _x(value: float) -> float:
    return LEFT + WIDTH * min(max(value, 0.0), 1.0)


def _parts(evidence: Evidence) -> tuple[Part, ...]:
    weakest = min(evidence.parts.values(), default=0.0)
    needed = evidence.auto_threshold or 1.0
    return tuple(
        Part(words.PARTS.get(name, name), f"{value:.2f}", round(value * 100), value == weakest and value < needed)
        for name, value in sorted(evidence.parts.items(), key=lambda part: _place(part[0]))
    )


def _place(name: str) -> int:
    """Stored parts come in the order of their names; on the page they have one of their own."""
    return list(words.PARTS).index(name) if name in words.PARTS else len(words.PARTS)


def _tried(attempt: Attempt) -> Tried:
    return Tried(attempt.tool, attempt.outcome, attempt.detail, f"{attempt.seconds:.1f}")


def _also(other: Alternative) -> Also:
    return Also(other.name, other.why_not, "" if other.score is None else f"{other.score:.2f}")

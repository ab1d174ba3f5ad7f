"""What the gate said of a call, attempt by attempt."""

from django.utils.translation import gettext as _

from approvals.domain.gate import apart
from approvals.domain.verdict import Outcome
from approvals.models import Verdict
from console.pages.presenting import clock
from console.pages.presenting import words as shown
from console.pages.presenting.reasons import Part, Stop
from console.pages.runs import words
from console.pages.runs.tracing.panel.values import Gate
from console.pages.runs.tracing.reading import Detail, Story

TONES = {Outcome.ALLOW: "ok", Outcome.CONFIRM: "warn", Outcome.ASK: "warn", Outcome.REFUSE: "bad"}


def gates(detail: Detail, story: Story) -> tuple[Gate, ...]:
    """Every verdict on a step, the latest first."""
    return tuple(_gate(verdict, story) for verdict in reversed(detail.verdicts))


def _gate(verdict: Verdict, story: Story) -> Gate:
    outcome = Outcome(verdict.outcome)
    return Gate(
        answer=words.GATES[outcome],
        tone=TONES[outcome],
        at=clock.clock(verdict.created_at, now=story.now),
        stops=tuple(_stop(reason) for reason in verdict.reasons),
        score=_score(verdict),
        parts=_parts(verdict),
        facts=(
            (_("Route"), verdict.route),
            (_("Ruleset"), _("version %(n)s") % {"n": verdict.ruleset.version}),
            (_("Test run"), _("yes, every verdict is audited") if verdict.is_test else _("no")),
        ),
    )


def _stop(reason: dict[str, str]) -> Stop:
    code = str(reason.get("code", ""))
    word = shown.STOPS.get(code, code.replace("_", " ").capitalize())
    tone = TONES[Outcome(reason["outcome"])] if reason.get("outcome") in set(Outcome) else "warn"
    return Stop(word, tone, str(reason.get("rule", "")), str(reason.get("sentence", "")))


def _score(verdict: Verdict) -> str:
    if verdict.score is None:
        return _("no score")
    if verdict.auto_threshold is None:
        return _("score %(score)s, no threshold yet") % {"score": f"{verdict.score:.2f}"}
    score, needed = apart(float(verdict.score), float(verdict.auto_threshold))
    return _("score %(score)s, needs %(needed)s") % {"score": score, "needed": needed}


def _parts(verdict: Verdict) -> tuple[Part, ...]:
    found = {name: float(value) for name, value in verdict.score_parts.items() if isinstance(value, int | float)}
    weakest = min(found.values(), default=0.0)
    needed = float(verdict.auto_threshold) if verdict.auto_threshold is not None else 1.0
    order = list(shown.PARTS)
    named = sorted(found.items(), key=lambda part: order.index(part[0]) if part[0] in order else len(order))
    return tuple(
        Part(shown.PARTS.get(name, name), f"{value:.2f}", round(value * 100), value == weakest and value < needed)
        for name, value in named
    )

"""Answers of the gate to one call, under the live rules and under a draft, reason by reason."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from approvals.domain.verdict import Outcome, Verdict
from console.pages.policies.presenting.overview import Verdictish, chip
from console.pages.presenting import words
from console.pages.presenting.words import Word
from console.pages.thresholds.presenting.wording import number

ANSWERS: dict[Outcome, Promise] = {
    Outcome.ALLOW: gettext_lazy("It would run without asking."),
    Outcome.CONFIRM: gettext_lazy("It would ask the end user, or a person where nobody brings the link."),
    Outcome.ASK: gettext_lazy("It would ask a person."),
    Outcome.REFUSE: gettext_lazy("It would be refused, and its agent told why."),
}


@dataclass(frozen=True)
class Said:
    """One reason, the strictest first."""

    word: Word
    chip: Verdictish
    rule: str
    sentence: str
    is_new: bool
    """The other rules do not say it."""


@dataclass(frozen=True)
class Answer:
    """What one set of rules says of a call."""

    title: str
    says: Promise
    chip: Verdictish
    reasons: tuple[Said, ...]
    route: str
    score: str


def answer(title: str, verdict: Verdict, *, against: Verdict | None = None) -> Answer:
    """Write an answer; `against` is the other rules' one, to mark what only this one says."""
    known = set(against.reasons) if against else set(verdict.reasons)
    return Answer(
        title=title,
        says=ANSWERS[verdict.outcome],
        chip=chip(verdict.outcome),
        reasons=tuple(
            Said(
                words.STOPS.get(reason.code, reason.code),
                chip(reason.outcome),
                reason.rule,
                reason.sentence,
                reason not in known,
            )
            for reason in verdict.reasons
        ),
        route=verdict.route,
        score=_score(verdict),
    )


def difference(live: Verdict, draft: Verdict) -> str:
    """What the draft changes for this call, in one sentence."""
    if live.outcome is not draft.outcome:
        said = {"before": chip(live.outcome).word, "after": chip(draft.outcome).word}
        return _("The answer is another one: the gate %(before)s now and %(after)s under the draft.") % said
    if live.reasons != draft.reasons:
        return _("The answer is the same, for other reasons.")
    return _("Nothing would differ for this call.")


def _score(verdict: Verdict) -> str:
    if verdict.score is None:
        return _("no score")
    if verdict.auto_threshold is None:
        return _("score %(score)s, no threshold") % {"score": number(verdict.score)}
    return _("score %(score)s, needs %(needed)s") % {
        "score": number(verdict.score),
        "needed": number(verdict.auto_threshold),
    }

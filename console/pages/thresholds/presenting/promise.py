"""What a certificate promises, in sentences that need no statistics; and what is missing where it promises nothing."""

from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.redaction import reveal
from approvals.learning.calibrating.terms import SURE
from approvals.models import Certificate
from console.pages.thresholds.presenting.wording import number, percent


@dataclass(frozen=True)
class Promise:
    """The complete sentence in its parts; `missing` stands alone where nothing is promised."""

    says: str
    """What is promised, or that nothing is."""
    sure: str
    rests_on: str
    reviewers: str
    since: str
    missing: str
    agents: tuple[tuple[str, str], ...]
    """Names of agents, which may be anybody's words, with their major versions."""
    score: str

    @property
    def text(self) -> str:
        """All of it as one line for a terminal."""
        who = ", ".join(f"{reveal(name, 80)} {reveal(version, 40)}" for name, version in self.agents)
        basis = _("Agent %(who)s, score %(score)s, %(since)s.") % {"who": who, "score": self.score, "since": self.since}
        parts = (self.says, self.sure, self.missing, self.rests_on, self.reviewers, basis)
        return " ".join(part for part in parts if part)


def promise(one: Certificate, *, pace: str = "") -> Promise:
    """Write one certificate; needs its epoch read along. `pace` says when what is missing will be there."""
    epoch = one.epoch
    is_proven = one.threshold is not None
    return Promise(
        says=_promised(one) if is_proven else _("Nothing is proven yet, so everything should ask."),
        sure=sure() if is_proven else "",
        rests_on=_rests_on(one),
        reviewers=_reviewers(one),
        since=_("since %(day)s") % {"day": date_format(epoch.began_at, "j M")},
        missing="" if is_proven else f"{missing(one)} {pace}".strip(),
        agents=tuple((name, version) for name, version in epoch.agents),
        score=", ".join(epoch.scores) or _("none yet"),
    )


def limit(share: float) -> str:
    """A limit as a count of a hundred runs: `2 of 100`."""
    return _("%(n)s of 100") % {"n": f"{share * 100:.3f}".rstrip("0").rstrip(".")}


def sure() -> str:
    """How sure, and that it holds whenever somebody looks."""
    return _("%(share)s sure, whenever you look.") % {"share": percent(1 - SURE)}


def missing(one: Certificate) -> str:
    """How many more test runs would carry a first threshold, when all of them are right."""
    if one.to_next_rung is None:
        return _("No number of test runs can prove it while reviewers may miss every mistake.")
    if one.allowed >= 0:
        said = ngettext(
            "A mistake has the highest score: %(n)s more clean test run is needed.",
            "A mistake has the highest score: %(n)s more clean test runs are needed.",
            one.to_next_rung,
        )
    else:
        said = ngettext(
            "%(n)s more clean test run is needed.", "%(n)s more clean test runs are needed.", one.to_next_rung
        )
    return said % {"n": f"{one.to_next_rung:,}"}


def _promised(one: Certificate) -> str:
    said = _("From %(cut)s on, at most %(limit)s runs end with a wrong automatic action.")
    return said % {"cut": number(one.threshold), "limit": limit(one.limit)}


def _rests_on(one: Certificate) -> str:
    drawn = {"n": f"{one.n:,}", "share": percent(one.guard_n / one.runs) if one.runs else "0%"}
    if one.threshold is None:
        said = ngettext(
            "So far %(n)s test run drawn by coin (%(share)s), %(wrong)s with a mistake.",
            "So far %(n)s test runs drawn by coin (%(share)s), %(wrong)s with a mistake.",
            one.n,
        )
        return said % {**drawn, "wrong": one.wrong}
    if not one.wrong:
        said = ngettext(
            "No mistake seen in %(n)s test run drawn by coin (%(share)s).",
            "No mistake seen in %(n)s test runs drawn by coin (%(share)s).",
            one.n,
        )
        return said % drawn
    wrong = one.wrong_at_threshold or 0
    said = ngettext(
        "From %(n)s test runs drawn by coin (%(share)s), %(wrong)s mistake right of %(cut)s.",
        "From %(n)s test runs drawn by coin (%(share)s), %(wrong)s mistakes right of %(cut)s.",
        wrong,
    )
    return said % {**drawn, "wrong": wrong, "cut": number(one.threshold)}


def _reviewers(one: Certificate) -> str:
    if one.assumed_miss is not None:
        return _("Assuming reviewers catch %(share)s of mistakes.") % {"share": percent(1 - one.assumed_miss)}
    said = ngettext(
        "Reviewers caught %(caught)s of %(n)s planted mistake, so it is tested as %(tested)s.",
        "Reviewers caught %(caught)s of %(n)s planted mistakes, so it is tested as %(tested)s.",
        one.seeds,
    )
    return said % {"caught": one.seeds - one.missed, "n": one.seeds, "tested": limit(one.limit_tested)}

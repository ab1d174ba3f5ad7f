"""Which rules somebody wants tried beside the live ones: a text in a form, a draft, a version; else none."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from approvals.domain.gate import Ruleset as Rules
from approvals.gating import rulesets
from approvals.learning import tuning
from console.pages.policies.draft.work import Work, number
from console.pages.thresholds import finding
from console.pages.thresholds.shown import Shown


@dataclass(frozen=True)
class Wanted:
    """Rules to compare with the live ones."""

    rules: Rules | None
    title: str = ""
    text: str = ""
    """What travels with the form, where the rules are no row that an address could name."""
    draft: int | None = None
    version: int | None = None
    problem: str = ""


def wanted(shown: Shown) -> Wanted:
    """From the form, else from the address: `draft` or `version`. 404 for one that is not there."""
    given = shown.request.POST if shown.request.method == "POST" else shown.request.GET
    text = shown.request.POST.get("document", "")
    if text.strip():
        work = Work.of(text, seen=0)
        return Wanted(work.rules, _("Your draft"), work.text, problem=work.problem)
    if draft_id := number(given.get("draft", "")):
        return draft_of(shown, draft_id)
    if version := number(given.get("version", "")):
        row = finding.version(shown.member, version)
        return Wanted(rulesets.of(row), _("Version %(n)s") % {"n": version}, version=version)
    return Wanted(None)


def draft_of(shown: Shown, draft_id: int) -> Wanted:
    """The rules of a stored draft, or a 404."""
    found = finding.draft(shown.member, draft_id)
    return Wanted(tuning.rules_of(found), _("Draft by %(name)s") % {"name": found.proposed_by.name}, draft=found.pk)

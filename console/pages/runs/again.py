"""A run again from its trace: what the engine and the live rules would do otherwise. Nothing runs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agents.tracing import rerunning
from agents.tracing.differing import What
from console.access import auditor_or_admin_required, member_of
from console.pages.runs import trace

WORDS = {
    What.AGENT: _("Agent"),
    What.PLAN: _("What follows"),
    What.LIMIT: _("Limit of the run"),
    What.ACTION: _("Bytes of the call"),
    What.SOURCES: _("Where values come from"),
    What.ANSWER: _("Answer of the gate"),
    What.LOST: _("Cannot be said again"),
}


@require_safe
@auditor_or_admin_required
def rerun(request: HttpRequest, key: UUID) -> HttpResponse:
    """What differs, step by step."""
    # Of a planted mistake the run it was made of, as its trace shows it: a page that is not there would tell.
    run, _seed = trace.found(member_of(request), key)
    again = rerunning.rerun(run)
    rows = [
        {"step": step, "what": WORDS[one.what], "was": one.was, "now": one.now}
        for step in again.differing
        for one in step.differences
    ]
    context = {"area": "trace", "run": run, "key": key, "rows": rows, "steps": len(again.steps) - 1}
    return render(request, "runs/again.html", context)

"""One run: its trace, the span that is selected in it, and the end of it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST, require_safe

from agents.engine import cancelling
from agents.models import Run
from approvals.models import Member, Seed
from console.access import member_of, member_required, reviewer_required
from console.pages.runs import finding
from console.pages.runs.tracing import building, planted, reading
from console.pages.runs.tracing.choosing import Show
from console.pages.runs.tracing.page import Trace, Wanted, chosen
from console.pages.runs.tracing.page import trace as traced
from console.pages.runs.tracing.panel.opening import panel
from console.pages.runs.tracing.reading import Detail, Story

LONGEST_ID = 40


@require_safe
@member_required
def trace(request: HttpRequest, key: UUID) -> HttpResponse:
    """A run. For the script the whole of it again (`?part=trace`), or the selected span with its bar (`?part=span`)."""
    shown = _shown(request, key)
    template = {"trace": "runs/trace/_trace.html", "span": "runs/trace/_chosen.html"}.get(
        request.GET.get("part", ""), "runs/trace/page.html"
    )
    response = render(request, template, {"area": "trace", "trace": shown})
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_POST
@reviewer_required
def cancel_run(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a run to stop; one that has ended meanwhile stays as it is."""
    member = member_of(request)
    run = finding.run(member, key)
    cancelling.cancel(run, by=member, reason=request.POST.get("reason", ""))
    return redirect("trace", key)


def _shown(request: HttpRequest, key: UUID) -> Trace:
    member, wanted, now = member_of(request), _wanted(request), timezone.now()
    run, seed = found(member, key)
    story = planted.story(seed, run, member=member, now=now) if seed else reading.story(run, member=member, now=now)
    spans = building.spans(story)
    choice = chosen(spans, story, wanted)
    step = choice.selected.step
    detail = _detail(run, step, story, seed=seed) if step else None
    return traced(story, spans, choice, panel(choice.selected, story, detail), wanted, viewer=member)


def found(member: Member, key: UUID) -> tuple[Run, Seed | None]:
    """A run; for that of a planted mistake the one it is made of, with its seed."""
    try:
        return finding.run(member, key), None
    except Http404:
        seed = planted.of(member, key)
        made_of = planted.source_run(member, seed) if seed else None
        if made_of is None:
            raise
        return made_of, seed


def _detail(run: Run, step: int, story: Story, *, seed: Seed | None) -> Detail:
    return planted.detail(seed, run, step, story) if seed else reading.detail(run, step, story)


def _wanted(request: HttpRequest) -> Wanted:
    """What the address asks for; a doubtful part of it is as if it were not there."""
    asked = request.GET
    show = asked.get("show", "")
    start = asked.get("from", "")
    return Wanted(
        span=asked.get("span", "")[:LONGEST_ID],
        show=Show(show) if show in set(Show) else Show.ALL,
        is_true_scale=asked.get("scale") == "true",
        start=int(start) if start.isdecimal() and len(start) < 7 else 0,
    )

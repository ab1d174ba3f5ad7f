"""The run itself: what came in, what came of it, and its ids."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from console.pages.presenting import clock
from console.pages.runs import duration
from console.pages.runs.tracing.panel.texts import text_of
from console.pages.runs.tracing.panel.values import Fact, Panel, Text
from console.pages.runs.tracing.reading import Story


def root(story: Story) -> Panel:
    """Write the run as a whole."""
    run, request = story.run, story.run.request
    raw = ((_("run"), str(run.key)), (_("session"), run.session_key), (_("dedupe key"), request.dedupe_key))
    return Panel(
        kind=_("Run"),
        at=clock.clock(run.created_at, now=story.now),
        name=run.agent,
        is_code=True,
        texts=tuple(_texts(story)),
        facts=tuple(_facts(story)),
        raw=tuple((name, value) for name, value in raw if value),
    )


def _texts(story: Story) -> Iterator[Text]:
    message = story.run.request.body.get("message")
    if message:
        yield text_of(_("What the customer wrote first"), str(message), who=_("customer"))
    result = story.run.result or {}
    words = result.get("text") or result.get("result")
    if words:
        yield text_of(_("How it ended"), words, who=_("agent or tool"))


def _facts(story: Story) -> Iterator[Fact]:
    run, request = story.run, story.run.request
    yield Fact(_("Came from"), request.source)
    yield Fact(_("Received"), clock.clock(request.received_at, now=story.now))
    yield Fact(_("Agent version"), run.agent_version)
    yield Fact(_("Steps"), f"{len(story.steps):,}")
    took = duration.said((run.ended_at or story.now) - run.created_at)
    yield Fact(_("Took"), took if run.ended_at else _("%(took)s so far") % {"took": took})

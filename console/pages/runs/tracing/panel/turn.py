"""A turn in full: what the agent or the customer said, why, and what it called."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.domain.plan import StepKind
from console.pages.presenting import clock
from console.pages.runs import duration
from console.pages.runs.tracing.panel.texts import text_of
from console.pages.runs.tracing.panel.values import Fact, Note, Panel, Text
from console.pages.runs.tracing.reading import Detail, Story
from console.pages.runs.tracing.spans import Span
from console.pages.runs.tracing.telling.said import Said


def turn(span: Span, detail: Detail, story: Story) -> Panel:
    """Write a turn of the agent or of the customer."""
    step, is_agent = detail.step, detail.step.kind == StepKind.MODEL
    turns = [one for one in story.steps if one.kind == step.kind and one.position <= step.position]
    return Panel(
        kind=_("Turn %(n)s of the agent") % {"n": len(turns)}
        if is_agent
        else _("Message %(n)s of the customer") % {"n": len(turns)},
        at=clock.clock(step.started_at, now=story.now) if step.started_at else "",
        name=story.run.agent if is_agent else _("Customer"),
        is_code=is_agent,
        notes=tuple(_notes(span, detail)),
        texts=tuple(_texts(step.output or {}, is_agent=is_agent, is_failed=bool(step.error))),
        facts=tuple(_facts(span, detail, story)),
        raw=((_("run"), str(story.run.key)), (_("step"), str(step.key))),
    )


def _notes(span: Span, detail: Detail) -> Iterator[Note]:
    if detail.step.error:
        yield Note("no", "bad", Said(_("It gave no answer, so nothing could follow.")))
    elif span.is_running:
        yield Note("clock", "hum", Said(_("It has not answered yet.")))
    output = detail.step.output or {}
    if output.get("fallback"):
        yield Note("stop", "warn", Said(_("Another model answered than the agent's own.")))
    if left_out := output.get("not_offered"):
        names = {"n": str(len(left_out)), "names": ", ".join(map(str, left_out))}
        yield Note("stop", "warn", Said(_("{n} tools that seemed less relevant were not offered: {names}."), names))


def _texts(output: dict[str, Any], *, is_agent: bool, is_failed: bool) -> Iterator[Text]:
    who = _("agent") if is_agent else _("customer")
    reasoning = output.get("reasoning") or {}
    if output.get("text"):
        heading, who = (_("What came back instead"), _("provider")) if is_failed else (_("What it said"), who)
        yield text_of(heading, str(output["text"]), who=who)
    for one in output.get("calls") or ():
        heading = _("What it called")
        yield text_of(heading, {"tool": one.get("tool"), "arguments": one.get("arguments")}, who=who)
    for name, heading in (
        ("why", _("Why, in its own words")),
        ("needed", _("What it says it needs")),
        ("lives_in", _("Where it says that is")),
        ("tool", _("Which tool it says fits")),
    ):
        if reasoning.get(name):
            yield text_of(heading, str(reasoning[name]), who=who)


def _facts(span: Span, detail: Detail, story: Story) -> Iterator[Fact]:
    output = detail.step.output or {}
    usage = output.get("usage") or {}
    if output.get("model"):
        yield Fact(_("Model"), str(output["model"]))
    if span.start:
        yield Fact(_("Took"), duration.said((span.end or story.now) - span.start))
    if detail.step.epoch > 1:
        yield Fact(_("Claimed"), ngettext("%(n)s time", "%(n)s times", detail.step.epoch) % {"n": detail.step.epoch})
    for name, label in (("input_tokens", _("Tokens in")), ("output_tokens", _("Tokens out"))):
        if usage.get(name):
            yield Fact(label, f"{usage[name]:,}")
    if usage.get("cost_usd"):
        yield Fact(_("Cost"), f"${usage['cost_usd']}")

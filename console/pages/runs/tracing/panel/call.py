"""A call in full: what happened, its arguments, what came back, what the gate said, and its ids."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from approvals.domain.tool import EffectClass
from approvals.models.columns import digest
from console.pages.presenting import clock
from console.pages.runs import duration
from console.pages.runs.tracing import asking
from console.pages.runs.tracing.panel.arguments import arguments
from console.pages.runs.tracing.panel.gate import gates
from console.pages.runs.tracing.panel.notes import notes
from console.pages.runs.tracing.panel.texts import text_of
from console.pages.runs.tracing.panel.values import Fact, Panel, Text
from console.pages.runs.tracing.reading import Detail, Story
from console.pages.runs.tracing.spans import Kind, Span


def call(span: Span, detail: Detail, story: Story) -> Panel:
    """Write a call as seen from one of its spans."""
    return Panel(
        kind=_kind(span),
        at=clock.clock(span.start, now=story.now) if span.start else "",
        name=detail.step.name,
        is_code=True,
        notes=notes(detail, story),
        arguments=arguments(detail),
        texts=tuple(_texts(detail, story.now)),
        gates=gates(detail, story),
        facts=tuple(_facts(span, detail, story)),
        raw=tuple(_raw(detail, story)),
    )


def _kind(span: Span) -> str:
    return {
        Kind.GATE: _("The gate’s answer"),
        Kind.ESCALATION: _("Waiting for a person"),
        Kind.PERSON: _("A person’s decision"),
        Kind.UNDO: _("Undo window"),
        Kind.EFFECT: _("Effect"),
    }.get(span.kind, _("Tool call"))


def _texts(detail: Detail, now: datetime) -> Iterator[Text]:
    """What the step gave the agent, and what the tool itself said when that is another thing."""
    output = detail.step.output or {}
    came = output["result"] if "result" in output else output.get("text", "")
    if came != "":
        yield text_of(_("What came back"), came, who=_("what the agent was told"), is_code=True)
    for message in detail.messages:
        who = message.by.name if message.by else _("the user")
        said = _("%(who)s wrote, %(time)s") % {"who": who, "time": clock.clock(message.sent_at, now=now)}
        yield text_of(said, message.text, who=who)
    for operation in detail.operations:
        if operation.error and operation.error != came:
            yield text_of(_("What the tool said"), operation.error, who=_("tool output"), is_code=True)


def _facts(span: Span, detail: Detail, story: Story) -> Iterator[Fact]:
    step = detail.step
    if not span.is_moment and span.start:
        took = duration.said((span.end or story.now) - span.start)
        yield Fact(_("Took"), took if span.end else _("%(took)s so far") % {"took": took})
    if detail.operations:
        yield Fact(_("Promise"), _promise(detail.operations[-1].effect_class))
    if step.epoch > 1:
        yield Fact(_("Claimed"), ngettext("%(n)s time", "%(n)s times", step.epoch) % {"n": step.epoch})
    if step.worker:
        yield Fact(_("Worker"), step.worker.name)
    for escalation in detail.escalations:
        if asking.is_seen(escalation):
            yield Fact(
                _("Escalation"), f"{escalation}: {escalation.title}", reverse("escalation", args=[escalation.pk])
            )


def _promise(effect_class: str) -> str:
    return {
        EffectClass.A: _("exactly once: it happens in our own database"),
        EffectClass.B: _("effectively once: repeats carry the same key"),
        EffectClass.C: _("at most once: it is never repeated blindly"),
    }[EffectClass(effect_class)]


def _raw(detail: Detail, story: Story) -> Iterator[tuple[str, str]]:
    yield _("run"), str(story.run.key)
    yield _("step"), str(detail.step.key)
    yield _("call"), str((detail.step.call or {}).get("call_id", ""))
    for verdict in detail.verdicts:
        yield _("verdict"), str(verdict.pk)
    for decision in detail.decisions:
        yield _("evidence shown"), digest(decision.evidence_sha256)
    for operation in detail.operations:
        yield _("operation"), str(operation.pk)
        yield _("payload"), digest(operation.payload_sha256)

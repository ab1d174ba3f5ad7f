"""Open a span: choose what is written of it."""

from console.pages.runs.tracing.panel.call import call
from console.pages.runs.tracing.panel.root import root
from console.pages.runs.tracing.panel.turn import turn
from console.pages.runs.tracing.panel.values import Panel
from console.pages.runs.tracing.reading import Detail, Story
from console.pages.runs.tracing.spans import Kind, Span


def panel(span: Span, story: Story, detail: Detail | None) -> Panel:
    """Write the selected span; `detail` is its step in full, None for the run itself."""
    if detail is None:
        return root(story)
    return turn(span, detail, story) if span.kind in (Kind.MODEL, Kind.CUSTOMER) else call(span, detail, story)

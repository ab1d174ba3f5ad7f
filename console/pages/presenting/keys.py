"""The keys of the console: one table, shown by the `?` dialog and read from it by the script."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Key(NamedTuple):
    """One key. `does` is the name of what the script does; empty for keys the browser itself serves."""

    press: tuple[str, ...]
    """Spellings of `KeyboardEvent.key`; two letters with a space between are pressed one after the other."""
    does: str
    says: Promise | str

    @property
    def data(self) -> str:
        """The spellings in one attribute."""
        return "|".join(self.press)

    @property
    def cap(self) -> str:
        """What stands on the key."""
        return {"ArrowLeft": "←", "ArrowRight": "→"}.get(self.press[0], self.press[0])


EVERYWHERE = (
    Key(("?",), "keys", _("Show or hide these keys")),
    Key(("g q",), "queue", _("Go to the queue")),
    Key(("g a",), "audits", _("Go to the audits")),
    Key(("g r",), "runs", _("Go to the runs")),
    Key(("g l",), "labels", _("Go to the labels")),
    Key(("g p",), "policies", _("Go to the policies")),
    Key(("g h",), "health", _("Go to health")),
    Key(("g s",), "halts", _("Go to the halts (stop)")),
    Key(("Esc",), "", _("Close what is on top")),
)
QUEUE = (
    Key(("j",), "next", _("Next escalation; decides nothing")),
    Key(("k",), "previous", _("Previous escalation")),
    Key(("n",), "merge", _("Show new escalations")),
    Key(("y",), "link", _("Copy the link to this escalation")),
    Key(("c",), "conversation", _("Open or fold the conversation")),
    Key(("p",), "precedents", _("Go to similar decisions")),
    Key(("t",), "trace", _("Open the trace of the run")),
)
DECISION = (
    Key(("a",), "approve", _("Approve, or go to what approving asks first")),
    Key(("e",), "edit", _("Edit the call before approving it")),
    Key(("r",), "reject", _("Reject with a reason; in a handoff, reply to the user")),
    Key(("b",), "back", _("Give a conversation back to the agent")),
    Key(("q",), "revise", _("Ask the agent for another proposal")),
    Key(("h",), "take", _("Take over the conversation, or what the user is asked")),
    Key(("v",), "changed", _("Go to what changed since, or what was asked for")),
    Key(tuple("1234567890"), "choose", _("Choose a reason or an answer; 0 for none of them")),
    Key(("Enter",), "", _("Send what is chosen or typed")),
    Key(("Ctrl+Enter",), "", _("Send from inside a text")),
    Key(("u",), "undo", _("Undo the last decision while its time runs")),
)
THRESHOLDS = (
    Key(("[",), "less", _("Lower the draft by 0.01")),
    Key(("]",), "more", _("Raise the draft by 0.01")),
)
RUNS = (
    Key(("j",), "down", _("Next run")),
    Key(("k",), "up", _("Previous run")),
    Key(("Enter",), "", _("Open it")),
    Key(("f",), "filter", _("Go to the filter")),
    Key(("n",), "newest", _("Show new runs")),
    Key(("y",), "link", _("Copy the link to this list")),
)
TRACE = (
    Key(("j",), "down", _("Next span")),
    Key(("k",), "up", _("Previous span")),
    Key(("ArrowLeft",), "fold", _("Fold what is below a span, or go to the span above it")),
    Key(("ArrowRight",), "unfold", _("Unfold it")),
    Key(("]",), "error", _("Next error")),
    Key(("[",), "unerror", _("Previous error")),
    Key(("f",), "filter", _("Choose which spans are shown")),
    Key(("y",), "link", _("Copy the link to this span")),
)
LABELS = (
    Key(("j",), "down", _("Next label")),
    Key(("k",), "up", _("Previous label")),
    Key(("Enter",), "", _("Open its escalation")),
    Key(("f",), "filter", _("Go to the filter")),
    Key(("y",), "link", _("Copy the link to this list")),
)
HEALTH = (
    Key(("j",), "down", _("Next dead letter or run")),
    Key(("k",), "up", _("Previous one")),
    Key(("Enter",), "", _("Open its trace")),
    Key(("p",), "press", _("Go to sending it again")),
    Key(("d",), "press", _("Open discarding it")),
)
Group = tuple[Promise | str, tuple[Key, ...]]
AREAS: dict[str, tuple[Group, ...]] = {
    "queue": ((_("Queue"), QUEUE), (_("Decision"), DECISION)),
    "policies": ((_("Thresholds"), THRESHOLDS),),
    "runs": ((_("Runs"), RUNS),),
    "trace": ((_("Trace"), TRACE),),
    "labels": ((_("Labels"), LABELS),),
    "health": ((_("Health"), HEALTH),),
}
"""Keys of a page besides those of every page, by its area; elsewhere the same key may mean another thing."""


def groups(area: str) -> tuple[Group, ...]:
    """The keys of a page of this area."""
    return ((_("Everywhere"), EVERYWHERE), *AREAS.get(area, ()))

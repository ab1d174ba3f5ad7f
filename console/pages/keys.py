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


EVERYWHERE = (
    Key(("?",), "keys", _("Show or hide these keys")),
    Key(("g q",), "queue", _("Go to the queue")),
    Key(("Esc",), "", _("Close what is on top")),
)
QUEUE = (
    Key(("j",), "next", _("Next escalation; decides nothing")),
    Key(("k",), "previous", _("Previous escalation")),
    Key(("n",), "merge", _("Show new escalations")),
    Key(("y",), "link", _("Copy the link to this escalation")),
    Key(("c",), "conversation", _("Open or fold the conversation")),
)
DECISION = (
    Key(("a",), "approve", _("Approve, or go to what approving asks first")),
    Key(("r",), "reject", _("Reject with a reason")),
    Key(tuple("123456789"), "choose", _("Choose a reason or an answer")),
    Key(("Enter",), "", _("Send what is chosen or typed")),
    Key(("Ctrl+Enter",), "", _("Send from inside a text")),
    Key(("u",), "undo", _("Undo the last decision while its time runs")),
)
GROUPS = ((_("Everywhere"), EVERYWHERE), (_("Queue"), QUEUE), (_("Decision"), DECISION))

"""The decision bar while an action is edited: entering values, and looking at what they would do."""

from dataclasses import dataclass

from console.pages.presenting.editing.controls import Field
from console.pages.presenting.editing.rows import Row


@dataclass(frozen=True)
class Editing:
    """Values are being entered; nothing of it is sent before it is checked."""

    fields: tuple[Field, ...]
    error: str = ""
    template: str = "queue/edit/_editing.html"

    @property
    def wrong(self) -> int:
        """How many values cannot be used."""
        return sum(bool(field.error) for field in self.fields)


@dataclass(frozen=True)
class Checked:
    """The server has said what the edited action would do; it can be approved as it is on the screen."""

    texts: tuple[tuple[str, str], ...]
    """What was entered, to be sent once more: key of the control and its text."""
    rows: tuple[Row, ...]
    payload_sha256: str
    proof: str
    """That the server has shown exactly this to exactly this person."""
    friction: str
    effect: str
    typed_label: str
    typed: str
    is_material: str
    seconds: int
    risk: str
    error: str = ""
    template: str = "queue/edit/_checked.html"

    @property
    def count(self) -> int:
        """How many values differ from the proposal."""
        return len(self.rows)

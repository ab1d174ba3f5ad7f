"""Tell approvals what a call would do: the surveyor of the tools that are registered here."""

from uuid import UUID

from agents.domain.tool import Call
from agents.engine.context import proposing
from agents.models import Step
from agents.tools import calling
from approvals.domain.action import Action
from approvals.domain.evidence import Preview, Read
from approvals.inbox import surveying


class ToolSurveyor:
    """Finds the run behind an origin and asks the tool."""

    def title(self, action: Action) -> str:
        """The tool's own title, filled with typed values."""
        return proposing.title_of(action)

    def preview(self, action: Action, *, origin: str) -> Preview:
        """What the call would change for that run; a failed check when the tool cannot say."""
        return proposing.preview_of(action, self._call(origin))

    def reads(self, action: Action, *, origin: str) -> tuple[Read, ...]:
        """The read-set of the call as it is now."""
        return calling.reads(action, self._call(origin))

    def _call(self, origin: str) -> Call:
        run = Step.objects.select_related("run").get(key=UUID(origin)).run
        return Call(run_key=run.key, operation_key="preview", session_key=run.session_key)


def register() -> None:
    """Called once, when the app is ready."""
    surveying.register(ToolSurveyor())

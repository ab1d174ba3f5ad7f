"""A stand-in answers as the recorded tool did, whatever became of the calls before it."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from agents.domain import record
from agents.domain.errors import Refusal
from agents.domain.record import Record
from agents.domain.tool import Call, PreviewFunction
from agents.models import Run
from agents.tools.samples.recorded.declaring import Declared
from approvals.domain.evidence import Change, Preview
from approvals.domain.redaction import redact_json

NOWHERE = "nowhere: a stand-in answers as recorded"


def answer_of(call: Call, /, **_arguments: Any) -> Any:
    """The recorded result of this very call; raises Refusal with the recorded error, or when there is no answer."""
    found = _record_of(call.run_key).answers.get(call.call_id)
    if found is None:
        raise Refusal("The record ends before an answer.")
    if found.error is not None:
        raise Refusal(found.error)
    return found.result


def preview_of(tool: Declared) -> PreviewFunction:
    """What a person sees of a recorded call: its arguments and what such calls were seen to touch."""

    def preview(_call: Call, /, **arguments: Any) -> Preview:
        shown = redact_json(arguments).items()
        said = ((name, value if isinstance(value, str) else repr(value)) for name, value in shown)
        changes = tuple(Change(field=name, now=None, after=text, source="the call") for name, text in said)
        return Preview(affects=", ".join(tool.touches) or "not known", goes_to=NOWHERE, changes=changes)

    return preview


def _record_of(run_key: UUID) -> Record:
    return record.read(record.folder(), *_pointer_of(run_key))


@lru_cache(maxsize=4096)
def _pointer_of(run_key: UUID) -> tuple[int, str]:
    """Which record a run replays; that never changes, so it is looked up once a process."""
    pointer = Run.objects.select_related("request").get(key=run_key).scenario
    return int(pointer["line"]), str(pointer["id"])

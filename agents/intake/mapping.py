"""Make a request of a payload: checked by the source's JSON Schema, then put into its templates. Pure.

A template is text with `{paths}`: `{order.id}`, `{lines.0.sku}`, and `{.}` for the whole payload. Nothing else is
read in it, and what a payload holds is never read as a template.
"""

import json
import re
from typing import Any, NamedTuple

from jsonschema.exceptions import ValidationError

from agents.intake.refusals import NotAsWanted, PayloadRefused
from approvals.gating.schema import Unusable, check, misfits

LONGEST_TITLE, LONGEST_MESSAGE, LONGEST_SESSION = 200, 50_000, 200
MOST_ERRORS = 3
LARGEST_SCHEMA = 65_536
PATH = re.compile(r"\{([^{}]*)\}")
_STEP = r"[A-Za-z0-9_@$:-]+"
_SOUND = re.compile(rf"\.|{_STEP}(\.{_STEP})*")


class Templates(NamedTuple):
    """How a source makes a request of a payload."""

    title: str
    message: str
    priority: str
    session: str


class Mapped(NamedTuple):
    """What a request is made of."""

    title: str
    message: str
    priority: int
    session_key: str


def check_templates(templates: Templates) -> None:
    """Raise NotAsWanted for a template that no payload could fill in."""
    for field, text in templates._asdict().items():
        for path in PATH.findall(text):
            if not _SOUND.fullmatch(path):
                raise NotAsWanted(f"This is no path: {{{path[:40]}}}.", field=field)
        if "{" in PATH.sub("", text) or "}" in PATH.sub("", text):
            raise NotAsWanted("A brace stands alone.", field=field)
    if not PATH.fullmatch(templates.priority):
        _whole(templates.priority, lambda detail: NotAsWanted(detail, field="priority"))


def check_schema(schema: Any) -> None:
    """Raise NotAsWanted for what is no JSON Schema, or too large a one."""
    if not isinstance(schema, dict):
        raise NotAsWanted("A schema is a JSON object.", field="schema")
    text = json.dumps(schema, sort_keys=True)
    if len(text) > LARGEST_SCHEMA:
        raise NotAsWanted(f"A schema has at most {LARGEST_SCHEMA} characters.", field="schema")
    try:
        # Applied once: what it points to must be there.
        check(schema)
    except Unusable as error:
        raise NotAsWanted(str(error), field="schema") from error


def check_payload(payload: Any, schema: dict[str, Any]) -> None:
    """Raise PayloadRefused where the payload does not fit, with the path of the first thing and the next ones named."""
    if not isinstance(payload, dict):
        raise PayloadRefused("It is no JSON object.", field="body")
    try:
        errors = sorted(misfits(schema, payload), key=_place)
    except Unusable as error:
        raise PayloadRefused(f"The schema of this source cannot say whether it fits. {error}", field="body") from error
    if errors:
        named = "; ".join(f"{_place(error)}: {error.message[:200]}" for error in errors[:MOST_ERRORS])
        more = f"; and {len(errors) - MOST_ERRORS} more" if len(errors) > MOST_ERRORS else ""
        raise PayloadRefused(f"{named}{more}.", field=_place(errors[0]))


def fill(templates: Templates, payload: dict[str, Any]) -> Mapped:
    """The request that a payload stands for; raises PayloadRefused with the path that is not there or does not fit."""
    title = " ".join(_filled(templates.title, payload).split())
    message, session = _filled(templates.message, payload), _filled(templates.session, payload)
    if not title:
        raise PayloadRefused("Its title would be empty.", field="body")
    if len(message) > LONGEST_MESSAGE:
        raise PayloadRefused(f"Its message would be longer than {LONGEST_MESSAGE} characters.", field="body")
    if len(session) > LONGEST_SESSION:
        raise PayloadRefused(f"Its session would be longer than {LONGEST_SESSION} characters.", field="body")
    found = PATH.fullmatch(templates.priority)
    field = f"body.{found[1]}" if found else "body"
    priority = _whole(_filled(templates.priority, payload), lambda detail: PayloadRefused(detail, field=field))
    return Mapped(title[:LONGEST_TITLE], message, priority, session)


def _filled(template: str, payload: dict[str, Any]) -> str:
    return PATH.sub(lambda found: _text(_at(payload, found[1])), template)


def _at(payload: dict[str, Any], path: str) -> Any:
    found: Any = payload
    for step in path.split(".") if path != "." else ():
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and len(step) < 7 and int(step) < len(found):
            found = found[int(step)]
        else:
            raise PayloadRefused("It is not there, and this source needs it.", field=f"body.{path}")
    return found


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _whole(text: str, refusal: Any) -> int:
    if not re.fullmatch(r"-?[0-9]{1,3}", text.strip()) or not -100 <= int(text) <= 100:
        raise refusal("A priority is a whole number between -100 and 100.")
    return int(text)


def _place(error: ValidationError) -> str:
    return ".".join(["body", *(str(part) for part in error.absolute_path)])

"""The arguments of an action as the gate reads them: from the bytes that would run, leaf by leaf."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from approvals.domain.action import Action


def read_arguments(action: Action) -> dict[str, Any]:
    """The arguments in the payload, which is what is shown and executed; raises when anything disagrees."""
    if hashlib.sha256(action.payload).digest() != action.sha256:
        raise ValueError("the hash is not that of the payload")
    payload = json.loads(action.payload, parse_constant=_refused)
    if payload["tool"] != action.tool or payload["version"] != action.version:
        raise ValueError("the payload names another tool or version than the action")
    arguments: dict[str, Any] = payload["arguments"]
    if type(arguments) is not dict:
        raise TypeError("the payload holds no arguments")
    return arguments


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def leaves(arguments: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every single value with its dotted path (`items.0.id`), in order; an empty list or object is a leaf itself."""
    for name, value in arguments.items():
        yield from _leaves(str(name), value)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, part in value.items():
            yield from _leaves(f"{path}.{name}", part)
    elif isinstance(value, list | tuple) and value:
        for place, part in enumerate(value):
            yield from _leaves(f"{path}.{place}", part)
    else:
        yield path, value

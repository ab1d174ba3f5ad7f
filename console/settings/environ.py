"""Read a setting from the environment, where its name starts with SIGNALBOX_."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

_FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}


def text(name: str) -> str:
    """The value, or an empty text when it is not set."""
    return os.environ.get(f"SIGNALBOX_{name}", "").strip()


def flag(name: str) -> bool:
    """A yes or no that is off unless it is switched on; a doubtful word is refused, not guessed."""
    try:
        return _FLAGS[text(name).lower()]
    except KeyError:
        raise ImproperlyConfigured(f"SIGNALBOX_{name} is neither 1 nor 0.") from None


def number(name: str, *, default: int) -> int:
    try:
        return int(text(name) or default)
    except ValueError:
        raise ImproperlyConfigured(f"SIGNALBOX_{name} is not a whole number.") from None


def names(name: str, *, default: list[str] | None = None) -> list[str]:
    """A comma separated list; set to nothing it is empty, not set at all it is the default."""
    if f"SIGNALBOX_{name}" not in os.environ:
        return list(default or [])
    return [part.strip() for part in text(name).split(",") if part.strip()]

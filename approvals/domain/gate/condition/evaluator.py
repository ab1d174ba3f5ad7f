"""The CEL library, imported at the first condition: it brings a command line along that nobody here needs.

A ruleset without conditions, and so most processes, saves half a second of CPU and twenty megabytes.
"""

from functools import cache
from importlib import import_module
from typing import Any


@cache
def evaluator() -> Any:
    """The module `cel`: `compile`, `Context`, `Program`."""
    return import_module("cel")

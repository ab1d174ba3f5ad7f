"""Sources of facts: each a function by name, whose answer is checked and whose failure is a fact as well (law 5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from math import isfinite

import structlog

from approvals.gating.triggers.heard import Heard

log = structlog.get_logger(__name__)

HERE = "approvals.gating.triggers"
Facts = dict[str, bool | int | float]


@dataclass(frozen=True)
class Source:
    """A function that reads what was heard, and the kind of each fact it promises."""

    module: str
    function: str
    kinds: Mapping[str, type]

    def read(self, heard: Heard) -> Facts:
        """Its facts; raises whatever it raises, and TypeError for an answer that it did not promise."""
        found = getattr(import_module(self.module), self.function)(heard)
        if type(found) is not dict or found.keys() != self.kinds.keys():
            raise TypeError("other facts than promised")
        for name, kind in self.kinds.items():
            if type(found[name]) is not kind or (kind is float and not isfinite(found[name])):
                raise TypeError(f"{name} is no {kind.__name__}")
        return found


SOURCES: Mapping[str, Source] = {
    "wish": Source(f"{HERE}.wish", "facts", {"wanted_by_user": bool}),
    "mood": Source(f"{HERE}.mood", "facts", {"mood": float, "mood_fell": bool}),
    "person": Source(f"{HERE}.person", "facts", {"asks_for_person": bool}),
    "topic": Source(
        f"{HERE}.topic",
        "facts",
        dict.fromkeys(("topic_legal", "topic_medical", "topic_harm", "topic_minor", "topic_break_in"), bool),
    ),
    "rephrasing": Source(f"{HERE}.repeating", "facts", {"rephrased": int}),
}
"""Every source by the name a reviewer reads when it fails."""


def gather(heard: Heard) -> tuple[Facts, tuple[str, ...]]:
    """What all sources say of what was heard, and which of them failed: these facts are missing, and ask."""
    facts: Facts = {}
    faults: list[str] = []
    for name, source in SOURCES.items():
        try:
            facts |= source.read(heard)
        except Exception:
            # Law 5: texts that others wrote are read here; whatever they break, a person is asked.
            log.exception("fact_source_failed", source=name)
            faults.append(name)
    return facts, tuple(faults)

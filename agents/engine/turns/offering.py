"""Which tools a model is offered: all of them, or the most relevant where there are too many to choose from well."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from agents.domain.agent import Agent
from agents.domain.turn import Line
from agents.engine.context.history import Past
from agents.tools import registry
from approvals.domain.tool import ToolCard

MOST = 20
RECENT = 6
"""Lines of the conversation that say what is needed now."""
SHORTEST = 2
_WORD = re.compile(r"[a-z0-9]+")


class Offer(NamedTuple):
    """What a model is offered, in the order in which its agent declares it."""

    cards: tuple[ToolCard, ...]
    left_out: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What the model is told of the others; empty where there are none."""
        if not self.left_out:
            return ""
        return (
            f"\n\nOf your {len(self.cards) + len(self.left_out)} tools the {len(self.cards)} that fit best are offered "
            f"now. The others are: {', '.join(self.left_out)}. Say which of them you need, and it is offered next."
        )


def offer(past: Past, agent: Agent) -> Offer:
    """The tools of an agent for its next turn: at most `MOST`, the same for the same history.

    Kept are the ways to ask a person and what this run has called or named; then those whose names and descriptions
    share most words with what was said last.
    """
    if len(agent.tools) <= MOST:
        return Offer(tuple(registry.card_of(name) for name in agent.tools))
    lines = past.lines()
    named, recent = _named(lines), _words(line.text for line in (*lines[:1], *lines[-RECENT:]))
    cards = [registry.card_of(name) for name in agent.tools]
    ranked = sorted(range(len(cards)), key=lambda place: (*_rank(cards[place], named, recent), place))
    chosen = set(ranked[:MOST])
    return Offer(
        tuple(card for place, card in enumerate(cards) if place in chosen),
        tuple(card.name for place, card in enumerate(cards) if place not in chosen),
    )


def _rank(card: ToolCard, named: set[str], recent: set[str]) -> tuple[bool, bool, int]:
    shared = len(_words([card.name]) & recent) * 2 + len(_words([card.description]) & recent)
    return not card.asks_person, card.name not in named, -shared


def _named(lines: Iterable[Line]) -> set[str]:
    """Tools that the agent has called, or asked for by their whole name."""
    mine = [line for line in lines if line.role == "agent"]
    said = {word for line in mine for word in re.findall(r"\w+", line.text)}
    return said | {call.tool for line in mine for call in line.calls}


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in _WORD.findall(text.lower()) if len(word) >= SHORTEST}

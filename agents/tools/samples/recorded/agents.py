"""Registers an agent for each recorded domain; to be named in SIGNALBOX_AGENTS behind the retail sample's module."""

from itertools import groupby

from agents.domain import record
from agents.domain.agent import Agent
from agents.domain.tool import Tool
from agents.tools import registry
from agents.tools.samples.recorded.answering import answer_of, preview_of
from agents.tools.samples.recorded.declaring import REAL, Declared, agent_of, declared
from agents.tools.samples.retail.agents import ASSISTANT

LONGEST_RECORD = 10_000
"""Turns; a record ends by itself."""


def _register(domain: str, tools: tuple[str, ...], *, model: str) -> None:
    registry.agent(
        Agent(
            name=agent_of(domain),
            version="1",
            model=model,
            customer_model="recorded:customer",
            system="Says again what was recorded.",
            tools=tools,
            turn_limit=LONGEST_RECORD,
            is_watched=False,
        )
    )


def _stand_in(tool: Declared) -> Tool:
    return Tool(card=tool.card, function=answer_of, title=tool.title, preview=preview_of(tool))


_register(REAL, ASSISTANT.tools, model="recorded:agent")
_others = sorted((tool for tool in declared(record.folder()) if tool.domain != REAL), key=lambda tool: tool.domain)
for _domain, _tools in groupby(_others, key=lambda tool: tool.domain):
    _cards = [registry.add(_stand_in(tool)).card for tool in _tools]
    _register(_domain, tuple(card.name for card in _cards), model=f"recorded:agent/{_domain}")

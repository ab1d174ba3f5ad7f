"""The registry of tools and agents: `@tool` declares one, `SIGNALBOX_AGENTS` names the modules that do."""

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter, create_model

from agents.domain.agent import Agent
from agents.domain.errors import BadDeclaration, UnknownAgent
from agents.domain.tool import PreviewFunction, ReadsFunction, ReconcileFunction, Tool
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard, unknown_tool

Function = TypeVar("Function", bound=Callable[..., Any])

_tools: dict[str, Tool] = {}
_agents: dict[str, Agent] = {}


def tool(
    *,
    effect: Literal["read", "write", "destructive"],
    reversibility: Literal["reversible", "costly", "irreversible"] = "reversible",
    effect_class: Literal["A", "B", "C"] = "C",
    title: str = "",
    version: str = "1",
    egress: bool = False,
    environment: str = "sandbox",
    timeout_seconds: float = 60.0,
    lane: str = "default",
    preview: PreviewFunction | None = None,
    reads: ReadsFunction | None = None,
    reconcile: ReconcileFunction | None = None,
    compensate: str = "",
) -> Callable[[Function], Function]:
    """Register a typed function as a tool; its JSON Schema comes from its annotations.

    The function takes a `Call` first and its arguments by keyword. Raises BadDeclaration at import for an argument
    without annotation, a missing docstring, a second tool of the name, or an effect without a title.
    """

    def register(function: Function) -> Function:
        name = function.__name__
        if name in _tools:
            raise BadDeclaration(f"{name} is declared twice")
        if effect != "read" and not title:
            raise BadDeclaration(f"{name} changes something and needs a title for the people who decide")
        card = ToolCard(
            name=name,
            version=version,
            description=_description(function),
            effect=Effect(effect),
            reversibility=Reversibility(reversibility),
            effect_class=EffectClass(effect_class),
            egress=egress,
            environment=environment,
            parameters=parameters_of(function),
        )
        _tools[name] = Tool(card, function, title or name, timeout_seconds, lane, preview, reads, reconcile, compensate)
        return function

    return register


def add(declared: Tool) -> Tool:
    """Register a tool that brings its card along, declared by a schema; BadDeclaration for a second one of the name."""
    if declared.card.name in _tools:
        raise BadDeclaration(f"{declared.card.name} is declared twice")
    _tools[declared.card.name] = declared
    return declared


def agent(declared: Agent) -> Agent:
    """Register an agent; raises BadDeclaration for a second one of the name or a tool nobody registered."""
    if declared.name in _agents:
        raise BadDeclaration(f"agent {declared.name} is declared twice")
    missing = [name for name in declared.tools if name not in _tools]
    if missing:
        raise BadDeclaration(f"agent {declared.name} names unknown tools: {', '.join(missing)}")
    _agents[declared.name] = declared
    return declared


def load(modules: list[str]) -> None:
    """Import the modules that declare tools and agents; import errors are the caller's to see."""
    for module in modules:
        import_module(module)


def find_tool(name: str) -> Tool | None:
    """The tool of this exact name; None for any other spelling."""
    return _tools.get(name)


def card_of(name: str) -> ToolCard:
    """The card of a tool, or the most dangerous card there is for a name nobody registered."""
    found = _tools.get(name)
    return found.card if found else unknown_tool(name)


def find_agent(name: str) -> Agent:
    """The agent of this name; raises UnknownAgent with the names there are."""
    try:
        return _agents[name]
    except KeyError:
        raise UnknownAgent(f"{name!r}; there are: {', '.join(sorted(_agents)) or 'none'}") from None


def tools() -> tuple[Tool, ...]:
    """All registered tools by name."""
    return tuple(_tools[name] for name in sorted(_tools))


def agents() -> tuple[Agent, ...]:
    """All registered agents by name."""
    return tuple(_agents[name] for name in sorted(_agents))


def parameters_of(function: Callable[..., Any]) -> dict[str, Any]:
    """JSON Schema of a tool function's keyword arguments, closed to unknown ones."""
    fields: dict[str, Any] = {}
    for position, parameter in enumerate(inspect.signature(function, eval_str=True).parameters.values()):
        if position == 0:
            continue
        if parameter.annotation is inspect.Parameter.empty:
            raise BadDeclaration(f"{function.__name__}: argument {parameter.name} has no type")
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (parameter.annotation, default)
    model = create_model(function.__name__, __config__={"extra": "forbid"}, **fields)
    return TypeAdapter(model).json_schema()


def _description(function: Callable[..., Any]) -> str:
    text = inspect.getdoc(function)
    if not text:
        raise BadDeclaration(f"{function.__name__} has no docstring; the model and the reviewer read it")
    return text.split("\n\n")[0].replace("\n", " ")

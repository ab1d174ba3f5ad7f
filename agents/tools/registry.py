"""The registry of tools and agents: `@tool` declares one, `SIGNALBOX_AGENTS` names the modules that do."""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, TypeVar, Unpack

from pydantic import TypeAdapter, create_model

from agents.domain.agent import Agent
from agents.domain.errors import BadDeclaration, UnknownAgent
from agents.domain.tool import TIMEOUTS, Behaviour, Declaration, Tool
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard, unknown_tool

Function = TypeVar("Function", bound=Callable[..., Any])

_tools: dict[str, Tool] = {}
_agents: dict[str, Agent] = {}
BEHAVIOUR = tuple(Behaviour.__annotations__)


def tool(**declaration: Unpack[Declaration]) -> Callable[[Function], Function]:
    """Register a typed function as a tool; its JSON Schema comes from its annotations.

    The function takes a `Call` first and its arguments by keyword. Raises BadDeclaration at import for an argument
    without annotation, a missing docstring, a second tool of the name, or an effect without a title. What is not
    declared is the cautious thing: effect class C, for which nothing is promised; a read, which can be repeated, is B.
    """

    def register(function: Function) -> Function:
        title = declaration.get("title", "")
        if declaration["effect"] != "read" and not title:
            raise BadDeclaration(f"{function.__name__} changes something and needs a title for the people who decide")
        if "fallback" in declaration and declaration["effect"] != "read":
            raise BadDeclaration(f"{function.__name__} changes something: another way to do it is another call")
        behaviour = {name: declaration[name] for name in BEHAVIOUR if name in declaration}  # type: ignore[literal-required]
        behaviour.setdefault("timeout_seconds", TIMEOUTS[declaration.get("calls", "other")])
        add(Tool(card=_card(function, declaration), function=function, title=title or function.__name__, **behaviour))
        return function

    return register


def _card(function: Callable[..., Any], declaration: Declaration) -> ToolCard:
    return ToolCard(
        name=function.__name__,
        version=declaration.get("version", "1"),
        description=_description(function),
        effect=Effect(declaration["effect"]),
        reversibility=Reversibility(declaration.get("reversibility", "reversible")),
        effect_class=EffectClass(declaration.get("effect_class", "B" if declaration["effect"] == "read" else "C")),
        egress=declaration.get("egress", False),
        returns=declaration.get("returns", "untrusted"),
        environment=declaration.get("environment", "sandbox"),
        asks_person=declaration.get("asks_person", False),
        hands_over=declaration.get("hands_over", False),
        parameters=parameters_of(function),
    )


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


@contextmanager
def lent(*, tools: Iterable[Tool] = (), agents: Iterable[Agent] = ()) -> Iterator[None]:
    """Know these tools and agents in this process until the context ends; for proofs, and never by a name in use."""
    brought = {tool.card.name: tool for tool in tools}
    known = {agent.name: agent for agent in agents}
    taken = [*(brought.keys() & _tools.keys()), *(known.keys() & _agents.keys())]
    if taken:
        raise BadDeclaration(f"{taken[0]} is declared twice")
    _tools.update(brought)
    _agents.update(known)
    try:
        yield
    finally:
        for name in brought:
            _tools.pop(name, None)
        for name in known:
            _agents.pop(name, None)


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


def simulated() -> list[str]:
    """The names of the agents whose customer is a model."""
    return [agent.name for agent in agents() if agent.customer_model]


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

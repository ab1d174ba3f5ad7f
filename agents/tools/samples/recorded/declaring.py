"""What a recorded tool is to the gate, from its line in tools.jsonl; what is not said there counts as the worst."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.domain import record
from approvals.domain.tool import Effect, EffectClass, Reversibility, ToolCard

TOOLS = "tools.jsonl"
WORLD = "world/retail"
"""The shop that the retail runs were recorded on, below the folder."""
REAL = "retail"
"""The domain whose tools are real ones of ours."""

_BACK = {"yes": Reversibility.REVERSIBLE, "partly": Reversibility.COSTLY, "no": Reversibility.IRREVERSIBLE}

_UNSHOWN = ("password",)


@dataclass(frozen=True)
class Declared:
    """One tool of one domain as the folder declares it."""

    domain: str
    name: str
    card: ToolCard
    title: str
    """Template of the title a reviewer reads."""
    touches: tuple[str, ...]
    is_handoff: bool

    @property
    def qualified(self) -> str:
        """How the registry knows it."""
        return qualified(self.domain, self.name)


def qualified(domain: str, name: str) -> str:
    """The registered name of a recorded tool: `banking.send_money`; retail's are our own and have plain names."""
    return name if domain == REAL else f"{domain}.{name}"


def agent_of(domain: str) -> str:
    """The agent that replays a domain."""
    return f"{domain}-recorded"


def declared(place: Path) -> list[Declared]:
    """Every tool of a folder, once for each domain; raises NoRecord, or ValueError and KeyError for an odd file."""
    lines = [json.loads(line) for line in record.lines_of(record.find(place, TOOLS)) if line.strip()]
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(qualified(line["domain"], line["name"]), []).append(line)
    return [_declared(name, same) for name, same in found.items()]


def _declared(name: str, same: list[dict[str, Any]]) -> Declared:
    """One tool of all its declarations: two benchmarks may share a domain."""
    first = same[0]
    effect = max((effect_of(line) for line in same), key=list(Effect).index)
    egress = any(line.get("egress") is not False for line in same)
    parameters = either([line.get("parameters") or {"type": "object"} for line in same])
    card = ToolCard(
        name=name,
        version="1",
        description=first.get("description") or "",
        effect=effect,
        reversibility=max((_back(line, effect, egress=egress) for line in same), key=list(Reversibility).index),
        # What a stand-in does is a row of our own database, so it happens exactly once.
        effect_class=EffectClass.A,
        egress=egress,
        # Recorded results are texts; what is fetched from outside is nobody's record.
        returns="untrusted" if egress else "records",
        environment="recorded",
        parameters=parameters,
    )
    touches = dict.fromkeys(touched for line in same for touched in line.get("touches", ()))
    is_handoff = any(line.get("handoff") for line in same)
    return Declared(first["domain"], first["name"], card, _title(first), touches=tuple(touches), is_handoff=is_handoff)


def effect_of(line: dict[str, Any]) -> Effect:
    """Read, write, or destructive when the file does not say; handing a customer over is a write, as in our shop."""
    match line.get("is_write"), bool(line.get("handoff")):
        case True, _:
            return Effect.WRITE
        case False, is_handoff:
            return Effect.WRITE if is_handoff else Effect.READ
        case _:
            return Effect.DESTRUCTIVE


def _back(line: dict[str, Any], effect: Effect, *, egress: bool) -> Reversibility:
    """How it can be taken back; unknown is irreversible, but for a read that sends nothing out and a handover."""
    is_harmless = line.get("handoff") or (effect is Effect.READ and not egress)
    unknown = Reversibility.REVERSIBLE if is_harmless else Reversibility.IRREVERSIBLE
    return _BACK.get(str(line.get("reversible")), unknown)


def either(schemas: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One JSON Schema that takes what any of them takes."""
    kept = list({json.dumps(schema, sort_keys=True): schema for schema in schemas}.values())
    if len(kept) == 1:
        return kept[0]
    shared = {name: schema for one in kept for name, schema in one.get("$defs", {}).items()}
    bare = [{name: part for name, part in one.items() if name != "$defs"} for one in kept]
    return {"type": "object", "anyOf": bare, "$defs": shared}


def _title(line: dict[str, Any]) -> str:
    """`Banking: send money {recipient}`: the words of the name, and the first argument that is needed."""
    words = line["name"].replace("_", " ").replace("{", "").replace("}", "")
    required = (line.get("parameters") or {}).get("required", ())
    needed = [name for name in required if name.isidentifier() and name not in _UNSHOWN]
    return " ".join([f"{line['domain'].capitalize()}: {words}", *(f"{{{name}}}" for name in needed[:1])])

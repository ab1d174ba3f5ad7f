"""The agent's turn: the first rule that has something to say or do takes it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.domain.turn import Line, ModelRequest, ToolCall, Turn, Usage
from agents.llm.providers.reactive import phrases
from agents.llm.providers.reactive.agent import agenda, flaw, hearing, lookup, phrasing, reasoning
from agents.llm.providers.reactive.agent.agenda import Origin, Progress, Slot
from agents.llm.providers.reactive.agent.edit import question_id, substituted
from agents.llm.providers.reactive.agent.memory import Memory, methods, recall
from agents.llm.providers.reactive.chance import draw
from agents.llm.providers.reactive.scenario import ASK, HANDOFF, Flaw, Scenario, Wish

LAST_TURN = 29
"""The thirtieth turn is a goodbye, whatever is left."""
WHO_LIMIT = 4
READ_LIMIT = 15
BROWSE_LIMIT = 3
HASTY_SHARE = 0.5
UNSURE_SHARE = 0.25
"""How often an agent asks a person instead of trusting what it read."""
MOST_WAYS = 9


@dataclass(frozen=True)
class Scene:
    """Everything a rule looks at."""

    scenario: Scenario
    history: tuple[Line, ...]
    memory: Memory
    planned: list[Slot]
    done: Progress
    offered: frozenset[str]
    turn: int

    @property
    def slot(self) -> Slot | None:
        """The write that is next."""
        return agenda.current(self.planned, self.done)

    @property
    def news(self) -> str:
        """How the writes since the agent last spoke have ended."""
        return phrasing.news(self.memory.outcomes_since_text(self.history), self.memory)


@dataclass(frozen=True)
class Say:
    """A message to the customer."""

    text: str
    is_final: bool = False


@dataclass(frozen=True)
class Do:
    """One call."""

    wish: Wish
    call_id: str
    is_right: bool = True


Move = Say | Do


def speak(request: ModelRequest, scenario: Scenario) -> Turn:
    """Take one turn: at most one call, never text and a call together."""
    memory = recall(request.history)
    scenario = hearing.heard(scenario, memory.said)
    planned = agenda.slots(scenario)
    turns = sum(line.role == "agent" for line in request.history)
    scene = Scene(
        scenario=scenario,
        history=request.history,
        memory=memory,
        planned=planned,
        done=agenda.progress(planned, request.history, memory),
        offered=frozenset(tool["name"] for tool in request.tools),
        turn=max(request.turn, turns),
    )
    move = next(found for rule in RULES if (found := rule(scene)))
    return _turn(move, scene)


def _turn(move: Move, scene: Scene) -> Turn:
    if isinstance(move, Say):
        text = f"{phrasing.SORRY} {move.text}" if _is_upset(scene.memory.last) else move.text
        block = reasoning.of_text(text, scene.scenario, turn=scene.turn)
        return Turn(text=text, reasoning=block, is_final=move.is_final, usage=_usage(scene, text))
    call = ToolCall(call_id=move.call_id, tool=move.wish.name, arguments=move.wish.arguments)
    block = reasoning.of_call(move.wish, scene.scenario, scene.memory, call_id=move.call_id, is_right=move.is_right)
    return Turn(calls=(call,), reasoning=block, usage=_usage(scene, move.wish.key))


def _usage(scene: Scene, written: str) -> Usage:
    """Tokens as four characters each, counting what is new since the agent's last turn, as a cache would bill it."""
    start = max((at for at, line in enumerate(scene.history) if line.role == "agent"), default=-1)
    fresh = sum(len(line.text) for line in scene.history[start + 1 :])
    return Usage(input_tokens=fresh // 4, output_tokens=len(written) // 4)


def _is_upset(line: Line | None) -> bool:
    return line is not None and line.role == "customer" and "!!" in line.text


def _out_of_turns(scene: Scene) -> Move | None:
    return Say(phrasing.OUT_OF_TURNS, is_final=True) if scene.turn >= LAST_TURN else None


def _stop(scene: Scene) -> Move | None:
    for outcome in scene.memory.outcomes_since_text(scene.history):
        if agenda.ends_run(outcome):
            return Say(phrasing.ending(outcome), is_final=True)
    return None


def _greet(scene: Scene) -> Move | None:
    has_spoken = any(line.role == "customer" for line in scene.history)
    return None if has_spoken else Say(phrasing.GREETING)


def _obey(scene: Scene) -> Move | None:
    """Follow what a tool result says, as a model without a guard would."""
    slot = agenda.injected(scene.scenario)
    if slot is None or slot.wish.key in scene.memory.tried or not _is_baited(scene):
        return None
    return Do(slot.wish, slot.key, is_right=False)


def _is_baited(scene: Scene) -> bool:
    bait = scene.scenario.injection
    if bait is None:
        return False
    written = json.dumps(bait.text, ensure_ascii=False)[1:-1]
    outcomes = scene.memory.outcomes.values()
    results = (each.text for each in outcomes if each.status == "worked" and each.call.tool == bait.tool)
    return any(bait.text in text or written in text for text in results)


def _identify(scene: Scene) -> Move | None:
    memory = scene.memory
    if memory.user_id or (scene.offered and not any(name.startswith("find_user_id") for name in scene.offered)):
        return None
    if wish := lookup.identification(scene.scenario, memory):
        return Do(wish, f"r{scene.turn}")
    if memory.asked_who >= WHO_LIMIT:
        return Say(phrasing.NOT_FOUND, is_final=True)
    return Say(phrasing.who(memory.asked_who))


def _read(scene: Scene) -> Move | None:
    spent = sum(Wish(each.call.tool, {}).is_read for each in scene.memory.outcomes.values())
    if spent >= READ_LIMIT:
        return None
    for wish in _wanted(scene):
        if wish.key not in scene.memory.tried and (not scene.offered or wish.name in scene.offered):
            return Do(wish, f"r{scene.turn}")
    return None


def _wanted(scene: Scene) -> Iterator[Wish]:
    slot, memory = scene.slot, scene.memory
    if slot and slot.key in scene.done.corrections:
        return
    if slot is None or slot.origin is Origin.REFERENCE:
        yield from lookup.planned(scene.scenario, slot.wish if slot else None, memory)
    if (slot and slot.is_flawed) or not scene.planned:
        yield lookup.profile(memory)
    if scene.scenario.injection and scene.scenario.flaw is Flaw.INJECTED and not _is_baited(scene):
        yield from _towards_bait(scene.scenario.injection.tool, memory)
    if slot and slot.origin is Origin.REFERENCE:
        yield from lookup.needed(slot.wish, memory)
    if not scene.planned:
        yield from _orders(memory)


def _towards_bait(tool: str, memory: Memory) -> Iterator[Wish]:
    yield lookup.profile(memory)
    if tool in ("get_order_details", "get_product_details"):
        yield from _orders(memory)
    if tool == "get_product_details":
        items = [item for order in memory.orders.values() for item in order.get("items", ())]
        yield from (Wish(tool, {"product_id": item["product_id"]}) for item in items[:BROWSE_LIMIT])


def _orders(memory: Memory) -> Iterator[Wish]:
    for order_id in memory.user.get("orders", ())[:BROWSE_LIMIT]:
        yield Wish("get_order_details", {"order_id": order_id})


def _consult(scene: Scene) -> Move | None:
    """Ask a person how to pay now and then, where there is more than one way and nobody was asked yet."""
    slot, memory = scene.slot, scene.memory
    if slot is None or ASK not in scene.offered or "payment_method_id" not in slot.wish.arguments:
        return None
    ways, call_id = methods(memory.user)[:MOST_WAYS], question_id(slot.key)
    is_unsure = draw(scene.scenario.salt, slot.key, "unsure") < UNSURE_SHARE
    if not is_unsure or len(ways) < 2 or call_id in memory.outcomes or slot.key in scene.done.corrections:
        return None
    order = slot.wish.arguments.get("order_id", "")
    question = f"The customer has {len(ways)} ways to pay. Which one is meant for order {order}?"
    return Do(Wish(ASK, {"question": question, "options": ways}), call_id)


def _write(scene: Scene) -> Move | None:
    slot, done = scene.slot, scene.done
    if slot is None:
        return None
    if better := done.corrections.get(slot.key):
        return Do(better, slot.key + agenda.AGAIN)
    if slot.origin is Origin.EXTRA:
        return Do(flaw.uncalled_for(scene.scenario, scene.memory), slot.key, is_right=False)
    wish = substituted(slot.wish, done.changed)
    if wish.name != HANDOFF and (question := _question(slot, wish, scene)):
        return Say(f"{scene.news} {question}".strip())
    if slot.is_flawed:
        return Do(flaw.spoil(wish, scene.scenario, scene.memory), slot.key, is_right=False)
    return Do(wish, slot.key)


def _question(slot: Slot, wish: Wish, scene: Scene) -> str:
    """What has to be asked before a write; an angry customer makes the agent skip the yes now and then."""
    missing = lookup.unknown(wish, scene.memory)
    if missing and slot.key not in scene.done.detailed:
        return phrasing.details(missing)
    is_hasty = scene.scenario.flaw is Flaw.ANGRY and draw(scene.scenario.salt, slot.key, "hasty") < HASTY_SHARE
    has_bad_news = any(each.status != "worked" for each in scene.memory.outcomes_since_text(scene.history))
    if slot.key in scene.done.confirmed or (is_hasty and not has_bad_news):
        return ""
    return phrasing.confirmation(wish, scene.memory)


def _finish(scene: Scene) -> Move:
    memory = scene.memory
    if any(each.call.tool == HANDOFF and each.status == "worked" for each in memory.outcomes.values()):
        return Say(f"{scene.news} {phrasing.TRANSFERRED}".strip(), is_final=True)
    said = next((line.text for line in reversed(scene.history) if line.role == "agent" and line.text), "")
    if phrases.ELSE in said and memory.last is not None and memory.last.role == "customer":
        return Say(phrasing.GOODBYE, is_final=True)
    found = "" if scene.planned else phrasing.summary(memory)
    return Say(" ".join(filter(None, (scene.news, found, phrases.ELSE))))


RULES: tuple[Callable[[Scene], Move | None], ...] = (
    _out_of_turns, _stop, _greet, _obey, _identify, _read, _consult, _write, _finish,
)  # fmt: skip
"""In this order; the last one always has something to say."""

"""Build what the gate is asked about one tool step: the action, what was seen, and what a person needs."""

from collections.abc import Mapping
from string import Formatter
from typing import Any
from uuid import UUID

import structlog

from agents.domain.agent import Agent
from agents.domain.plan import StepKind
from agents.domain.tool import Call, OptionsFunction
from agents.domain.turn import Turn
from agents.engine.context import objecting
from agents.engine.context.history import Past
from agents.engine.context.objecting import Opinion
from agents.engine.queue.claiming import Held
from agents.tools import calling, registry
from approvals.domain.action import Action
from approvals.domain.errors import BadAction
from approvals.domain.escalation import Apart
from approvals.domain.evidence import Check, Gauge, Material, Option, Preview, Question, Reasoning, TypedFact
from approvals.domain.redaction import clean
from approvals.domain.tool import Reversibility, ToolCard
from approvals.gating.proposal import Proposal
from approvals.inbox.asking import Prepared, prepare
from approvals.models import Member

log = structlog.get_logger(__name__)

LONGEST_VALUE = 40


def propose(
    past: Past,
    agent: Agent,
    *,
    origin: Any,
    call: Mapping[str, Any],
    turn: Turn | None,
    attempt: int = 1,
    is_apart: bool = True,
) -> Prepared:
    """Everything `asking.ask` needs for one call; the tool's preview is computed here, before any transaction.

    `turn` is the model turn that made the call when its step is not stored yet. `is_apart` False inside of a
    transaction, where nobody may wait for a second model: then its opinion is missing, which asks.
    """
    proposed = _action(call)
    card = registry.card_of(proposed.tool)
    reasoning = turn.reasoning if turn else past.reasoning()
    run, opinion = past.run, _opinion(past, agent, proposed, card, reasoning, is_apart=is_apart)
    return prepare(
        Proposal(
            tenant_id=run.tenant_id,
            session_key=run.session_key,
            origin=origin,
            attempt=attempt,
            run_key=run.key,
            agent=run.agent,
            agent_version=run.agent_version,
            prompt_version=agent.prompt_version,
            action=proposed,
            card=card,
            seen=past.seen(),
            parts=_stated(reasoning),
            material=_material(past, agent, proposed, reasoning, card).model_copy(update={"objection": opinion.words}),
            objected=opinion.objected,
            apart=Apart(run.request.requested_by_id, _owner(agent, run.tenant_id)),
            can_hand_over=True,
            can_confirm=run.request.body.get("user_confirms") is True,
        )
    )


def _owner(agent: Agent, tenant_id: int) -> int | None:
    """The account of who answers for an agent, where one is declared and has an account here."""
    if not agent.owner:
        return None
    found = Member.objects.filter(tenant_id=tenant_id, email=agent.owner.strip().lower())
    return found.values_list("pk", flat=True).first()


def _stated(reasoning: Reasoning) -> dict[str, float | None]:
    return {
        "tool_choice": reasoning.tool_choice,
        "arguments": reasoning.arguments,
        "agreement": reasoning.agreement,
    }


def _opinion(
    past: Past, agent: Agent, proposed: Action, card: ToolCard, reasoning: Reasoning, *, is_apart: bool
) -> Opinion:
    if is_apart or not agent.second_model:
        return objecting.ask(past, agent, proposed, card, reasoning)
    return objecting.UNASKED


def dependents(held: Held, past: Past) -> dict[UUID, Prepared]:
    """What the gate will be asked about the planned tool steps that only this one still blocks, by their keys.

    Empty for a conversational agent, whose next step is always a turn.
    """
    agent = registry.find_agent(past.run.agent)
    if agent.plan.is_conversational:
        return {}
    over = {held.id, *(node.id for node in past.steps)}
    following = [node for node in past.planned if node.kind is StepKind.TOOL and over.issuperset(node.after)]
    return {node.key: propose(past, agent, origin=node.key, call=node.call or {}, turn=None) for node in following}


def _action(call: Mapping[str, Any]) -> Action:
    """The proposed call as canonical bytes; what cannot be written so is kept as text, which no schema accepts."""
    try:
        return calling.as_action(str(call["tool"]), dict(call["arguments"]))
    except BadAction as error:
        return calling.as_action(clean(str(call["tool"])), {"unreadable_arguments": clean(str(error))[:500]})


def _material(past: Past, agent: Agent, proposed: Action, reasoning: Reasoning, card: ToolCard) -> Material:
    if not (card.is_counted or card.asks_person or card.hands_over):
        return _short(past, proposed)
    call = Call(run_key=past.run.key, operation_key="preview", session_key=past.run.session_key)
    return Material(
        title=title_of(proposed),
        preview=preview_of(proposed, call),
        reasoning=reasoning,
        conversation=past.conversation(),
        attempts=past.attempts(),
        gauges=(Gauge(label="Turns", used=len(past.steps), limit=agent.turn_limit * 2),),
        trace=past.trace(),
        candidates=agent.tools,
        ticket=past.run.request.title,
        question=question_of(proposed, call),
    )


def _short(past: Past, proposed: Action) -> Material:
    """Reads rarely ask; when one does, the title and the bare facts have to do, and what whoever takes over reads."""
    return Material(
        title=title_of(proposed),
        preview=Preview(affects="nothing", goes_to="a read"),
        conversation=past.conversation(),
        attempts=past.attempts(),
        ticket=past.run.request.title,
    )


def question_of(proposed: Action, call: Call) -> Question | None:
    """The one question this call comes down to: the agent's own, or the choice its tool declares for an argument."""
    tool = registry.find_tool(proposed.tool)
    if tool is None:
        return None
    if tool.card.asks_person:
        offered = tuple(Option(key=text, label=text) for text in proposed.arguments.get("options") or ())
        return Question(text=str(proposed.arguments.get("question", "")), is_from_agent=True, options=offered)
    for argument, list_options in tool.options.items():
        options = _options(list_options, proposed, call)
        if options:
            text = f"Which {argument.replace('_', ' ')} is meant?"
            guess = str(proposed.arguments.get(argument, ""))
            return Question(text=text, is_from_agent=False, argument=argument, options=options, guess=guess)
    return None


def _options(list_options: OptionsFunction, proposed: Action, call: Call) -> tuple[Option, ...]:
    """What can be chosen; nothing when the tool's author cannot tell, and then it is an approval."""
    try:
        return list_options(call, **proposed.arguments)
    except Exception:
        log.exception("options_failed", tool=proposed.tool)
        return ()


def preview_of(proposed: Action, call: Call) -> Preview:
    """The tool's preview; one that fails is shown as a failed check, never as silence."""
    try:
        return _with_fact(calling.preview(proposed, call), proposed)
    except Exception as error:
        # Code of a tool's author runs here: nothing it does may keep a call from being asked about.
        log.exception("preview_failed", tool=proposed.tool)
        sentence = f"The preview could not be computed: {type(error).__name__}."
        failed = Preview(affects="not known", goes_to="not known", checks=(Check(sentence=sentence, passed=False),))
        return _with_fact(failed, proposed)


def _with_fact(preview: Preview, proposed: Action) -> Preview:
    """An irreversible action always asks for something to type: at least the beginning of its own digest."""
    card = registry.card_of(proposed.tool)
    if preview.typed_fact is not None or card.reversibility is not Reversibility.IRREVERSIBLE:
        return preview
    start = proposed.digest[:6]
    fact = TypedFact(label=f"the first six characters of {proposed.digest[:12]}", value=start)
    return preview.model_copy(update={"typed_fact": fact})


def title_of(proposed: Action) -> str:
    """The tool's own title filled with typed values; a tool without one is named by its identifier."""
    tool = registry.find_tool(proposed.tool)
    if tool is None:
        return f"Call of an unknown tool: {plain(proposed.tool)}"
    names = [name for _, name, _, _ in Formatter().parse(tool.title) if name]
    values = {name: plain(proposed.arguments.get(name, "?")) for name in names}
    return tool.title.format(**values)


def plain(value: Any) -> str:
    """A value short and harmless enough to stand in a title: printable ASCII, at most forty characters."""
    if isinstance(value, list):
        return f"{len(value)} items" if len(value) != 1 else plain(value[0])
    text = "".join(letter if letter.isascii() and letter.isprintable() else "·" for letter in str(value))
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"

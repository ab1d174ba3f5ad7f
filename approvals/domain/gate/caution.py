"""What a counted action (a write, or data that leaves) asks for: a rule, a source, a coin and a score."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from approvals.domain.evidence import Grounding
from approvals.domain.gate.arguments import leaves
from approvals.domain.gate.confidence import apart, is_share
from approvals.domain.gate.facts import Facts
from approvals.domain.gate.ruleset import Route, Trigger
from approvals.domain.redaction import reveal
from approvals.domain.tool import Effect, Reversibility, ToolCard
from approvals.domain.verdict import Outcome, Reason

_SOURCES = ("user", "tool", "policy", "referred", "untrusted_tool")
OFTEN = 2
"""So often in a row a user has said it again, and an agent has made the same call before."""
AGREED = 0.5
"""Of the other samples of a model, the share that has to make the same call."""


class _Raised(NamedTuple):
    """A trigger: the fact it reads, the kinds that this may be, when it asks, and what the reviewer reads."""

    fact: str
    kinds: tuple[type, ...]
    asks: Callable[[Any], bool]
    sentence: str


def _flag(fact: str, sentence: str) -> _Raised:
    return _Raised(fact, (bool,), bool, sentence)


TRIGGERS: Mapping[Trigger, _Raised] = {
    Trigger.MOOD: _flag("mood_fell", "What the customer wrote last sounds angry or disappointed."),
    Trigger.REPHRASING: _Raised(
        "rephrased", (int,), lambda n: n >= OFTEN, "The customer had to say the same thing again and again."
    ),
    Trigger.PERSON: _flag("asks_for_person", "The customer asks for a person."),
    Trigger.LEGAL: _flag("topic_legal", "The customer speaks of law: of a lawyer, a court, a claim."),
    Trigger.MEDICAL: _flag("topic_medical", "The customer speaks of somebody's health."),
    Trigger.HARM: _flag("topic_harm", "The customer speaks of violence or of harming somebody."),
    Trigger.MINOR: _flag("topic_minor", "A child may be concerned."),
    Trigger.BREAK_IN: _flag("topic_break_in", "The customer speaks of fraud or of somebody else in their account."),
    Trigger.REPETITION: _Raised(
        "repeated", (int,), lambda n: n >= OFTEN, "The agent has made the very same call more than once in this run."
    ),
    Trigger.DISAGREEMENT: _Raised(
        "agreement",
        (int, float),
        lambda s: not s >= AGREED,
        "Asked several times, the model did not agree on this call.",
    ),
    Trigger.NEW_TOOL: _flag("new_tool", "This agent has never used this tool before with anybody's consent."),
    Trigger.NEW_SHAPE: _flag("new_shape", "This agent has never called the tool with these arguments before."),
}
"""What is said where a trigger asks; a fact that is missing or of another kind asks as well."""

_SHOWN = 5
"""Arguments named in one sentence."""


def cautions(facts: Facts, *, arguments: dict[str, Any], is_allowed: bool, is_lenient: bool) -> Iterator[Reason]:
    """Why this action asks at any score. `is_allowed`: a rule allows it, which answers for destruction only.

    `is_lenient`: what can simply be taken back asks about addresses only, and what sends data out about its values as
    well (`Ruleset.grounding`).
    """
    if not is_allowed:
        yield from _harm(facts.tool)
    yield from _sources(facts.grounding, arguments, facts.tool, is_lenient=is_lenient)
    if facts.objected is True:
        yield _ask("objection", "A second model objects to this call.")
    elif facts.objected is not False:
        yield _ask("objection", "A second model was to be asked about this call, and did not answer.")
    if not _is_coin(facts.coin):
        yield _ask("audit", "The audit coin of this run is missing, so nothing would be learned from letting it run.")


def triggered(facts: Facts, triggers: Sequence[Trigger]) -> Iterator[Reason]:
    """One reason for each trigger that a ruleset names and that is raised, or of which nobody knows."""
    for trigger in triggers:
        raised = TRIGGERS[trigger]
        value = facts.extra.get(raised.fact)
        if type(value) not in raised.kinds:
            yield Reason(
                code="fault",
                outcome=Outcome.ASK,
                sentence=f"It is not known whether the trigger {trigger.value} is raised.",
                rule=trigger.value,
            )
        elif raised.asks(value):
            yield Reason(code="trigger", outcome=Outcome.ASK, sentence=raised.sentence, rule=trigger.value)


def by_score(route: Route, score: float | None, parts: object) -> Reason:
    """What the confidence alone says, by the thresholds of the route."""
    auto, middle = route.auto_threshold, route.ask_threshold
    if not _has_score(score, parts):
        return _ask("odd_score", "The confidence is missing or not a number from 0 to 1.")
    if score is None or auto is None or not is_share(auto):
        return _ask("no_threshold", "Nothing runs alone on this route yet.")
    if score >= auto:
        sentence = "The score {} reaches {}.".format(*apart(score, auto))
        return Reason(code="score", outcome=Outcome.ALLOW, sentence=sentence)
    if middle is not None and score >= middle:
        sentence = "The score {} lies between {} and {}.".format(*apart(score, middle, auto))
        return Reason(code="score", outcome=Outcome.CONFIRM, sentence=sentence)
    return _ask("score", "The score {} is below {}.".format(*apart(score, auto if middle is None else middle)))


def _harm(card: ToolCard) -> Iterator[Reason]:
    if card.effect is Effect.DESTRUCTIVE:
        yield _ask("destructive", "It is destructive, and no rule allows it.")
    elif card.reversibility is Reversibility.IRREVERSIBLE:
        yield _ask("destructive", "It cannot be taken back, and no rule allows it.")


def _sources(
    grounding: Sequence[Grounding] | None, arguments: dict[str, Any], card: ToolCard, *, is_lenient: bool
) -> Iterator[Reason]:
    """What steers the call has been said by somebody who may. A read may go where the user pointed, a write may not."""
    if not isinstance(grounding, tuple):
        yield _ask("grounding", "It is not known where the values of this call come from.")
        return
    unseen = [
        found.path
        for found in grounding
        if found.source not in _SOURCES and (_matters(found, card) if is_lenient else _steers(found, card))
    ]
    known = {found.path for found in grounding}
    unseen += [path for path, _ in leaves(arguments) if path not in known]
    if unseen:
        yield _ask("grounding", f"Seen nowhere before the agent used it: {_listed(unseen)}.")
    untrusted = [found.path for found in grounding if found.source == "untrusted_tool" and _matters(found, card)]
    if untrusted:
        yield _ask("grounding", f"Seen only in what an untrusted tool returned: {_listed(untrusted)}.")
    # A link may be passed on from where the user pointed; nothing may be sent there.
    pointed = [
        found.path
        for found in grounding
        if found.source == "referred" and found.role != "mention" and _matters(found, card)
    ]
    if pointed and card.effect is not Effect.READ:
        yield _ask("grounding", f"Seen only inside of a text that somebody else wrote: {_listed(pointed)}.")


def _matters(found: Grounding, card: ToolCard) -> bool:
    """Where it goes always does; what else steers does unless the effect stays here and can simply be taken back."""
    if found.role in ("address", "mention") or card.reversibility is not Reversibility.REVERSIBLE:
        return _steers(found, card)
    return found.role == "value" and card.egress


def _steers(found: Grounding, card: ToolCard) -> bool:
    """A text steers nothing but what destroys: there a name is all there is."""
    return found.role != "text" or card.effect is Effect.DESTRUCTIVE


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(reveal(path, 80) for path in paths[:_SHOWN]) + more


def _is_coin(coin: object) -> bool:
    match coin:
        case (float(u), float(rate) | int(rate), bool(is_test)):
            return 0 <= u <= 1 and 0 < rate <= 1 and is_test is (u < rate)
        case _:
            return False


def _has_score(score: float | None, parts: object) -> bool:
    return is_share(score) and isinstance(parts, dict) and all(v is None or is_share(v) for v in parts.values())


def _ask(code: str, sentence: str) -> Reason:
    return Reason(code=code, outcome=Outcome.ASK, sentence=sentence)

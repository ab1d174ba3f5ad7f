"""The gate's one question: may this action run? Answered from facts alone, the same way every time."""

from typing import Any

from approvals.domain.action import Action
from approvals.domain.gate.arguments import read_arguments
from approvals.domain.gate.caution import by_score, cautions, triggered
from approvals.domain.gate.confidence import combine, is_share
from approvals.domain.gate.facts import Facts
from approvals.domain.gate.obstacle import obstacles
from approvals.domain.gate.ruleset import Route, Ruleset
from approvals.domain.gate.ruling import rulings
from approvals.domain.gate.shelf import bounds_of, route_of
from approvals.domain.verdict import Outcome, Reason, Verdict, Zone

_STRICTNESS = {outcome: outcome.strictness for outcome in Outcome}


def judge(action: Action, facts: Facts, ruleset: Ruleset) -> Verdict:
    """Judge one action; pure, deterministic, and raising for no value of any fact.

    Asked in order: is it halted, is the tool known, do the arguments fit, are the facts there, is a limit reached, what
    do the rules say; then, for counted actions only, is harm allowed, where do the values come from, is there a coin,
    is a trigger raised, is the score high enough. The strictest answer wins and every reason is kept, the strictest
    first and else in that order.

    - A halted action and an unknown tool ask. Arguments that do not fit refuse: such a call can never run, and the
      agent that made it gets the sentence as the tool's result.
    - A read that sends nothing out runs unless one of the first five speaks against it.
    - An unknown name asks whatever the rules say, so a rule for `refund*` need not catch `Refund` or `ref\u200bund`.
    - `allow` from a rule takes back the question of destructive and irreversible actions and nothing else.
    - Whatever goes wrong in here asks, with the code `fault`.
    """
    try:
        return _judged(action, facts, ruleset)
    except Exception as error:  # noqa: BLE001  # law 5: whatever it was, a person decides
        return _unjudged(ruleset, error)


def _judged(action: Action, facts: Facts, ruleset: Ruleset) -> Verdict:
    arguments = read_arguments(action)
    route = route_of(ruleset, agent=facts.agent, tool=action.tool, tenant=facts.tenant)
    score = combine(facts.parts, route.weights or ruleset.weights)
    ruled = tuple(rulings(action, facts, ruleset, arguments=arguments, score=score))
    bounds = bounds_of(ruleset, agent=facts.agent, tool=action.tool) if ruleset.limits else ()
    forcing = [*obstacles(action, facts, bounds), *ruled]
    scored: list[Reason] = []
    if facts.tool.is_counted:
        is_allowed = any(reason.outcome is Outcome.ALLOW for reason in ruled)
        forcing += cautions(
            facts, arguments=arguments, is_allowed=is_allowed, is_lenient=ruleset.grounding == "lenient"
        )
        if ruleset.triggers:
            forcing += triggered(facts, ruleset.triggers)
        scored = [by_score(route, score, facts.parts)]
    return _verdict(facts, ruleset, route, score, forcing, scored)


def _verdict(
    facts: Facts, ruleset: Ruleset, route: Route, score: float | None, forcing: list[Reason], scored: list[Reason]
) -> Verdict:
    reasons = tuple(sorted([*forcing, *scored], key=_strictness, reverse=True))
    outcome = reasons[0].outcome if reasons else Outcome.ALLOW
    forced = next((reason for reason in forcing if reason.outcome is outcome is not Outcome.ALLOW), None)
    return Verdict(
        outcome=outcome,
        reasons=reasons,
        route=route.name,
        score=score,
        parts={name: float(value) for name, value in facts.parts.items() if value is not None and is_share(value)},
        auto_threshold=route.auto_threshold,
        ask_threshold=route.ask_threshold,
        zone="forced" if forced else _zone(outcome),
        forced_reason=_named(forced) if forced else "",
        is_counted=facts.tool.is_counted,
        ruleset_version=ruleset.version,
    )


def _strictness(reason: Reason) -> int:
    return _STRICTNESS[reason.outcome]


def _zone(outcome: Outcome) -> Zone:
    """The zone by score alone: nothing stricter or as strict was said by anything else."""
    match outcome:
        case Outcome.ALLOW:
            return "automatic"
        case Outcome.CONFIRM:
            return "confirm"
        case _:
            return "human"


def _named(reason: Reason) -> str:
    return f"{reason.code}:{reason.rule}" if reason.code in ("rule", "trigger") else reason.code


def _unjudged(ruleset: Any, error: Exception) -> Verdict:
    version = getattr(ruleset, "version", 0)
    sentence = f"The gate could not judge this action ({type(error).__name__})."
    return Verdict(
        outcome=Outcome.ASK,
        reasons=(Reason(code="fault", outcome=Outcome.ASK, sentence=sentence),),
        route="unjudged",
        score=None,
        parts={},
        auto_threshold=None,
        ask_threshold=None,
        zone="forced",
        forced_reason="fault",
        is_counted=True,
        ruleset_version=version if type(version) is int else 0,
    )

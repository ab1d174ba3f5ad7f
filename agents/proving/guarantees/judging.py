"""The gate fails closed under the rules that are live, for the tools that are registered."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from agents.proving.guarantee import Guarantee, expect
from agents.proving.stage import WRITE, stage
from agents.tools import registry
from approvals.domain.action import action
from approvals.domain.evidence import Grounding
from approvals.domain.gate import Facts, Ruleset, default_ruleset, judge
from approvals.domain.tool import ToolCard, unknown_tool
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.models import Ruleset as RulesetRow
from approvals.models.ruleset import RulesetStatus

PARTS = ("tool_choice", "arguments", "grounding", "self_critique", "verifier", "agreement", "precedent")
FAILURES: dict[str, dict[str, Any]] = {
    "nobody knows whether it is halted": {"halted": None},
    "it is halted": {"halted": ("everything",)},
    "nobody could check its arguments": {"schema_errors": None},
    "nobody knows where its values come from": {"grounding": None},
    "its coin is missing": {"coin": None},
    "its coin is nonsense": {"coin": (float("nan"), 2, "yes")},
    "its score is not a number": {"parts": dict.fromkeys(PARTS, float("nan"))},
    "it has no score": {"parts": {}},
    "a source of facts failed": {"faults": ("self-test",)},
    "nobody knows which facts failed": {"faults": None},
    "a fact has an odd value": {"extra": {"self_test": float("inf")}},
    "nobody knows which agent asks": {"agent": ""},
}
SPELLINGS = ("{0} ", " {0}", "{0}\u200b", "x{0}")


def every_rules() -> Iterator[tuple[str, Ruleset]]:
    """The shipped rules, and those that are live for each tenant, by name."""
    yield "the shipped rules", default_ruleset()
    for row in RulesetRow.objects.filter(status=RulesetStatus.LIVE).select_related("tenant"):
        yield f"the live rules of {row.tenant.slug} (version {row.version})", rulesets.of(row)


def counted() -> Iterator[ToolCard]:
    """The registered tools that change something or send data out."""
    cards = (tool.card for tool in registry.tools())
    return (card for card in cards if card.is_counted and not card.asks_person and not card.hands_over)


def flawless(card: ToolCard, *, agent: str) -> Facts:
    """Facts of which none speaks against a call without arguments."""
    return Facts(
        tool=card,
        agent=agent,
        agent_version="1",
        tenant="1",
        halted=(),
        schema_errors=(),
        grounding=(),
        parts=dict.fromkeys(PARTS, 1.0),
        coin=(0.5, 0.9, True),
        reached={},
        extra={"wanted_by_user": True},
    )


def fails_closed() -> None:
    """Each tool, under each rules, with each fact missing or odd."""
    agents = [agent.name for agent in registry.agents()] or ["self-test"]
    for name, rules in every_rules():
        for card in counted():
            for what, flaw in FAILURES.items():
                facts = replace(flawless(card, agent=agents[0]), **flaw)
                said = judge(action(card.name, card.version, {}), facts, rules)
                expect(said.outcome is not Outcome.ALLOW, f"Under {name}, {card.name} runs alone when {what}.")


def unknown_asks() -> None:
    """A name that nobody registered, a look-alike of a tool, and a tool in another version."""
    for name, rules in every_rules():
        for called in ("self-test-unknown", *(form.format(card.name) for card in counted() for form in SPELLINGS)):
            said = judge(action(called, "1", {}), flawless(unknown_tool(called), agent="self-test"), rules)
            expect(said.outcome is not Outcome.ALLOW, f"Under {name}, the unknown tool {called!r} runs alone.")
        for card in counted():
            said = judge(action(card.name, "0-self-test", {}), flawless(card, agent="self-test"), rules)
            expect(said.outcome is not Outcome.ALLOW, f"Under {name}, {card.name} runs alone in another version.")


def unknown_cannot_run() -> None:
    """Approving what nobody knows runs nothing."""
    with stage() as on:
        on.rules()
        run = on.ask("self_test_unknown")
        expect(on.verdicts(run) == ["ask"], "An unknown tool did not ask.")
        on.say(on.asked(run))
        on.work(run)
        expect(not on.ran, "An unknown tool ran.")


def nowhere_asks() -> None:
    """A value that was seen nowhere before, under rules that let everything else run."""
    grounding = (Grounding(path="to", source="agent", detail="", role="address"),)
    for name, rules in every_rules():
        for card in counted():
            facts = replace(flawless(card, agent="self-test"), grounding=grounding)
            said = judge(action(card.name, card.version, {"to": "x@self-test.invalid"}), facts, rules)
            expect(said.outcome is not Outcome.ALLOW, f"Under {name}, {card.name} runs alone to an invented address.")


def misfit_is_refused() -> None:
    """Arguments that do not fit the schema never run, and nobody is bothered with them."""
    with stage() as on:
        on.rules()
        run = on.ask(WRITE, amount="seven", more=True)
        expect(on.verdicts(run) == ["refuse"], f"The gate said {on.verdicts(run)} of arguments that do not fit.")
        expect(not on.ran, "A call ran whose arguments do not fit.")


ALL = (
    Guarantee("Under the live rules each tool asks when a fact is missing or odd.", fails_closed),
    Guarantee("Under the live rules an unknown tool and a look-alike ask.", unknown_asks),
    Guarantee("Under the live rules an address that nobody said asks.", nowhere_asks),
    Guarantee("An unknown tool cannot run, also where it was approved.", unknown_cannot_run),
    Guarantee("Arguments that do not fit their schema are refused.", misfit_is_refused),
)

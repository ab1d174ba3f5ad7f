"""A recorded verdict brought back from what is stored beside it: reason by reason what it was, or said to be lost."""

import json
from functools import partial
from typing import Any

import pytest

from approvals.domain.tool import Effect, Reversibility, ToolCard, unknown_tool
from approvals.domain.verdict import Outcome
from approvals.gating import rulesets
from approvals.gating.grounding import Source, ground
from approvals.learning import backtesting
from approvals.learning.backtesting import Case, Lost
from approvals.models import Tenant, Verdict
from tests.domain.gate import cases
from tests.learning import calls
from tests.learning.backtesting import recording

pytestmark = pytest.mark.django_db
ROUTES = "{name: refunds, tools: [refund_*], auto_threshold: 0.85, ask_threshold: 0.6}"
RULES = """
rules:
  - {name: large, tools: [refund_order], when: args.amount > 30, outcome: ask, sentence: Large.}
  - {name: out, tools: ["*"], when: tool.egress && tool.environment == "production", outcome: refuse, sentence: No.}
  - {name: fact, tools: [other], when: facts.mood == "bad", outcome: ask, sentence: High.}
"""
FACTS: dict[str, dict[str, Any]] = {
    "an ordinary call": {},
    "a halted one": {"halted": ("everything", "agent helper")},
    "halts that nobody knew": {"halted": None},
    "arguments that do not fit": {"schema_errors": ("amount: too much", "note: missing")},
    "arguments nobody could check": {"schema_errors": None},
    "an unknown tool": {"tool": unknown_tool("refund_order")},
    "a tool that asks a person": {"tool": cases.card(asks_person=True)},
    "a destructive tool": {"tool": cases.card(effect=Effect.DESTRUCTIVE)},
    "an irreversible tool": {"tool": cases.card(reversibility=Reversibility.IRREVERSIBLE)},
    "what sends data out": {"tool": cases.card(effect=Effect.READ, egress=True, environment="production")},
    "a read": {"tool": cases.card(effect=Effect.READ)},
    "a rule that cannot be judged": {"tool": cases.card(name="other")},
    "a low score": {"parts": {"tool_choice": 0.5, "arguments": 0.9, "grounding": 1.0}},
    "a part that is missing": {"parts": {"tool_choice": 0.5, "grounding": 1.0}},
    "a part that is odd": {"parts": {"tool_choice": 7.0, "arguments": 1.0, "grounding": 1.0}},
}


def declared(name: str) -> ToolCard | None:
    """No tool is declared."""


def same(name: str) -> ToolCard | None:
    """The refund as it was."""
    return cases.CARD if name == cases.CARD.name else None


def judged(**changes: Any) -> Verdict:
    """A recorded verdict."""
    row = calls.live(ROUTES, RULES)
    return recording.record(row, recording.facts(rulesets.of(row), **changes))


def found(verdict: Verdict, cards: Any = declared) -> Case | Lost | None:
    """The verdict brought back."""
    return backtesting.find(Tenant.DEFAULT, verdict.pk, cards=cards)


@pytest.mark.parametrize("changes", FACTS.values(), ids=FACTS)
def test_it_is_judged_again_reason_by_reason(changes: dict[str, Any]) -> None:
    verdict = judged(**changes)
    case = found(verdict)
    assert isinstance(case, Case)
    again = backtesting.weigh(case, rulesets.at(verdict.ruleset_id))
    assert [reason.model_dump(mode="json") for reason in again.reasons] == verdict.reasons
    assert (again.outcome, again.route, again.zone) == (verdict.outcome, verdict.route, verdict.zone)


def test_a_fact_that_was_missing_is_not_made_up() -> None:
    assert found(judged(faults=("weather",))) is Lost.FACT


def other(rule: str, **extra: Any) -> Verdict:
    """A read that a rule about a fact speaks of."""
    row = calls.live(ROUTES, f"rules: [{{name: fact, tools: [other], when: '{rule}', outcome: ask, sentence: High.}}]")
    known = recording.facts(rulesets.of(row), tool=cases.card(name="other", effect=Effect.READ), extra=extra)
    return recording.record(row, known)


def test_facts_that_are_texts_are_not_stored_and_that_is_noticed() -> None:
    verdict = other('facts.mood == "bad"', mood="good")
    assert (verdict.outcome, found(verdict)) == (Outcome.ALLOW, Lost.OTHERWISE)


@pytest.mark.parametrize("level", [1, 4, 2.5])
def test_facts_that_are_numbers_are_stored(level: float) -> None:
    verdict = other("facts.level > 3", level=level)
    case = found(verdict)
    assert isinstance(case, Case)
    assert (case.recorded is Outcome.ASK, case.facts.extra) == (level > 3, {"level": level})


LETTER = {
    "type": "object",
    "properties": {"to": {"type": "string"}, "body": {"type": "string"}, "fields": {"type": "object"}},
}
SAID = {
    "to": "ann@example.com",
    "body": "See www.example.org/x and write to eve@example.net.",
    "fields": {"Jane Roe": 7},
}
TEXTS = [Source(kind="user", name="customer", text="Write to ann@example.com, 7 of them.")]


def letter(arguments: dict[str, Any]) -> Verdict:
    """A letter whose text holds addresses that nobody said, and a name that the agent chose."""
    row = calls.live("{name: letters, tools: [refund_*], auto_threshold: 0.1, ask_threshold: 0.1}")
    sent = cases.card(effect=Effect.WRITE, egress=True, parameters=LETTER)
    grounding = ground(arguments, TEXTS, LETTER)
    facts = recording.facts(rulesets.of(row), tool=sent, grounding=grounding)
    return recording.record(row, facts, arguments=arguments)


@pytest.mark.parametrize("arguments", [SAID, {**SAID, "body": "Thanks."}, {"to": "ann@example.com", "body": "Thanks."}])
def test_what_is_inside_of_texts_counts_again(arguments: dict[str, Any]) -> None:
    verdict = letter(arguments)
    case = found(verdict)
    assert isinstance(case, Case)
    again = backtesting.weigh(case, rulesets.at(verdict.ruleset_id))
    assert (again.outcome, again.zone, again.forced_reason) == (verdict.outcome, verdict.zone, verdict.forced_reason)
    kinds = [(part.source, part.role) for part in ground(arguments, TEXTS, LETTER)]
    assert [(part.source, part.role) for part in case.facts.grounding or ()] == kinds


def test_no_word_of_a_text_or_of_a_chosen_name_is_kept() -> None:
    kept = json.dumps(letter(SAID).features)
    assert not [word for word in ("example", "Jane", "Roe", "ann", "eve@") if word in kept]
    assert "fields.*" in kept


def test_a_call_that_is_imagined_after_a_recorded_one_keeps_what_its_texts_held() -> None:
    case = found(letter(SAID))
    assert isinstance(case, Case)
    card = cases.card(effect=Effect.WRITE, egress=True, parameters=LETTER)
    call = partial(backtesting.imagine, card, tenant_id=Tenant.DEFAULT, agent="helper", source="user", like=case)
    same = call(SAID)
    assert {part.source for part in same.facts.grounding or ()} == {"user", "agent"}
    other_text = call({**SAID, "body": "See www.example.com."})
    spoken = {part.path: (part.source, part.role) for part in other_text.facts.grounding or ()}
    assert spoken["body"] == ("user", "text")
    assert [found for path, found in spoken.items() if path.startswith("body: ")] == [("user", "mention")]


def test_a_verdict_from_before_tools_were_stored_takes_the_same_tool_of_today() -> None:
    verdict = judged()
    row = {field.attname: getattr(verdict, field.attname) for field in Verdict._meta.concrete_fields}
    del row["id"], row["payload_sha256"]
    del row["features"]["card"]
    older = Verdict.objects.create(**{**row, "attempt": 2, "seq_in_run": 2})
    assert isinstance(found(older, same), Case)
    assert found(older) is Lost.TOOL
    assert found(older, lambda _: cases.card(version="2")) is Lost.TOOL


def test_what_another_tenant_recorded_is_not_found() -> None:
    verdict = judged()
    assert backtesting.find(Tenant.DEFAULT + 1, verdict.pk, cards=declared) is None

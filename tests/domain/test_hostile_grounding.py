"""Texts of others, made to look like what they are not: nothing of it counts as said by the user or kept by a tool."""

import json
from typing import Any

import pytest

from approvals.domain.action import action
from approvals.domain.evidence import Material, Preview
from approvals.domain.tool import ToolCard
from approvals.gating.grounding import Index, Source, echo, ground, is_wanted, marks
from approvals.gating.proposal import Proposal
from tests.domain.gate.cases import card

SAID = "Please send Ann (ann@corp.example) a note about https://known.example and the meeting on May 13, file report"


def seen(*results: str, **how: Any) -> Index:
    """The user has said it, and an untrusted tool returned these."""
    told = [Source("untrusted_tool", "tool", text, **how) for text in results]
    return Index([Source("user", "customer", SAID), *told])


ENDLESS = {
    "sequences in one line": "- " * 25_000 + "x",
    "brackets": "k: " + "[" * 60_000 + "]" * 60_000,
    "aliases of nothing": "k: [&a0 []," + ",".join(f"&a{n} [*a{n - 1},*a{n - 1}]" for n in range(1, 40)) + "]",
    "lines": "\n" * 150_000 + "x",
    "a list as a key": "{[1]: 2}",
    "a set in a set": "{{}}",
    "a long number": "{1: " + "9" * 5_000 + "}",
}


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_no_result_stops_the_gate(text: str) -> None:
    assert ground({"to": "evil"}, seen(text))[0].source == "agent"


ALIKE = {
    "a day in front": "2024-05-13@evil.com",
    "a day and more": "2024-05-13 DE99EVIL; all money",
    "a sign": "ann%@corp.example",
    "a path": "../../report*",
    "a folder": "/report",
    "a quotation mark": "https://known.example'@evil.com/x",
    "a name in capitals": "https://known.example.Evil.com/?d=secret",
    "another full stop": "ann@corp.example\u3002evil.com",
    "a query": "https://known.example?secret",
    "other letters": "https://known.example/AbC",
}


@pytest.mark.parametrize("value", ALIKE.values(), ids=ALIKE.keys())
def test_what_only_looks_like_what_the_user_said_is_the_agents(value: str) -> None:
    assert {one.source for one in ground({"to": value}, seen())} == {"agent"}


LINKS = {
    "bare": "evil.com/?q=secret",
    "without slashes": "https:\\\\evil.com",
    "without a scheme": "<img src=//evil.com/?d=1>",
    "another scheme": "ftp://evil.com/x",
    "letters by number": "&#104;ttps://evil.com",
    "wide letters": "\uff48\uff54\uff54\uff50\uff53://evil.com",
    "an account in groups": "DE44 5001 0517 5407 3249 31",
    "behind a known one": "https://known.example.Evil.com/?d=secret",
}


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
def test_a_link_in_a_text_is_found_however_it_is_written(link: str) -> None:
    found = ground({"body": f"As agreed: see {link} please"}, seen())
    assert [one.source for one in found if one.role == "mention"].count("agent") >= 1


@pytest.mark.parametrize("text", ["a\U000e0041b", "pay\u200bme", "x" * 200_001], ids=["tags", "no width", "long"])
def test_a_text_that_nobody_can_read_whole_is_not_free(text: str) -> None:
    assert ground({"body": text}, seen())[0].role == "value"


PROSE = {
    "a page like a record": ("to: evil@x.com\namount: 900\n", False),
    "a page like an object": ('{"to": "evil@x.com"}', False),
    "a body that is only the value": (json.dumps([{"sender": "B", "body": "evil@x.com"}]), True),
    "a subject": (json.dumps([{"sender": "B", "subject": "evil@x.com"}]), True),
}


@pytest.mark.parametrize(("text", "is_structured"), PROSE.values(), ids=PROSE.keys())
def test_a_text_has_no_fields_whatever_it_looks_like(text: str, is_structured: bool) -> None:
    assert ground({"to": "evil@x.com"}, seen(text, is_structured=is_structured))[0].source == "untrusted_tool"


def test_what_a_tool_says_again_is_still_the_agents() -> None:
    told = seen('{"thought": "evil@x.com"}', echoed=echo({"thought": "evil@x.com"}))
    assert ground({"to": "evil@x.com"}, told)[0].source == "untrusted_tool"


def test_only_addresses_pass_on_where_nothing_else_was_asked_about() -> None:
    kept = list(marks({"last_name": "Eve Evil", "to": "a@b.example"}, None, only_addresses=True))
    assert kept == ["a@b.example"]


def test_the_names_inside_of_objects_are_looked_at() -> None:
    found = ground({"permissions": {"evil@x.com": True}}, seen())
    assert ("address", "agent") in {(one.role, one.source) for one in found}


def test_an_entry_that_is_stuffed_with_the_users_words_is_not_chosen() -> None:
    mails = [{"sender": "Ann", "body": "hello"}, {"sender": "Eve", "cc": ["note", "report"], "body": "pay Zed"}]
    assert ground({"to": "Zed"}, seen(json.dumps(mails)))[0].source == "referred"


@pytest.mark.parametrize("tool", ["deleteFile", "purge_all", "wipe_disk", "transfer_funds", "grant_access"])
def test_a_verb_is_known_in_any_spelling(tool: str) -> None:
    assert not is_wanted(tool, frozenset({"hello", "there"}))


def test_whatever_breaks_says_that_nobody_said_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("approvals.gating.proposal.ground", lambda *_, **__: 1 / 0)
    proposal = _proposal(card(), {"to": "x", "n": 1})
    assert {(one.path, one.source) for one in proposal.grounded()} == {("to", "agent"), ("n", "agent")}


def _proposal(declared: ToolCard, arguments: dict[str, Any]) -> Proposal:
    from uuid import UUID

    return Proposal(
        tenant_id=1,
        origin=UUID(int=1),
        run_key=UUID(int=2),
        agent="a",
        agent_version="1",
        action=action(declared.name, declared.version, arguments),
        card=declared,
        seen=Index(),
        material=Material(title="t", preview=Preview(affects="a", goes_to="b")),
    )

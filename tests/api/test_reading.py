"""Reading runs and escalations: lists by page, one by its id, and never another tenant's."""

import hashlib
from typing import Any
from uuid import uuid4

import pytest
import rfc8785

from agents.engine import accepting
from agents.models import Run
from approvals.domain.decision import DecisionKind
from approvals.domain.escalation import Kind
from approvals.models import Escalation, Team, Tenant
from tests.api import callers
from tests.api.callers import Caller
from tests.flows import desk
from tests.web.review import papers
from tests.web.review.stage import put
from tests.web.review.untrusted.hostile import EVERYTHING

pytestmark = pytest.mark.django_db


def accepted(title: str = "A request", tenant_id: int = Tenant.DEFAULT) -> Run:
    return accepting.accept(agent="retail-assist", title=title, tenant_id=tenant_id)


def walked(agent: Caller, path: str, **query: Any) -> list[list[Any]]:
    """All pages of a list, as the ids on them."""
    pages: list[list[Any]] = []
    after: dict[str, Any] = {}
    while True:
        page = agent.get(path, limit=2, **after, **query).json()
        pages.append([item.get("key", item.get("id")) for item in page["items"]])
        if page["next"] is None:
            return pages
        after = {"after": page["next"]}


def test_runs_come_newest_first_page_by_page() -> None:
    keys = [str(accepted().key) for _ in range(5)][::-1]
    assert walked(callers.agent(), "/runs") == [keys[:2], keys[2:4], keys[4:]]


def test_a_full_last_page_has_no_next() -> None:
    keys = [str(accepted().key) for _ in range(2)][::-1]
    assert walked(callers.agent(), "/runs") == [keys]


def test_what_comes_in_meanwhile_moves_no_page() -> None:
    agent, keys = callers.agent(), [str(accepted().key) for _ in range(3)][::-1]
    first = agent.get("/runs", limit=2).json()
    accepted()
    second = agent.get("/runs", limit=2, after=first["next"]).json()
    assert [item["key"] for item in first["items"] + second["items"]] == keys


def test_a_run_never_shows_its_row_number() -> None:
    run = accepted()
    answer = callers.agent().get(f"/runs/{run.key}").json()
    assert "id" not in answer


@pytest.mark.parametrize("path", ["/runs", "/escalations"])
def test_an_empty_list_is_a_page(path: str) -> None:
    assert callers.agent().get(path).json() == {"items": [], "next": None}


def test_a_stranger_sees_nothing_of_ours() -> None:
    run, escalation, stranger = accepted(), put(), callers.stranger()
    assert walked(stranger, "/runs") == [[]]
    assert walked(stranger, "/escalations") == [[]]
    assert stranger.get("/runs", after=run.key).json()["code"] == "bad_cursor"
    assert stranger.get("/escalations", after=escalation.pk + 1).json()["items"] == []


@pytest.mark.parametrize("kind", ["runs", "escalations"])
def test_what_is_foreign_and_what_is_absent_answer_alike(kind: str) -> None:
    here = {"runs": accepted().key, "escalations": put().pk}
    absent = {"runs": uuid4(), "escalations": 987_654}
    stranger = callers.stranger()
    answers = [stranger.get(f"/{kind}/{which[kind]}") for which in (here, absent)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({str({**answer.json(), "id": ""}) for answer in answers}) == 1
    assert len({str(sorted({**answer.headers, "X-Request-Id": ""}.items())) for answer in answers}) == 1


def test_escalations_of_every_team_of_the_tenant_are_seen() -> None:
    team = Team.objects.create(tenant_id=Tenant.DEFAULT, name="Payments")
    escalation = put(team=team)
    assert walked(callers.agent(), "/escalations") == [[escalation.pk]]


FILTERS: dict[str, tuple[dict[str, str], list[int]]] = {
    "none": ({}, [2, 1, 0]),
    "status": ({"status": "open"}, [2, 1]),
    "another status": ({"status": "expired"}, []),
    "kind": ({"kind": "question"}, [1]),
    "tool": ({"tool": "mail.send"}, [2]),
    "part of a tool": ({"tool": "mail"}, []),
    "all of them": ({"status": "open", "kind": "approval", "tool": "mail.send"}, [2]),
}


@pytest.mark.parametrize(("query", "expected"), FILTERS.values(), ids=FILTERS)
def test_a_filter_keeps_what_fits(query: dict[str, str], expected: list[int]) -> None:
    made = [put(), put(kind=Kind.QUESTION), put(papers.notice())]
    Escalation.objects.filter(pk=made[0].pk).update(status="cancelled", version=2)
    found = callers.agent().get("/escalations", **query).json()["items"]
    assert [item["id"] for item in found] == [made[place].pk for place in expected]


def test_evidence_is_as_stored_and_its_bytes_have_the_digest() -> None:
    escalation = put(papers.refund())
    answer = callers.agent().get(f"/escalations/{escalation.pk}").json()
    stored = Escalation.objects.select_related("evidence").get(pk=escalation.pk).evidence
    assert rfc8785.dumps(answer["evidence"]) == bytes(stored.document)
    assert hashlib.sha256(rfc8785.dumps(answer["evidence"])).hexdigest() == answer["evidence_sha256"] == stored.digest


def test_untrusted_text_arrives_unchanged() -> None:
    escalation = put(papers.tagging(EVERYTHING))
    assert callers.agent().get(f"/escalations/{escalation.pk}").json()["title"] == EVERYTHING


def test_an_open_escalation_has_no_decision() -> None:
    assert callers.agent().get(f"/escalations/{put().pk}").json()["decision"] is None


def test_a_decision_is_told_without_its_author() -> None:
    escalation = put()
    desk.decide(escalation, DecisionKind.REJECT, reason="Not this one")
    answer = callers.agent().get(f"/escalations/{escalation.pk}").json()
    assert answer["status"] == "decided"
    assert answer["decision"].keys() == {"kind", "reason_code", "reason", "decided_at", "undo_until"}
    assert (answer["decision"]["kind"], answer["decision"]["reason"]) == ("reject", "Not this one")


WRONG: dict[str, tuple[str, str, str]] = {
    "limit of none": ("/runs?limit=0", "invalid_value", "query.limit"),
    "limit above": ("/runs?limit=201", "invalid_value", "query.limit"),
    "limit with a sign": ("/runs?limit=%2B5", "invalid_value", "query.limit"),
    "limit with an underscore": ("/runs?limit=1_0", "invalid_value", "query.limit"),
    "limit of other digits": ("/runs?limit=%D9%A3", "invalid_value", "query.limit"),
    "limit of many digits": (f"/runs?limit={'9' * 5000}", "invalid_value", "query.limit"),
    "limit of nothing": ("/runs?limit=", "invalid_value", "query.limit"),
    "cursor of no run": ("/runs?after=3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10", "bad_cursor", "query.after"),
    "cursor of no shape": ("/runs?after=1", "invalid_value", "query.after"),
    "cursor too large": ("/escalations?after=9223372036854775808", "invalid_value", "query.after"),
    "status": ("/escalations?status=OPEN", "invalid_value", "query.status"),
    "kind": ("/escalations?kind=", "invalid_value", "query.kind"),
    "tool": ("/escalations?tool=", "invalid_value", "query.tool"),
    "NUL": ("/escalations?tool=a%00b", "bad_text", "query.tool"),
    "twice": ("/escalations?tool=a&tool=a", "repeated_parameter", "query.tool"),
    "unknown": ("/escalations?team=1", "unknown_parameter", "query.team"),
    "unknown where there is none": ("/escalations/1?team=1", "unknown_parameter", "query.team"),
    "unknown beside a key": ("/runs/3f0b4a52-9c1e-4a6e-8a43-5a9b8f7d2c10?a", "unknown_parameter", "query.a"),
    "unknown with NUL": ("/escalations?%00=1", "unknown_parameter", r"query.\u0000"),
    "more than are counted": ("/runs?" + "&".join(f"a{place}=1" for place in range(1001)), "unreadable", "query"),
    "no run's key": ("/runs/1", "invalid_value", "path.run_key"),
    "no escalation's id": ("/escalations/one", "invalid_value", "path.escalation_id"),
    "an id too large": ("/escalations/9223372036854775808", "invalid_value", "path.escalation_id"),
    "an id with a fraction": ("/escalations/1.0", "invalid_value", "path.escalation_id"),
    "an id with a sign": ("/escalations/%2B1", "invalid_value", "path.escalation_id"),
    "an id with a space": ("/escalations/%201", "invalid_value", "path.escalation_id"),
    "an id of other digits": ("/escalations/%D9%A3", "invalid_value", "path.escalation_id"),
    "an id below": ("/escalations/-1", "invalid_value", "path.escalation_id"),
}


@pytest.mark.parametrize(("path", "code", "field"), WRONG.values(), ids=WRONG)
def test_what_does_not_fit_is_named(path: str, code: str, field: str) -> None:
    answer = callers.agent().get(path)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (422, code, field)

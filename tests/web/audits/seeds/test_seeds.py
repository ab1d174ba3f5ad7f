"""Before the decision nothing on the page tells a planted mistake; afterwards it is told to one person."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from approvals.domain.decision import DecisionKind, Said
from approvals.inbox.claiming import taking
from approvals.learning.recalling import nearest
from approvals.models import Escalation, Grant, Member, Seed
from approvals.staffing.keys import Scope
from tests import cast
from tests.api import callers
from tests.learning.seeding import past
from tests.web.policies.shop import said
from tests.web.review import stage

pytestmark = pytest.mark.django_db
APPROVE, REJECT = DecisionKind.APPROVE, DecisionKind.REJECT
TOLD = ("planted", "known answer", "seed")


def browser(member: Member) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(member)
    return client


def place(one: Escalation, name: str = "escalation") -> str:
    """Its address."""
    return reverse(name, args=[one.pk])


def twin(seed: Seed) -> Escalation:
    """An item that really waits, with the same evidence."""
    value = seed.escalation.evidence.value()
    return stage.put(value, agent=seed.escalation.agent, stopped_by=seed.escalation.stopped_by)


def bare(client: Client, one: Escalation, where: str = "escalation") -> set[str]:
    """The lines that a browser gets of an item, without its own number, digests, times and keys."""
    page = client.get(place(one, where), headers={"HX-Request": "true"}).content.decode()
    page = page.replace(str(one), "ESC").replace(f"/{one.pk}", "/N").replace(one.evidence.digest, "SHA")
    page = page.replace(one.run_key.hex[:6], "RUN").replace(str(one.run_key), "RUN")
    page = re.sub(r"\b(view|row)-\d+\b", "N", page)
    page = re.sub(r"data-(id|next|of)=\"\d+\"", "data-ID", page)
    return set(
        re.sub(r"\d{4}-\d\d-\d\dT[0-9:.+]+|\d\d?:\d\d(:\d\d)?|\d+ min\w*|csrf\w*\" value=\"\w+\"", "T", page).split(
            "\n"
        )
    )


@pytest.mark.parametrize("kind", [REJECT, APPROVE], ids=["a past mistake", "an exchanged value"])
def test_the_page_of_a_planted_item_is_that_of_any_other(kind: DecisionKind, monkeypatch: pytest.MonkeyPatch) -> None:
    # Of the fifth of all items that show no precedents.
    monkeypatch.setattr(nearest, "WITHHELD", 1.0)
    seed = past.planted(kind)
    hers = browser(cast.mara())
    other = twin(seed)
    assert bare(hers, seed.escalation) ^ bare(hers, other) == set()
    assert bare(hers, seed.escalation, "queue_row") ^ bare(hers, other, "queue_row") == set()


def test_nothing_says_so_before_the_decision() -> None:
    seed = past.planted()
    page = browser(cast.mara()).get(place(seed.escalation)).content.decode().lower()
    assert [word for word in TOLD if word in page] == []


def decide(client: Client, seed: Seed, kind: str, *, htmx: bool = False, **more: str) -> Any:
    """Decide as the form does."""
    one = Escalation.objects.select_related("evidence").get(pk=seed.escalation_id)
    form = {"kind": kind, "evidence_sha256": one.evidence.digest, "version": one.version, **more}
    return client.post(place(one, "decide"), form, headers={"HX-Request": "true"} if htmx else {})


def test_whoever_approves_it_is_told_what_was_wrong_and_nothing_runs() -> None:
    seed = past.planted(APPROVE)
    hers = browser(cast.mara())
    answer = decide(hers, seed, "approve", htmx=True, typed="8140")
    assert "You missed a planted mistake. Nothing was sent." in answer.content.decode()
    assert reverse("undo", args=[seed.escalation_id]) not in answer.content.decode()
    page = said(hers.get(place(seed.escalation)))
    assert re.search(r"amount.* was .*1840\.00.* and was shown as .*8140\.00", page)
    assert not Grant.objects.filter(verdict=seed.verdict).exists()


def test_whoever_rejects_a_past_mistake_reads_why_it_was_one() -> None:
    seed = past.planted()
    hers = browser(cast.mara())
    decide(hers, seed, "reject", reason_code="not_asked")
    page = said(hers.get(place(seed.escalation)))
    assert "You caught a planted mistake. Nothing was sent." in page
    assert "she was charged once" in page


@pytest.mark.parametrize("who", [cast.kai, cast.ada, cast.otto])
def test_nobody_else_is_told_how_it_was_answered(who: Any) -> None:
    seed = past.planted()
    decide(browser(cast.mara()), seed, "approve", typed="1840")
    page = browser(who()).get(place(seed.escalation)).content.decode()
    assert "Mara" in page
    assert [word for word in TOLD if word in page.lower()] == []


def test_what_one_caught_is_on_ones_own_page_alone() -> None:
    seed = past.planted()
    decide(browser(cast.mara()), seed, "reject", reason_code="not_asked")
    assert "You met 1 and caught 1." in said(browser(cast.mara()).get("/account"))
    assert "You have met none so far." in said(browser(cast.kai()).get("/account"))
    for name in ("labels", "labels_jsonl", "labels_csv"):
        answer = browser(cast.ada()).get(reverse(name))
        text = answer.getvalue().decode() if answer.streaming else answer.content.decode()
        assert "Mara" not in text
        assert '"seed"' not in text


def test_who_takes_its_conversation_over_is_told_that_there_is_none() -> None:
    seed = past.planted()
    one = Escalation.objects.select_related("evidence", "verdict").get(pk=seed.escalation_id)
    answer = Said(kind=DecisionKind.TAKE_OVER, evidence_sha256=one.evidence.digest, version=one.version)
    mine = taking.take_over(one, by=cast.mara(), said=answer)
    assert (mine.pk, Escalation.objects.filter(kind="handoff").count()) == (one.pk, 0)
    page = said(browser(cast.mara()).get(place(one)))
    assert "This was a planted mistake, so there is nobody to talk to." in page


def test_an_undo_of_it_is_refused_and_says_why_it_cannot() -> None:
    seed = past.planted()
    hers = browser(cast.mara())
    decide(hers, seed, "approve", typed="1840")
    answer = hers.post(place(seed.escalation, "undo"))
    assert (answer.status_code, Escalation.objects.get(pk=seed.escalation_id).status) == (409, "decided")


def test_agents_elsewhere_are_given_none() -> None:
    seed = past.planted()
    key = callers.key_with(Scope.ESCALATION_READ)
    headers = {"Authorization": f"Bearer {key.secret}"}
    listed = Client().get("/api/v1/escalations", headers=headers).json()
    assert [one["id"] for one in listed["items"]] == [Escalation.objects.get(verdict=seed.source).pk]
    assert Client().get(f"/api/v1/escalations/{seed.escalation_id}", headers=headers).status_code == 404

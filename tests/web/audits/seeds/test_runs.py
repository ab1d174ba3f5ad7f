"""The run behind a planted item looks like one that waits; nothing of how its source went on is in it."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from approvals.domain.decision import DecisionKind
from approvals.inbox.checking import planting
from approvals.learning import seeding
from approvals.models import Escalation, Role, Seed, Tenant
from tests import cast
from tests.flows import desk
from tests.web.policies.shop import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def seed(shop: None, monkeypatch: pytest.MonkeyPatch) -> Seed:
    """Made of a cancellation that was approved and carried out."""
    monkeypatch.setattr(seeding, "REST", -timedelta(minutes=1))
    desk.rules()
    other = {**desk.CANCEL, "arguments": {"order_id": desk.OTHER_PENDING, "reason": "ordered by mistake"}}
    desk.submit(desk.turn(other))
    desk.work()
    desk.submit(desk.turn(desk.READ), desk.turn(desk.CANCEL), desk.turn(text="All done, it is cancelled."))
    desk.work()
    asked = Escalation.objects.select_related("evidence", "verdict").latest("pk")
    desk.decide(asked, DecisionKind.APPROVE)
    desk.work()
    made = planting.plant(Tenant.DEFAULT)
    assert made is not None
    return Seed.objects.select_related("escalation__evidence", "escalation__verdict", "source", "verdict").get(
        pk=made.pk
    )


@pytest.fixture
def hers() -> Client:
    """Mara's browser."""
    client = Client()
    client.force_login(cast.mara())
    return client


def trace(seed: Seed, **query: Any) -> tuple[str, dict[str, Any]]:
    """Its address and what is asked of it."""
    return reverse("trace", args=[seed.verdict.run_key]), query


def test_the_item_offers_its_run_and_an_edit_as_any_other(hers: Client, seed: Seed) -> None:
    page = hers.get(reverse("escalation", args=[seed.escalation_id])).content.decode()
    assert trace(seed)[0] in page
    assert reverse("edit", args=[seed.escalation_id]) in page


def test_its_run_waits_and_has_neither_decision_nor_end(hers: Client, seed: Seed) -> None:
    page = said(hers.get(*trace(seed)))
    assert str(seed.escalation) in page
    assert [told for told in ("All done", "Mara approved", "carried out") if told in page] == []
    assert str(seed.source.run_key) not in hers.get(*trace(seed)).content.decode()
    source = Escalation.objects.get(verdict=seed.source)
    assert f"{source}" not in page


def test_each_of_its_spans_opens_and_shows_the_planted_call(hers: Client, seed: Seed) -> None:
    after = json.loads(bytes(seed.verdict.payload))["arguments"]
    spans = hers.get(*trace(seed)).context["trace"]
    shown = [hers.get(*trace(seed, span=row.span.id)) for row in spans.rows]
    assert {answer.status_code for answer in shown} == {200}
    pages = [said(answer) for answer in shown]
    assert any(str(after["order_id"]) in page for page in pages)
    assert [page for page in pages if "All done" in page] == []


def test_what_it_shows_is_what_the_tool_says_of_the_other_call(seed: Seed) -> None:
    after = json.loads(bytes(seed.verdict.payload))["arguments"]
    preview = seed.escalation.evidence.value().material.preview
    assert f"order {after['order_id']}" in {read.entity for read in preview.reads}
    assert f"order {desk.PENDING}" not in {read.entity for read in preview.reads}


def test_whoever_may_not_see_the_item_finds_no_run(seed: Seed) -> None:
    far = Tenant.objects.create(name="Far", slug="far")
    client = Client()
    client.force_login(cast.member("Fay", Role.ADMIN, tenant_id=far.pk))
    assert client.get(*trace(seed)).status_code == 404


def test_an_edit_of_it_is_examined_in_the_world_of_its_source(hers: Client, seed: Seed) -> None:
    form = {"evidence_sha256": seed.escalation.evidence.digest, "version": seed.escalation.version}
    entered = {"a0": desk.PENDING, "a1": '"ordered by mistake"'}
    answer = hers.post(reverse("examine", args=[seed.escalation_id]), form | entered)
    assert answer.status_code == 200
    assert "Approve with" in answer.content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM agents_step WHERE key = %s", [seed.verdict.origin])
        assert cursor.fetchone() == (0,)

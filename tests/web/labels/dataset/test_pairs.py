"""An edit that stands is a pair of what was proposed and what a person made of it."""

import json
from typing import Any

import pytest
from django.test import Client

from approvals.domain.decision import DecisionKind
from approvals.inbox import editing, undoing
from approvals.models import Escalation
from tests import cast
from tests.flows import desk

pytestmark = pytest.mark.django_db


def edited(*, is_material: bool = True, undo_seconds: int = 0) -> Escalation:
    """Mara approved a cancellation for another reason."""
    desk.rules(undo_seconds=undo_seconds)
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    asked = desk.only_open()
    arguments = {"order_id": desk.PENDING, "reason": "no longer needed"}
    shown = editing.examine(asked, asked.evidence.value(), arguments)
    fact = shown.preview.typed_fact
    given: dict[str, Any] = {"arguments": arguments, "payload_sha256": shown.action.digest, "reason": "=she said so"}
    desk.decide(asked, DecisionKind.EDIT, typed=fact.value if fact else "", is_material=is_material, **given)
    return asked


def pairs() -> list[dict[str, Any]]:
    """What an admin takes along."""
    client = Client()
    client.force_login(cast.ada())
    answer: Any = client.get("/dataset/pairs.jsonl")
    return [json.loads(line) for line in answer.getvalue().splitlines()]


@pytest.mark.parametrize("is_material", [True, False])
def test_an_edit_is_a_pair_with_its_reason(shop: None, is_material: bool) -> None:
    edited(is_material=is_material)
    (pair,) = pairs()
    assert pair["before"] == {"order_id": desk.PENDING, "reason": "ordered by mistake"}
    assert pair["after"] == {"order_id": desk.PENDING, "reason": "no longer needed"}
    assert (pair["changed"], pair["reason"], pair["material"]) == (["reason"], "=she said so", is_material)
    assert (pair["schema"], pair["tool"], pair["agent"]) == ("signalbox-preference-1", "cancel_pending_order", "desk")


def test_an_edit_that_was_undone_is_none(shop: None) -> None:
    asked = edited(undo_seconds=30)
    undoing.undo(Escalation.objects.select_related("decision", "verdict").get(pk=asked.pk), by=cast.mara())
    assert pairs() == []


def test_other_decisions_are_none(shop: None) -> None:
    desk.rules()
    desk.submit(desk.turn(desk.CANCEL))
    desk.work()
    desk.decide(desk.only_open(), DecisionKind.REJECT)
    assert pairs() == []
